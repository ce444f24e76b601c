"""Every write that was carried out, field by field: who, what, before, after, and why."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from .base import PREFIX, Base, Json, UtcDateTime


class HistoryEntry(Base):
    """One write to one record of `side`, or one coupling made or removed (`side` is then None).

    `action` is insert, modify, delete, couple or uncouple. `fields` maps each property written to `[before, after]`
    as the service showed them; for an insert, which has no before, each property to its first value alone.
    `reason` is a code: new, changed, first, cut, conflict, restored, found, undo, by_hand.
    `undone_by` is the job that took it back. Entries stay when the coupling is removed; `requested_by` is who asked.
    """

    __tablename__ = f"{PREFIX}history"
    __table_args__ = (
        Index(None, "bc_id", "id"),
        Index(None, "sales_id", "id"),
        Index(None, "job_id", "id"),
    )

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    connection: Mapped[str] = mapped_column(String(50), ForeignKey(f"{PREFIX}connection.name", ondelete="CASCADE"))
    mapping: Mapped[str] = mapped_column(String(50))
    job_id: Mapped[str | None] = mapped_column(String(36), default=None)
    bc_id: Mapped[str | None] = mapped_column(String(36), default=None)
    sales_id: Mapped[str | None] = mapped_column(String(36), default=None)
    side: Mapped[str | None] = mapped_column(String(5), default=None)
    action: Mapped[str] = mapped_column(String(10))
    fields: Mapped[dict[str, Any]] = mapped_column(Json)
    reason: Mapped[str] = mapped_column(String(20))
    requested_by: Mapped[str] = mapped_column(String(255), default="")
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    undone_by: Mapped[str | None] = mapped_column(String(36), default=None)
