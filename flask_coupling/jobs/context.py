"""What a job's handler works with: the job as asked for, its session, and how to tell of progress."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias

from sqlalchemy.orm import Session, scoped_session

from flask_coupling.errors import CouplingError
from flask_coupling.models import JobKind


class LeaseLost(CouplingError):
    """The job was given to another worker, because this one was silent for too long; what it does no longer counts."""

    code = "lease_lost"
    status = 409
    template = "Job {job} is no longer this worker's: its lease ran out and it was given to another, or it is over."
    advice = "Nothing is lost; the other worker does it again."


@dataclass(frozen=True, slots=True)
class Job:
    """A job as its handler may know it; `counters`, `done` and `requests` are what attempts before this one stored."""

    id: str
    connection: str
    mapping: str
    kind: JobKind
    direction: str
    payload: Mapping[str, Any]
    requested_by: str
    attempt: int
    counters: Mapping[str, int]
    done: int = 0
    requests: int = 0
    parent_id: str | None = None


class JobContext(Protocol):
    """A running job, seen from its handler."""

    @property
    def job(self) -> Job:
        """What was asked for."""
        ...

    @property
    def session(self) -> scoped_session[Session]:
        """The session to read and write with."""
        ...

    def report(self, done: int, total: int | None, counters: Mapping[str, int], requests: int) -> None:
        """Tell how far the job is: records handled, of how many (None: not known), counters and HTTP requests so far.

        Cheap, and safe at any moment: nothing is written here. What was reported last is stored by the next
        `commit`, and besides about twice a second by itself where the database can be used from two threads.
        """
        ...

    def stop_requested(self) -> bool:
        """Whether someone canceled or paused the job; a handler that then returns leaves it so.

        It is run again when a paused job is resumed.
        """
        ...

    def assert_lease(self) -> None:
        """Raise LeaseLost unless the job is still this worker's; it then stays so until `session` ends its transaction.

        To be called in the same transaction as what is about to be committed.
        """
        ...

    def commit(self) -> None:
        """Store a step as a whole: assert the lease, write the last report, commit `session`; raises LeaseLost."""
        ...


Handler: TypeAlias = Callable[[JobContext], None]
"""Does a job; returns when it is done or stopped, raises when it failed as a whole."""
