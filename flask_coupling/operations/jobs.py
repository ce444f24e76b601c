"""The log of jobs, and taking one back."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from flask_coupling.errors import InputInvalid, JobNotFound
from flask_coupling.globals import current_coupling
from flask_coupling.jobs.queue import reap
from flask_coupling.jobs.wishes import cancel, pause, resume
from flask_coupling.models import JobState, SynchJob, SynchJobError
from flask_coupling.permissions import require

from .keyset import after, checked_limit, make_cursor, read_cursor
from .setting import enabled_connection, find_connection
from .show import show_job, show_job_error
from .views import JobErrorView, JobView, Slice


def list_jobs(
    connection: str, mapping: str | None = None, *, state: str | None = None, cursor: str | None = None, limit: int = 50
) -> Slice[JobView]:
    """Return the runs of a connection, newest first; also while it is not enabled."""
    require("view", connection=connection)
    find_connection(connection)
    reap(current_coupling)
    query = select(SynchJob).where(SynchJob.connection == connection)
    if mapping is not None:
        query = query.where(SynchJob.mapping == mapping)
    if state is not None:
        query = query.where(SynchJob.state == _parse_state(state))
    key = read_cursor(cursor, (str, str))
    moment = (_parse_time(key[0]), key[1]) if key is not None else None
    query = after(query, [SynchJob.created_at, SynchJob.id], moment, descending=True)  # type: ignore[list-item]
    size = checked_limit(limit)
    rows = list(current_coupling.session.scalars(query.limit(size + 1)))
    last = rows[size - 1] if len(rows) > size else None
    next_cursor = make_cursor((last.created_at.isoformat(), last.id)) if last is not None else None
    return Slice(tuple(show_job(row, current_coupling.clock()) for row in rows[:size]), next_cursor)


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
    return _show(find_job(connection, id))


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
    return _show(cancel(current_coupling, id))


def pause_job(connection: str, id: str) -> JobView:
    """Let a run rest after the records it is at, until it is resumed; one that is over stays as it is."""
    require("synchronize", connection=connection)
    find_job(connection, id)
    return _show(pause(current_coupling, id))


def resume_job(connection: str, id: str) -> JobView:
    """Let a paused run go on; its counters go on too. One that is not paused stays as it is."""
    require("synchronize", connection=connection)
    enabled_connection(connection)
    find_job(connection, id)
    return _show(resume(current_coupling, id))


def _show(row: SynchJob) -> JobView:
    return show_job(row, current_coupling.clock())
