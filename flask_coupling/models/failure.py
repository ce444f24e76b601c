"""A record that could not be handled: coupled or not, one row for each direction, so that no cursor ever loses it."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from .base import PREFIX, Base, Json, UtcDateTime


class FailureClass(StrEnum):
    """What may help: time, another record, or a person."""

    TRANSIENT = "transient"
    WAITING = "waiting"
    PERMANENT = "permanent"


class FailedRecord(Base):
    """A record of `side` whose data did not get to the other side; gone as soon as they do.

    `attempts` counts the tries, `repeats` those in a row with the same message. A TRANSIENT failure is tried again
    after `next_try_at`; a WAITING one with every run; a PERMANENT one with every run until it has repeated itself:
    then it is `skipped`, until a person retries it or the record changes (its etag is no longer `etag`).
    Not shown before `snoozed_until`, though tried all the same; `note` is what `noted_by` wrote about it.
    `coupling_id` is None for a record without a partner. `code`, `message`, `hint` and `facts` are the last error's.
    """

    __tablename__ = f"{PREFIX}failed_record"
    __table_args__ = (
        UniqueConstraint("connection", "mapping", "side", "record_id"),
        Index(None, "connection", "code"),
        Index(None, "coupling_id"),
    )

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    connection: Mapped[str] = mapped_column(String(50), ForeignKey(f"{PREFIX}connection.name", ondelete="CASCADE"))
    mapping: Mapped[str] = mapped_column(String(50))
    side: Mapped[str] = mapped_column(String(5))
    record_id: Mapped[str] = mapped_column(String(36))
    etag: Mapped[str] = mapped_column(String(255), default="")
    coupling_id: Mapped[int | None] = mapped_column(ForeignKey(f"{PREFIX}coupling.id", ondelete="CASCADE"))
    title: Mapped[str] = mapped_column(String(255), default="")
    error_class: Mapped[str] = mapped_column(String(10))
    code: Mapped[str] = mapped_column(String(50))
    message: Mapped[str] = mapped_column(Text)
    hint: Mapped[str] = mapped_column(Text, default="")
    facts: Mapped[dict[str, Any] | None] = mapped_column(Json, default=None)
    attempts: Mapped[int] = mapped_column(Integer, default=1)
    repeats: Mapped[int] = mapped_column(Integer, default=1)
    skipped: Mapped[bool] = mapped_column(default=False)
    next_try_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)
    job_id: Mapped[str] = mapped_column(String(36), default="")
    first_failed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_failed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    snoozed_until: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)
    note: Mapped[str] = mapped_column(Text, default="")
    noted_by: Mapped[str] = mapped_column(String(255), default="")
