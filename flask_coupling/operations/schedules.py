"""Runs that start by themselves: of table mappings at intervals or when a service tells of a change; of statistics."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from types import EllipsisType
from typing import Any

from sqlalchemy import ColumnElement, CursorResult, Row, and_, insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from flask_coupling.core.mapping import TableMapping
from flask_coupling.errors import CouplingError, InputInvalid, JobRunningConflictError
from flask_coupling.globals import current_coupling
from flask_coupling.mappings._statistics import ACCOUNT_STATISTICS
from flask_coupling.models import Connection, JobKind, Schedule, table_of
from flask_coupling.models.schedule import USUAL_MINUTES
from flask_coupling.permissions import require

from .setting import enabled_connection, find_connection, find_used, find_whole, whole_mappings
from .statistics import CUSTOMER, start_statistics
from .synchronization import start
from .views import JobView, ScheduleView

log = logging.getLogger(__name__)

schedules = table_of(Schedule)

MOST_MINUTES = 7 * 24 * 60


def list_schedules(connection: str) -> list[ScheduleView]:
    """Return the schedule of every table mapping in dependency order, also those never set (on hold).

    Behind that of customers is the one of their statistics, under the name CUSTOMER STATISTICS.
    """
    require("view", connection=connection)
    find_connection(connection)
    query = select(schedules).where(schedules.c.connection == connection)
    rows = {row.mapping: row for row in current_coupling.session.execute(query)}
    return [_show(mapping, rows.get(name)) for name, mapping in _scheduled(connection).items()]


def _scheduled(connection: str) -> dict[str, TableMapping]:
    """What may run by itself, in order: the table mappings, and behind the customers' own their statistics."""
    found: dict[str, TableMapping] = {}
    for name, mapping in whole_mappings(connection).items():
        found[name] = mapping
        if name == CUSTOMER:
            found[ACCOUNT_STATISTICS.name] = ACCOUNT_STATISTICS
    return found


def _find(connection: str, name: str) -> TableMapping:
    if name == ACCOUNT_STATISTICS.name:
        find_whole(connection, CUSTOMER)
        return ACCOUNT_STATISTICS
    return find_whole(connection, name)


def _show(mapping: TableMapping, row: Row[Any] | None) -> ScheduleView:
    return ScheduleView(
        mapping=mapping.name,
        caption=mapping.caption or mapping.name,
        minutes=row.minutes if row else USUAL_MINUTES,
        enabled=bool(row and row.enabled),
        next_due_at=row.next_due_at if row and row.enabled else None,
        last_started_at=row.last_started_at if row else None,
        is_woken=bool(row and row.woken_at),
        idle_minutes=row.idle_minutes if row else None,
        is_asleep=bool(row and row.enabled and row.asleep),
    )


def known_mapping(connection: str, mapping: str) -> str:
    """The name of what has a schedule; raises MappingNotFound."""
    return _find(connection, mapping).name


def set_schedule(
    connection: str,
    mapping: str,
    *,
    minutes: int | None = None,
    enabled: bool | None = None,
    idle_minutes: int | EllipsisType | None = ...,
) -> ScheduleView:
    """Change when a table mapping is synchronized by itself, or statistics are updated; what is left out stays.

    One that is enabled is due at once, and then every `minutes`; one that is not is on hold. With `idle_minutes` it
    sleeps so long after a run that found nothing to do (0: until something wakes it); None lets it never sleep.
    """
    require("administer", connection=connection, mapping=mapping)
    find_connection(connection)
    found, now = _find(connection, mapping), current_coupling.clock()
    if minutes is not None and not 1 <= minutes <= MOST_MINUTES:
        detail = f"the interval is 1 to {MOST_MINUTES} minutes"
        raise InputInvalid(detail=detail, errors={"minutes": [detail]})
    if isinstance(idle_minutes, int) and not 0 <= idle_minutes <= MOST_MINUTES:
        detail = f"the inactivity timeout is 0 to {MOST_MINUTES} minutes"
        raise InputInvalid(detail=detail, errors={"idle_minutes": [detail]})
    before = _row(connection, mapping)
    idle = before.idle_minutes if isinstance(idle_minutes, EllipsisType) else idle_minutes
    every = before.minutes if minutes is None else minutes
    is_on = before.enabled if enabled is None else enabled
    soonest = now if not before.enabled or before.asleep or before.next_due_at is None else before.next_due_at
    due = min(soonest, now + timedelta(minutes=every)) if is_on else None
    values = {"minutes": every, "enabled": is_on, "next_due_at": due, "idle_minutes": idle, "asleep": False}
    _change(_here(connection, mapping), values)
    current_coupling.session.commit()
    return _show(found, _row(connection, mapping))


