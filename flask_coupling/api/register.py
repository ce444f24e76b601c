"""Put the API together for an app: resources, guards, error answers, document."""

from __future__ import annotations

from functools import cache

from flask import Blueprint, Flask

from flask_coupling.state import CouplingState

from . import (
    conflicts,
    connections,
    couplings,
    failures,
    full_synchronization,
    health,
    history,
    inbox,
    jobs,
    mapping_settings,
    matching,
    records,
    saved_filters,
    schedules,
    setup,
    statistics,
    synchronization,
    table_mappings,
    webhooks,
)
from .document import add_document, build_document
from .guard import exempt_from_csrf, guard_requests
from .problems import RestConverter, answer_errors
from .resource import Resource

NAME = "coupling_api"

RESOURCES: tuple[Resource, ...] = (
    connections.resource,
    table_mappings.resource,
    mapping_settings.resource,
    setup.resource,
    records.resource,
    saved_filters.resource,
    couplings.resource,
    matching.resource,
    synchronization.resource,
    statistics.resource,
    full_synchronization.resource,
    conflicts.resource,
    failures.resource,
    inbox.resource,
    history.resource,
    jobs.resource,
    schedules.resource,
    webhooks.resource,
    health.resource,
)


def init_api(app: Flask, state: CouplingState) -> None:
    """Register the API below the extension's address, beside whatever API the host has of its own."""
    root = Blueprint(
        NAME,
        __name__,
        url_prefix=f"{state.settings.url_prefix}/api",
        template_folder="templates",
        static_folder="static",
    )
    for resource in RESOURCES:
        root.register_blueprint(resource)
    add_document(root, cache(lambda: build_document(app, RESOURCES, NAME)))
    guard_requests(root)
    app.url_map.converters["coupling_rest"] = RestConverter
    answer_errors(root)
    app.register_blueprint(root)
    exempt_from_csrf(app, (root, *RESOURCES))
