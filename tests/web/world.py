"""A host app and two worlds as a person would find them: couplings alike, edited, in conflict, failed, and none."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import Flask
from flask_sqlalchemy import SQLAlchemy

from flask_coupling import FlaskCoupling
from flask_coupling.operations import (
    connections,
    couplings,
    full_synchronization,
    mappings,
    review,
    schedules,
    synchronization,
)
from flask_coupling.operations.mapping_editor import save_settings
from flask_coupling.operations.views import CouplingView
from simulator.instance import Simulator
from tests.conftest import connection_values

BASE = "/coupling/connections/default"
HOSTILE = '<script>alert("x")</script> =HYPERLINK("http://evil.example","ok")'


@dataclass(frozen=True)
class World:
    """The host app with what it knows by name; `couplings` are keyed by the state they were brought into."""

    app: Flask
    simulator: Simulator
    couplings: dict[str, CouplingView]
    uncoupled: str
    job: str
    full: str


@contextmanager
def host(folder: Path, **config: Any) -> Iterator[Flask]:
    """A host app with the extension, its tables made; nothing is connected."""
    app = Flask("host", instance_path=str(folder))
    app.config.update(
        TESTING=True,
        SECRET_KEY="only for tests",
        SQLALCHEMY_DATABASE_URI=f"sqlite:///{folder / 'host.sqlite3'}",
        COUPLING_SECRET_KEYS=["MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="],
        COUPLING_JOB_ENGINE="inline",
    )
    app.config.update(config)
    coupling = FlaskCoupling(app, SQLAlchemy(app))
    with app.app_context():
        coupling.upgrade_db()
    try:
        yield app
    finally:
        app.extensions["coupling"].engine.stop()
        with app.app_context():
            for engine in app.extensions["sqlalchemy"].engines.values():
                engine.dispose()


def connect(app: Flask, simulator: Simulator) -> None:
    """Set up and enable the connection `default`."""
    with app.app_context():
        connections.save_connection("default", connection_values(simulator))
        connections.enable_connection("default")


def furnish(app: Flask, simulator: Simulator) -> World:
    """Couple customers of the same name, let other users edit, and synchronize."""
    connect(app, simulator)
    with app.app_context():
        couplings.couple_many("default", "CURRENCY", _pairs("CURRENCY"))
        made = couplings.couple_many("default", "CUSTOMER", _pairs("CUSTOMER")[:12], synchronize="bc")
        views = [each for each in made if isinstance(each, CouplingView)]
        _edit(simulator, views)
        job = synchronization.synchronize("default", "CUSTOMER", coupling_ids=[each.id for each in views[:5]])
        _edit_again(simulator, views)
        _edit_mapping()
        uncoupled = mappings.list_records("default", "CUSTOMER", "bc", coupled=False, search="").rows[0].id
        states = ("synchronized", "conflict", "gone", "hostile", "failed", "bc_moved", "sales_moved")
        named = {state: couplings.get_coupling("default", view.id) for state, view in zip(states, views, strict=False)}
        schedules.set_schedule("default", "CUSTOMER", enabled=True, idle_minutes=720)
        schedules.set_schedule("default", "CURRENCY", enabled=True)
        review.start_review("default")
        full = full_synchronization.start_full_synchronization("default", {"CURRENCY": "couple", "BASE UNIT": "couple"})
        return World(app, simulator, named, uncoupled, job.id, full.id)


def _pairs(mapping: str) -> list[tuple[str, str]]:
    """The records of the same name on both sides, in order of name."""
    sales = {row.title: row.id for row in mappings.list_records("default", mapping, "sales", limit=200).rows}
    bc = {row.title: row.id for row in mappings.list_records("default", mapping, "bc", limit=200).rows}
    return [(id, sales[title]) for title, id in sorted(bc.items()) if title in sales]


def _edit(simulator: Simulator, views: list[CouplingView]) -> None:
    conflict, gone, hostile, failed = views[1:5]
    simulator.bc.update("customers", conflict.bc_id, phoneNumber="+45 33 12 34 56", city="Odense C")
    simulator.sales.update(
        "accounts", conflict.sales_id, telephone1="+45 70 20 30 40", websiteurl="https://adatum.example"
    )
    simulator.sales.delete("accounts", gone.sales_id)
    simulator.bc.update("customers", hostile.bc_id, displayName=HOSTILE)
    # a town longer than Business Central's field
    simulator.sales.update(
        "accounts", failed.sales_id, address1_city="Llanfairpwllgwyngyllgogerychwyrndrobwllllantysilio"
    )


def _edit_mapping() -> None:
    """An administrator added a field and a template to the items, which no other page shows."""
    own = {"bc": "displayName2", "sales": "description", "direction": "to_sales", "caption": "Description 2"}
    template = {"name": "Goods", "side": "sales", "priority": 1, "values": {"suppliername": "CRONUS"}}
    save_settings("default", "ITEM-PRODUCT", {"fields": [own], "templates": [template]}, version=0)


def _edit_again(simulator: Simulator, views: list[CouplingView]) -> None:
    bc_moved, sales_moved = views[5:7]
    simulator.bc.update("customers", bc_moved.bc_id, phoneNumber="+45 86 11 22 33", creditLimit=125000)
    simulator.sales.update(
        "accounts", sales_moved.sales_id, address1_city="København Ø", emailaddress1="salg@example.dk"
    )
