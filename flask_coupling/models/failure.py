"""A record that could not be handled and has no coupling to note it on: so that no cursor ever loses it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from .base import PREFIX, Base, Json, UtcDateTime


class FailedRecord(Base):
    """An uncoupled record of `side` whose last attempt failed or was set aside; tried again by every run.

    Gone as soon as the record is coupled. `attempts` counts the tries, `code`, `message`, `hint` and `facts` are those
    of the last error.
    """

    __tablename__ = f"{PREFIX}failed_record"
    __table_args__ = (
        UniqueConstraint("connection", "mapping", "side", "record_id"),
        Index(None, "connection", "mapping", "code"),
    )

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    connection: Mapped[str] = mapped_column(String(50), ForeignKey(f"{PREFIX}connection.name", ondelete="CASCADE"))
    mapping: Mapped[str] = mapped_column(String(50))
    side: Mapped[str] = mapped_column(String(5))
    record_id: Mapped[str] = mapped_column(String(36))
    title: Mapped[str] = mapped_column(String(255), default="")
    code: Mapped[str] = mapped_column(String(50))
    message: Mapped[str] = mapped_column(Text)
    hint: Mapped[str] = mapped_column(Text, default="")
    facts: Mapped[dict[str, Any] | None] = mapped_column(Json, default=None)
    attempts: Mapped[int] = mapped_column(Integer, default=1)
    job_id: Mapped[str] = mapped_column(String(36), default="")
    first_failed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_failed_at: Mapped[datetime] = mapped_column(UtcDateTime)
