"""One run (Integration Synch. Job) and its failed records (Integration Synch. Job Error)."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from .base import PREFIX, Base, Json, UtcDateTime


class JobKind(StrEnum):
    """What a run does."""

    SYNCHRONIZATION = "synchronization"
    COUPLING = "coupling"
    UNCOUPLING = "uncoupling"
    COMPARISON = "comparison"
    REVIEW = "review"
    FULL_SYNCHRONIZATION = "full_synchronization"
    MODIFIED_RECORDS = "modified_records"
    STATISTICS = "statistics"


class JobState(StrEnum):
    """Where a run stands."""

    READY = "ready"
    IN_PROCESS = "in_process"
    PAUSED = "paused"
    FINISHED = "finished"
    ERROR = "error"
    CANCELED = "canceled"

    @property
    def is_over(self) -> bool:
        """Whether the run will do nothing more."""
        return self not in OPEN_STATES


OPEN_STATES = (JobState.READY, JobState.IN_PROCESS, JobState.PAUSED)
"""The states of a run that is not over."""


COUNTERS = ("inserted", "modified", "deleted", "unchanged", "skipped", "failed", "coupled", "uncoupled")


class SynchJob(Base):
    """One run of a table mapping: what was asked (`payload`), where it stands, and its counters.

    `done` of `total` records are handled (`total` is None until known). `worker` holds the lease until
    `lease_until`; a run whose lease ran out is delivered again, and so is one that is still ready by then.
    `running_key` (`connection/mapping`) is set while a run of the whole mapping is not over: being unique, it makes a
    second one impossible. `message` is set when the run as a whole failed, or waits for a service. `cancel_requested`
    and `pause_requested` are what people want of it; the state follows. `paused_seconds` is how long it has been
    paused in all, but for the pause that began at `paused_at`.

    A job of several table mappings has no `mapping`, and its parts are jobs whose `parent_id` it is, in the order of
    `place`; `payload["after"]` of a part names the parts that come before it. Its worker runs them: no engine is given
    their ids. `result` is what a job found, where that is more than counters.
    """

    __tablename__ = f"{PREFIX}synch_job"
    __table_args__ = (
        Index(None, "connection", "created_at"),
        Index(None, "connection", "mapping", "state"),
        Index(None, "connection", "mapping", "created_at"),
        Index(None, "state", "lease_until"),
        Index(None, "parent_id", "place"),
    )

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    connection: Mapped[str] = mapped_column(String(50), ForeignKey(f"{PREFIX}connection.name", ondelete="CASCADE"))
    mapping: Mapped[str] = mapped_column(String(50))
    parent_id: Mapped[str | None] = mapped_column(ForeignKey(f"{PREFIX}synch_job.id", ondelete="CASCADE"), default=None)
    place: Mapped[int] = mapped_column(Integer, default=0)
    kind: Mapped[str] = mapped_column(String(30), default=JobKind.SYNCHRONIZATION)
    direction: Mapped[str] = mapped_column(String(20))
    payload: Mapped[dict[str, Any]] = mapped_column(Json)
    state: Mapped[str] = mapped_column(String(20), default=JobState.READY)
    worker: Mapped[str | None] = mapped_column(String(80), default=None)
    lease_until: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)
    running_key: Mapped[str | None] = mapped_column(String(101), unique=True, default=None)
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    cancel_requested: Mapped[bool] = mapped_column(default=False)
    pause_requested: Mapped[bool] = mapped_column(default=False)
    paused_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)
    paused_seconds: Mapped[float] = mapped_column(default=0.0)
    total: Mapped[int | None] = mapped_column(Integer, default=None)
    done: Mapped[int] = mapped_column(Integer, default=0)
    requests: Mapped[int] = mapped_column(Integer, default=0)
    inserted: Mapped[int] = mapped_column(Integer, default=0)
    modified: Mapped[int] = mapped_column(Integer, default=0)
    deleted: Mapped[int] = mapped_column(Integer, default=0)
    unchanged: Mapped[int] = mapped_column(Integer, default=0)
    skipped: Mapped[int] = mapped_column(Integer, default=0)
    failed: Mapped[int] = mapped_column(Integer, default=0)
    coupled: Mapped[int] = mapped_column(Integer, default=0)
    uncoupled: Mapped[int] = mapped_column(Integer, default=0)
    message: Mapped[str | None] = mapped_column(Text, default=None)
    error_code: Mapped[str | None] = mapped_column(String(50), default=None)
    result: Mapped[dict[str, Any] | None] = mapped_column(Json, default=None)
    requested_by: Mapped[str] = mapped_column(String(255), default="")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    started_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)


class SynchJobError(Base):
    """One record a run failed on or set aside, with the service's message.

    `counter` is `failed` or `skipped`; `code`, `facts` and `hint` are those of the error; `side` is the side that
    refused (None when neither did), `bc_id`/`sales_id` whichever ends are known, `title` the record's name.
    """

    __tablename__ = f"{PREFIX}synch_job_error"
    __table_args__ = (Index(None, "job_id", "id"),)

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    job_id: Mapped[str] = mapped_column(ForeignKey(f"{PREFIX}synch_job.id", ondelete="CASCADE"))
    connection: Mapped[str] = mapped_column(String(50))
    mapping: Mapped[str] = mapped_column(String(50))
    counter: Mapped[str] = mapped_column(String(10), default="failed")
    side: Mapped[str | None] = mapped_column(String(5), default=None)
    bc_id: Mapped[str | None] = mapped_column(String(36), default=None)
    sales_id: Mapped[str | None] = mapped_column(String(36), default=None)
    title: Mapped[str] = mapped_column(String(255), default="")
    code: Mapped[str] = mapped_column(String(50))
    message: Mapped[str] = mapped_column(Text)
    hint: Mapped[str] = mapped_column(Text, default="")
    facts: Mapped[dict[str, Any] | None] = mapped_column(Json, default=None)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
