"""The right to work on a job: taken, kept and given back by conditional updates, so that two workers never share it."""

from __future__ import annotations

import os
import socket
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any
from uuid import uuid4

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Connection,
    CursorResult,
    Dialect,
    Update,
    and_,
    bindparam,
    func,
    literal_column,
    or_,
    update,
)
from sqlalchemy.orm import Session, scoped_session

from flask_coupling.models import JobState, SynchJob, table_of
from flask_coupling.models.prepared import Prepared, prepare

from .host import JobHost

Executor = Connection | Session | scoped_session[Session]

_jobs = table_of(SynchJob)


def worker_name() -> str:
    """A name no other claim has, which still tells an administrator where the worker runs."""
    return f"{socket.gethostname()[:32]}:{os.getpid()}:{uuid4().hex[:12]}"


def take_lease(executor: Executor, job_id: str, worker: str, now: datetime, seconds: float) -> bool:
    """Begin a job that is ready, or whose worker fell silent; False when somebody else has it, or it is over."""
    values = {"wanted": job_id, "by": worker, "now": now, "until": now + timedelta(seconds=seconds)}
    result = executor.execute(_TAKE, values)
    assert isinstance(result, CursorResult)
    return result.rowcount == 1


def change_leased(executor: Executor, job_id: str, worker: str, values: Mapping[str, Any]) -> bool:
    """Write to the job's row if the lease is still this worker's; False (and nothing written) when it is not.

    The row stays locked until the transaction ends, so what is committed with it was entitled to.
    """
    connection = executor if isinstance(executor, Connection) else executor.connection()
    statement = _changing(connection.dialect, frozenset(values))
    return statement.execute(connection, {**values, "b_id": job_id, "b_worker": worker}).rowcount == 1


@lru_cache(maxsize=64)
def _changing(dialect: Dialect, names: frozenset[str]) -> Prepared:
    leased = update(_jobs).where(
        _jobs.c.id == bindparam("b_id"),
        _jobs.c.worker == bindparam("b_worker"),
        _jobs.c.state == literal_column(f"'{JobState.IN_PROCESS}'"),
    )
    columns = {name: name for name in names} | {"b_id": "id", "b_worker": "worker"}
    return prepare(leased.values({name: bindparam(name) for name in names}), dialect, _jobs, columns, {})


def is_silent(now: datetime | BindParameter[datetime]) -> ColumnElement[bool]:
    """Jobs in process whose worker did not renew its lease in time."""
    return and_(_jobs.c.state == JobState.IN_PROCESS, _jobs.c.lease_until < now)


def close_parts(host: JobHost, job_id: str) -> None:
    """End the parts that a job which is over did not finish, so that their mappings are free. The caller commits."""
    now, session = host.clock(), host.session
    waits = or_(SynchJob.state.in_((JobState.READY, JobState.PAUSED)), is_silent(now))
    over = {"state": JobState.CANCELED, "finished_at": now, "running_key": None, "lease_until": None, "worker": None}
    left = update(SynchJob).where(SynchJob.parent_id == job_id, waits).values(**over, pause_requested=False)
    session.execute(left.execution_options(synchronize_session=False))


_NOW = bindparam("now", type_=_jobs.c.lease_until.type)
_TAKE = (
    update(_jobs)
    .where(
        _jobs.c.id == bindparam("wanted"),
        or_(_jobs.c.state == JobState.READY, is_silent(_NOW)),
    )
    .values(
        state=JobState.IN_PROCESS,
        worker=bindparam("by"),
        lease_until=bindparam("until"),
        started_at=func.coalesce(_jobs.c.started_at, _NOW),
        attempts=_jobs.c.attempts + 1,
        message=None,
        error_code=None,
    )
)


def changes_one(executor: Executor, statement: Update) -> bool:
    """Whether the statement found its row."""
    result = executor.execute(statement.execution_options(synchronize_session=False))
    assert isinstance(result, CursorResult)
    return result.rowcount == 1
