"""Run a job again that is over: of one with parts only those that are not finished, or one of them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError

from flask_coupling.errors import JobNotFound, JobNotOverConflictError, JobRunningConflictError
from flask_coupling.models import JobState, SynchJob, SynchJobError
from flask_coupling.models.job import COUNTERS

from .delivery import deliver, start_engine
from .host import JobHost
from .parts import unfinished


def restart(host: JobHost, job_id: str) -> str:
    """Begin a job of several parts again, and return its id; the parts that are finished stay so. Commits.

    Given the id of a part, that one is run again, also when it is finished, and those that wait for it. Raises
    JobNotOverConflictError while the job is under way, and JobRunningConflictError when one of the mappings is.
    """
    start_engine(host)
    row = host.session.get(SynchJob, job_id, populate_existing=True)
    if row is None:
        raise JobNotFound(id=job_id)
    whole_id, wanted = (row.parent_id, row.id) if row.parent_id else (row.id, None)
    whole = host.session.get(SynchJob, whole_id, populate_existing=True)
    assert whole is not None
    if not JobState(whole.state).is_over:
        raise JobNotOverConflictError(id=whole.id)
    _begin_again(host, whole, wanted)
    deliver(host, whole.id)
    return whole.id


def _begin_again(host: JobHost, whole: SynchJob, wanted: str | None) -> None:
    session, whole_id, connection = host.session, whole.id, whole.connection
    query = select(SynchJob.id, SynchJob.mapping, SynchJob.state, SynchJob.payload).where(
        SynchJob.parent_id == whole_id
    )
    rows = [dict(row._mapping) for row in session.execute(query.order_by(SynchJob.place))]
    parts = [{**row, "after": row["payload"].get("after", ())} for row in rows]
    chosen = unfinished(parts, wanted)
    try:
        for part in parts:
            if part["id"] in chosen:
                session.execute(delete(SynchJobError).where(SynchJobError.job_id == part["id"]))
                _reset(host, part["id"], f"{connection}/{part['mapping']}", {**dict.fromkeys(COUNTERS, 0), **_NOTHING})
        _reset(host, whole_id, f"{connection}/*", {})
        session.commit()
    except IntegrityError:
        session.rollback()
        keys = [f"{connection}/{part['mapping']}" for part in parts if part["id"] in chosen] + [f"{connection}/*"]
        query = select(SynchJob.id, SynchJob.mapping).where(SynchJob.running_key.in_(keys)).limit(1)
        busy = session.execute(query).first()
        told = {"mapping": busy.mapping or "Everything", "id": busy.id} if busy else {"mapping": "?", "id": "?"}
        raise JobRunningConflictError(**told) from None


_NOTHING = {"done": 0, "total": None, "requests": 0, "started_at": None, "paused_seconds": 0.0}


def _reset(host: JobHost, job_id: str, running_key: str, more: dict[str, Any]) -> None:
    values = {
        "state": JobState.READY,
        "running_key": running_key,
        "attempts": 0,
        "cancel_requested": False,
        "pause_requested": False,
        "finished_at": None,
        "message": None,
        "error_code": None,
        "lease_until": host.clock() + timedelta(seconds=host.settings.lease_seconds),
        **more,
    }
    statement = update(SynchJob).where(SynchJob.id == job_id).values(values)
    host.session.execute(statement.execution_options(synchronize_session=False))
