"""The log of jobs: what ran and runs, taking one back, running one again, and emptying the log."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, select

from flask_coupling.errors import InputInvalid, JobNotFound
from flask_coupling.globals import current_coupling
from flask_coupling.jobs.parts import sum_parts
from flask_coupling.jobs.queue import reap
from flask_coupling.jobs.restart import restart
from flask_coupling.jobs.wishes import cancel, pause, resume
from flask_coupling.models import (
    ConflictEntry,
    FailedRecord,
    JobKind,
    JobState,
    SynchJob,
    SynchJobError,
    table_of,
)
from flask_coupling.models.job import OPEN_STATES
from flask_coupling.permissions import require
from flask_coupling.sync.link import chunks

from .keyset import after, checked_limit, make_cursor, read_cursor
from .setting import enabled_connection, find_connection
from .show import show_job, show_job_error
from .views import JobErrorView, JobView, Slice


def list_jobs(
    connection: str, mapping: str | None = None, *, state: str | None = None, cursor: str | None = None, limit: int = 50
) -> Slice[JobView]:
    """Return the runs of a connection, newest first; also while it is not enabled.

    Parts of a job are listed for their table mapping only.
    """
    require("view", connection=connection)
    find_connection(connection)
    reap(current_coupling)
    query = select(SynchJob).where(SynchJob.connection == connection)
    if mapping is not None:
        query = query.where(SynchJob.mapping == mapping)
    else:
        query = query.where(SynchJob.parent_id.is_(None))
    if state is not None:
        query = query.where(SynchJob.state == _parse_state(state))
    key = read_cursor(cursor, (str, str))
    moment = (_parse_time(key[0]), key[1]) if key is not None else None
    query = after(query, [SynchJob.created_at, SynchJob.id], moment, descending=True)  # type: ignore[list-item]
    size = checked_limit(limit)
    rows = list(current_coupling.session.scalars(query.limit(size + 1)))
    last = rows[size - 1] if len(rows) > size else None
    next_cursor = make_cursor((last.created_at.isoformat(), last.id)) if last is not None else None
    return Slice(tuple(_show_all(rows[:size])), next_cursor)


def _parse_state(state: str) -> JobState:
    try:
        return JobState(state)
    except ValueError:
        detail = f"{state!r} is not a job state; it is one of {', '.join(JobState)}"
        raise InputInvalid(detail=detail, errors={"state": [detail]}) from None


def _parse_time(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise InputInvalid(detail="the cursor is not one of ours", errors={"cursor": ["Start again."]}) from None


def find_job(connection: str, id: str) -> SynchJob:
    """Return the job row as it is in the database now; raises JobNotFound, also for another connection's job."""
    row = current_coupling.session.get(SynchJob, id, populate_existing=True)
    if row is None or row.connection != connection:
        raise JobNotFound(id=id)
    return row


def get_job(connection: str, id: str) -> JobView:
    """Return one run as it stands now."""
    require("view", connection=connection)
    return show_now(find_job(connection, id))


def job_parts(connection: str, id: str) -> list[JobView]:
    """Return the parts of a job in the order they run; none for a job of one table mapping."""
    require("view", connection=connection)
    find_job(connection, id)
    query = select(SynchJob).where(SynchJob.parent_id == id).order_by(SynchJob.place)
    rows = current_coupling.session.scalars(query.execution_options(populate_existing=True))
    return [show_job(row, current_coupling.clock()) for row in rows]


def job_errors(connection: str, id: str, *, cursor: str | None = None, limit: int = 100) -> Slice[JobErrorView]:
    """Return the records a run failed on or set aside, in the order they came up."""
    require("view", connection=connection)
    find_job(connection, id)
    query = select(SynchJobError).where(SynchJobError.job_id == id)
    query = after(query, [SynchJobError.id], read_cursor(cursor, (int,)))  # type: ignore[list-item]
    size = checked_limit(limit)
    rows = list(current_coupling.session.scalars(query.limit(size + 1)))
    next_cursor = make_cursor((rows[size - 1].id,)) if len(rows) > size else None
    return Slice(tuple(show_job_error(row) for row in rows[:size]), next_cursor)


