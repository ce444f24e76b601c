"""Schedules: when each table is synchronized by itself, and when it rests."""

from __future__ import annotations

from typing import Any

from flask import request

from flask_coupling.operations import schedules
from flask_coupling.operations.views import ScheduleView

from .. import ui
from ..answers import Answer, back_to, done, page
from ..language import text

USUAL_IDLE = 720


def schedule_list(connection: str) -> Answer:
    """Every table with its schedule; sent, put one on hold or let it go on, or all of them."""
    here = ui.address("schedule_list")
    if request.method == "POST":
        back_to(here)
        return _switch(connection, here)
    rows = schedules.list_schedules(connection)
    return page("schedules.html", rows=rows, active=sum(row.enabled for row in rows))


def _switch(connection: str, here: str) -> Answer:
    hold, start = request.form.get("hold"), request.form.get("start")
    names = [row.mapping for row in schedules.list_schedules(connection)]
    chosen = names if "all" in (hold, start) else [name for name in (hold, start) if name]
    for name in chosen:
        schedules.set_schedule(connection, name, enabled=start is not None)
    return done(here, text("The schedule is active.") if start else text("The schedule is on hold."))


def schedule_edit(connection: str, mapping: str) -> Answer:
    """How often one table is synchronized, and how long it rests when there was nothing to do."""
    here = ui.address("schedule_list")
    if request.method == "POST":
        back_to(ui.address("schedule_edit", mapping=mapping))
        schedules.set_schedule(connection, mapping, **_values())
        return done(here, text("The schedule is saved."))
    row = _find(connection, mapping)
    return page("schedule.html", schedule=row, back=here, idle=USUAL_IDLE, most=schedules.MOST_MINUTES)


def _find(connection: str, mapping: str) -> ScheduleView:
    found = {row.mapping: row for row in schedules.list_schedules(connection)}
    return found[schedules.known_mapping(connection, mapping)]


def _values() -> dict[str, Any]:
    asked = request.form
    sleeps = asked.get("sleep") == "yes"
    return {
        "minutes": _number(asked.get("minutes", "")),
        "enabled": "enabled" in asked,
        "idle_minutes": _number(asked.get("idle_minutes", "")) if sleeps else None,
    }


def _number(typed: str) -> int:
    """What was typed; a number out of every range when it is none, so that the operation says which there are."""
    return int(typed) if typed.isdecimal() and len(typed) < 7 else -1
