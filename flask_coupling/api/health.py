"""How a connection does, as JSON; the same as gauges is in `metrics`."""

from __future__ import annotations

from typing import Any

from flask_coupling.operations import health
from flask_coupling.schemas.health import HealthSchema

from .connections import ONE as CONNECTION
from .metrics import resource as resource


@resource.get(f"{CONNECTION}/health")
@resource.gives(200, HealthSchema)
def get_health(connection: str) -> Any:
    """Show how a connection does: lag and last run of each table mapping, requests, and what to look at.

    It asks the host's database and neither service, and answers also while the connection is disabled.
    """
    return health.get_health(connection)
