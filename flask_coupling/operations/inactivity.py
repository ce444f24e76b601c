"""Let schedules sleep after a run that found nothing to do, and wake them when something changed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from sqlalchemy import and_, select, update

from flask_coupling.globals import current_coupling
from flask_coupling.models import Schedule, table_of

schedules = table_of(Schedule)

BY_ITSELF = ("schedule", "webhook")
"""Who asks for runs that no person started."""

_BUSY = ("inserted", "modified", "deleted", "failed")


def note_run(connection: str, mapping: str, requested_by: str, counters: Mapping[str, int]) -> None:
    """Put the schedule to sleep when its own run changed nothing, wake it when any run did. Commits."""
    c, now, session = schedules.c, current_coupling.clock(), current_coupling.session
    here = and_(c.connection == connection, c.mapping == mapping, c.enabled)
    if any(counters.get(name) for name in _BUSY):
        row = session.execute(select(c.minutes).where(here, c.asleep)).first()
        if row is None:
            return
        values = {"asleep": False, "next_due_at": now + timedelta(minutes=row.minutes)}
    elif requested_by in BY_ITSELF:
        row = session.execute(select(c.idle_minutes).where(here, c.idle_minutes.is_not(None))).first()
        if row is None:
            return
        due = now + timedelta(minutes=row.idle_minutes) if row.idle_minutes else None
        values = {"asleep": True, "next_due_at": due}
    else:
        return
    session.execute(update(schedules).where(here).values(values))
    session.commit()