def tick(now: datetime | None = None) -> list[JobView]:
    """Start the runs that are due, and return their jobs; to be called every minute or so, from any process.

    Each start is claimed together with storing its job, so that of several processes that tick at once one makes it.
    A run that is still under way is not started a second time; its turn comes again after its interval.
    """
    require("synchronize")
    return _start_due(now or current_coupling.clock())


def wake(connection: str, mappings: Sequence[str]) -> list[JobView]:
    """Remember that something changed, and start a run of each table mapping unless one was started a moment ago.

    Where jobs have no workers the next `tick` starts it: who told us is not kept waiting. Asks no permission.
    """
    now = current_coupling.clock()
    for name in mappings:
        _row(connection, name)
        _change(_here(connection, name) & schedules.c.woken_at.is_(None), {"woken_at": now})
    current_coupling.session.commit()
    if not current_coupling.engine.in_background:
        return []
    return _start_due(now, (schedules.c.connection == connection) & schedules.c.mapping.in_(mappings))


def _start_due(now: datetime, *only: ColumnElement[bool]) -> list[JobView]:
    rows = current_coupling.session.execute(_due(now).where(*only)).all()
    current_coupling.session.rollback()  # nothing was changed; a snapshot held on to would refuse the claims
    started = [_start(row, now) for row in _in_order(rows)]
    return [job for job in started if job is not None]


def _due(now: datetime) -> Any:
    c = schedules.c
    calm = now - timedelta(seconds=current_coupling.settings.webhook_pause)
    is_due = and_(c.enabled, c.next_due_at <= now)
    is_woken = and_(c.woken_at.is_not(None), or_(c.last_started_at.is_(None), c.last_started_at <= calm))
    of_enabled = select(Connection.name).where(Connection.enabled)
    return select(schedules).where(c.connection.in_(of_enabled), or_(is_due, is_woken))


def _in_order(rows: Sequence[Row[Any]]) -> list[Row[Any]]:
    """Records that others refer to come first."""
    orders = {name: list(_scheduled(name)) for name in {row.connection for row in rows}}
    known = [row for row in rows if row.mapping in orders[row.connection]]
    return sorted(known, key=lambda row: (row.connection, orders[row.connection].index(row.mapping)))


def _start(row: Row[Any], now: datetime) -> JobView | None:
    """Claim a start and make it; None when another process was quicker, or a run is under way."""
    if not _claim(row, now, woken_at=None):
        current_coupling.session.rollback()
        return None
    by = "webhook" if row.woken_at is not None else "schedule"
    try:
        enabled_connection(row.connection)
        return _start_run(row.connection, row.mapping, by)  # storing the job commits the claim with it
    except CouplingError as error:
        current_coupling.session.rollback()
        # what changed while a run was under way may have come too late for it
        is_busy = isinstance(error, JobRunningConflictError)
        _claim(row, now, woken_at=row.woken_at if is_busy else None)
        current_coupling.session.commit()
        told = log.info if is_busy else log.warning
        told("run not started connection=%s mapping=%s code=%s", row.connection, row.mapping, error.code)
        return None


def _start_run(connection: str, name: str, by: str) -> JobView:
    if name == ACCOUNT_STATISTICS.name:
        return start_statistics(connection, inline=False, requested_by=by)
    kind, direction = JobKind.SYNCHRONIZATION, find_used(connection, name).direction.value
    return start(connection, name, kind, direction, {"resolution": None}, inline=False, requested_by=by)


def _claim(row: Row[Any], now: datetime, *, woken_at: datetime | None) -> bool:
    c = schedules.c
    as_seen = [
        c[name].is_not_distinct_from(getattr(row, name)) for name in ("next_due_at", "woken_at", "last_started_at")
    ]
    is_due = row.enabled and row.next_due_at is not None and row.next_due_at <= now
    due = now + timedelta(minutes=row.minutes) if is_due else row.next_due_at
    values = {"last_started_at": now, "woken_at": woken_at, "next_due_at": due, "asleep": False}
    return _change(and_(_here(row.connection, row.mapping), *as_seen), values)


def _here(connection: str, mapping: str) -> ColumnElement[bool]:
    return and_(schedules.c.connection == connection, schedules.c.mapping == mapping)


def _change(where: ColumnElement[bool], values: dict[str, Any]) -> bool:
    result = current_coupling.session.execute(update(schedules).where(where).values(values))
    assert isinstance(result, CursorResult)
    return result.rowcount == 1


def _row(connection: str, mapping: str) -> Row[Any]:
    """The schedule's row; one on hold is made when there is none."""
    session = current_coupling.session
    query = select(schedules).where(_here(connection, mapping))
    if (row := session.execute(query).first()) is not None:
        return row
    try:
        values = {"connection": connection, "mapping": mapping, "minutes": USUAL_MINUTES, "enabled": False}
        session.execute(insert(schedules).values(values))
        session.commit()
    except IntegrityError:
        session.rollback()  # another process has just made it
    return session.execute(query).one()