def cancel_job(connection: str, id: str) -> JobView:
    """Ask a run to stop; one that has not begun, or is paused, is over at once, a finished one stays as it is."""
    require("synchronize", connection=connection)
    find_job(connection, id)
    return show_now(cancel(current_coupling, id))


def pause_job(connection: str, id: str) -> JobView:
    """Let a run rest after the records it is at, until it is resumed; one that is over stays as it is."""
    require("synchronize", connection=connection)
    find_job(connection, id)
    return show_now(pause(current_coupling, id))


def resume_job(connection: str, id: str) -> JobView:
    """Let a paused run go on; its counters go on too. One that is not paused stays as it is."""
    require("synchronize", connection=connection)
    enabled_connection(connection)
    find_job(connection, id)
    return show_now(resume(current_coupling, id))


def restart_job(connection: str, id: str) -> JobView:
    """Run a job of several table mappings again as far as it is not finished, and return it.

    With the id of one of its parts that one is run again, and what waits for it. Raises JobNotOverConflictError, and
    JobRunningConflictError while one of the mappings is busy.
    """
    require("synchronize", connection=connection)
    enabled_connection(connection)
    row = find_job(connection, id)
    if row.parent_id is None and row.kind not in _OF_PARTS:
        detail = "a run of one table mapping goes on with the next one; only several together can be restarted"
        raise InputInvalid(detail=detail, errors={"job": [detail]})
    return show_now(find_job(connection, restart(current_coupling, id)))


def delete_jobs(connection: str, *, older_than_days: int | None = None) -> int:
    """Delete jobs that are over from the log, with their failed records' rows; returns how many.

    None is all of them, whenever they ended. One that a failed record or an open conflict points to is kept, and so is
    a job of which a part is kept. What jobs wrote stays in the history.
    """
    require("administer", connection=connection)
    find_connection(connection)
    if older_than_days is not None and not 0 <= older_than_days <= MOST_DAYS:
        detail = f"the age is 0 to {MOST_DAYS} days"
        raise InputInvalid(detail=detail, errors={"older_than_days": [detail]})
    session, jobs = current_coupling.session, table_of(SynchJob)
    is_over = jobs.c.state.not_in(OPEN_STATES)
    query = select(jobs.c.id, jobs.c.parent_id).where(jobs.c.connection == connection)
    old = query.where(is_over)
    if older_than_days is not None:
        limit = current_coupling.clock() - timedelta(days=older_than_days)
        old = old.where(func.coalesce(jobs.c.finished_at, jobs.c.created_at) < limit)
    pointed_to = [select(each.job_id).where(each.connection == connection) for each in (FailedRecord, ConflictEntry)]
    named = {id for wanted in pointed_to for id in session.scalars(wanted) if id is not None}
    rows = {row.id: row.parent_id for row in session.execute(old)}
    kept = named | {rows[id] for id in named if rows.get(id) is not None}
    gone = [id for id, parent in rows.items() if id not in kept and (parent is None or parent not in kept)]
    for part in chunks(sorted(gone, key=lambda id: rows[id] is None)):  # parts before what they are parts of
        session.execute(delete(SynchJobError).where(SynchJobError.job_id.in_(part)))
        session.execute(delete(SynchJob).where(SynchJob.id.in_(part)))
    session.commit()
    return len(gone)


MOST_DAYS = 36_500

_OF_PARTS = (JobKind.FULL_SYNCHRONIZATION, JobKind.MODIFIED_RECORDS)


def show_now(row: SynchJob) -> JobView:
    """A job as it stands now; while one of several table mappings runs, with the sums of its parts."""
    return _show_all([row])[0]


def _show_all(rows: Sequence[SynchJob]) -> list[JobView]:
    now = current_coupling.clock()
    running = [row.id for row in rows if row.kind in _OF_PARTS and not JobState(row.state).is_over]
    sums = sum_parts(current_coupling.session, running) if running else {}
    return [_with_sums(show_job(row, now), sums.get(row.id)) for row in rows]


def _with_sums(view: JobView, sums: Mapping[str, Any] | None) -> JobView:
    if sums is None:
        return view
    counters = {name: sums[name] for name in view.counters}
    requests = max(view.requests, sums["requests"])
    return replace(view, counters=counters, done=sums["done"], total=sums["total"], requests=requests)
