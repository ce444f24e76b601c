"""A job in the hands of a worker: progress, stopping and the fence round its commits."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Dialect, StaticPool, bindparam, select
from sqlalchemy.orm import Session, scoped_session

from flask_coupling.models import JobKind, SynchJob, table_of
from flask_coupling.models.job import COUNTERS
from flask_coupling.models.prepared import Prepared, prepare

from .context import Job, LeaseLost
from .heartbeat import Heartbeat
from .host import JobHost
from .lease import change_leased

_jobs = table_of(SynchJob)

BEAT_SECONDS = 0.5
"""How often progress is made visible, when there is any."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a job is, as columns of its row."""

    columns: Mapping[str, Any]

    @classmethod
    def of(cls, done: int, total: int | None, counters: Mapping[str, int], requests: int) -> Progress:
        """Progress from a report; a counter that is not one of a job's is a mistake of the handler's."""
        if unknown := set(counters) - set(COUNTERS):
            raise ValueError(f"a job has no counter {', '.join(sorted(unknown))}")
        return cls({"done": done, "total": total, "requests": requests, **counters})


class RunningJob:
    """The `JobContext` that handlers get. Not shared between threads, but for the heartbeat's."""

    def __init__(self, host: JobHost, job: Job, worker: str) -> None:
        self.job = job
        self._host, self._worker = host, worker
        self._reported: Progress | None = None
        self._shown: Progress | None = None
        self._stored: Progress | None = None
        self._renewed = self._told = host.clock()
        self._line: Connection | None = None
        self._lost = False
        self.was_stopped = False

    @property
    def session(self) -> scoped_session[Session]:
        """The session to read and write with."""
        return self._host.session

    def report(self, done: int, total: int | None, counters: Mapping[str, int], requests: int) -> None:
        """Tell how far the job is; see `JobContext.report`."""
        self._reported = Progress.of(done, total, counters, requests)

    def stop_requested(self) -> bool:
        """Whether someone canceled or paused the job."""
        if not self.was_stopped:
            connection = self.session.connection()
            asked = _wishes(connection.dialect).execute(connection, {"b_id": self.job.id}).scalar()
            self.was_stopped = bool(asked)
        return self.was_stopped

    def assert_lease(self) -> None:
        """Raise LeaseLost unless the job is still this worker's; see `JobContext.assert_lease`."""
        self._write(lease_until=self._next_lease())

    def commit(self) -> None:
        """Store a step as a whole; see `JobContext.commit`."""
        reported = self._reported
        self._write(lease_until=self._next_lease(), **(reported.columns if reported else {}))
        self.session.commit()
        self._stored = self._shown = reported
        self._renewed = self._told = self._host.clock()

    def release(self, **values: Any) -> None:
        """Give the lease back together with these columns, and commit; raises LeaseLost."""
        self._write(**{"worker": None, "lease_until": None, **values})
        self.session.commit()

    @property
    def reported(self) -> Mapping[str, Any]:
        """The progress reported last, as columns."""
        return self._reported.columns if self._reported else {}

    @property
    def stored(self) -> Mapping[str, Any]:
        """The progress that is certain: what `commit` stored last, or without any commit what was reported."""
        certain = self._stored or self._reported
        return certain.columns if certain else {}

    def heartbeat(self) -> AbstractContextManager[object]:
        """Keep the lease from another thread, unless the database is one connection that no thread can share."""
        if isinstance(self._host.db_engine.pool, StaticPool):
            return nullcontext()
        return Heartbeat(self.beat, min(BEAT_SECONDS, self._host.settings.lease_seconds / 3), self._hang_up)

    def beat(self) -> bool:
        """Show new progress, renew an aging lease; False once the lease is somebody else's."""
        reported = self._reported
        if not self._is_due(reported):
            return True
        columns = {**(reported.columns if reported else {}), "lease_until": self._next_lease()}
        # not returned to the pool between two beats, which would give it to the job next, and the job's to this thread:
        # SQLite's cache belongs to a connection, and is worth nothing once another has written
        self._line = self._line or self._host.db_engine.connect()
        with self._line.begin():
            self._lost = not change_leased(self._line, self.job.id, self._worker, columns)
        self._shown, self._renewed = reported, self._host.clock()
        return not self._lost

    def _is_due(self, reported: Progress | None) -> bool:
        """Whether something is to be told: not while the job commits by itself all the time."""
        now, third = self._host.clock(), timedelta(seconds=self._host.settings.lease_seconds / 3)
        if now >= self._renewed + third:
            return True
        return reported is not self._shown and not timedelta() < now - self._told < timedelta(seconds=BEAT_SECONDS)

    def _hang_up(self) -> None:
        if self._line is not None:
            self._line.close()
            self._line = None

    def _next_lease(self) -> datetime:
        return self._host.clock() + timedelta(seconds=self._host.settings.lease_seconds)

    def _write(self, **values: Any) -> None:
        if self._lost or not change_leased(self.session, self.job.id, self._worker, values):
            self._lost = True
            self.session.rollback()
            raise LeaseLost(job=self.job.id)


@lru_cache(maxsize=4)
def _wishes(dialect: Dialect) -> Prepared:
    wishes = select(_jobs.c.cancel_requested | _jobs.c.pause_requested).where(_jobs.c.id == bindparam("b_id"))
    return prepare(wishes, dialect, _jobs, {"b_id": "id"}, {})


def describe_job(row: SynchJob) -> Job:
    """The frozen view of a job's row."""
    return Job(
        id=row.id,
        connection=row.connection,
        mapping=row.mapping,
        kind=JobKind(row.kind),
        direction=row.direction,
        payload=row.payload or {},
        requested_by=row.requested_by,
        attempt=row.attempts,
        counters={name: getattr(row, name) for name in COUNTERS},
        done=row.done,
        requests=row.requests,
        parent_id=row.parent_id,
    )
