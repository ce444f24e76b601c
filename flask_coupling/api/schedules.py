"""Schedules: when each table mapping is synchronized by itself."""

from __future__ import annotations

from typing import Any

from flask_coupling.operations import schedules
from flask_coupling.schemas.base import EmptySchema
from flask_coupling.schemas.schedule import ScheduleListSchema, ScheduleSchema, ScheduleValuesSchema, StartedSchema

from .connections import ONE as CONNECTION
from .resource import Resource

resource = Resource("schedules", __name__, "Runs that start by themselves.")

ROOT = f"{CONNECTION}/schedules"
ONE = f"{ROOT}/<string(maxlength=50):mapping>"


@resource.get(ROOT)
@resource.gives(200, ScheduleListSchema)
def list_schedules(connection: str) -> Any:
    """List the schedule of every table mapping, in the order their records depend on each other."""
    rows = schedules.list_schedules(connection)
    return {"rows": rows, "active": sum(row.enabled for row in rows)}


@resource.put(ONE)
@resource.takes(ScheduleValuesSchema)
@resource.gives(200, ScheduleSchema)
def set_schedule(connection: str, mapping: str, **values: Any) -> Any:
    """Change the interval of a table mapping's runs, begin with them, or put them on hold."""
    return schedules.set_schedule(connection, mapping, **values)


@resource.post("/schedules/tick")
@resource.takes(EmptySchema)
@resource.gives(200, StartedSchema)
def tick() -> Any:
    """Start the runs that are due, of all connections; for a timer outside, such as cron.

    Hosts with the embedded job engine need no timer. Asking often, or from several places, starts nothing twice.
    """
    return {"jobs": schedules.tick()}
