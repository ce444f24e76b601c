"""A conflict that waits for a person, or waited for one."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, Integer, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from .base import PREFIX, Base, Json, UtcDateTime


class ConflictEntry(Base):
    """Fields that moved on both sides, or the side whose record is gone.

    `kind` is `update` or `deletion`; `fields` a list of `{field, base_bc, base_sales, bc, sales}`; `missing` a side.
    `bc_modified_on` and `sales_modified_on` are each service's own time stamp of its record ("" for a missing one).
    `bc_modified_by` and `sales_modified_by` are the names of those who changed it last, None where it was not told.
    Open while `closed_at` is NULL; `resolution` then tells how it ended. Not shown before `snoozed_until`; `note` is
    what `noted_by` wrote about it.
    """

    __tablename__ = f"{PREFIX}conflict"
    __table_args__ = (
        Index(None, "connection", "mapping", "closed_at"),
        # the open ones are few among all there ever were
        Index(
            f"ix_{PREFIX}conflict_open",
            "connection",
            "id",
            sqlite_where=text("closed_at IS NULL"),
            postgresql_where=text("closed_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    connection: Mapped[str] = mapped_column(String(50), ForeignKey(f"{PREFIX}connection.name", ondelete="CASCADE"))
    mapping: Mapped[str] = mapped_column(String(50))
    coupling_id: Mapped[int] = mapped_column(ForeignKey(f"{PREFIX}coupling.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str] = mapped_column(String(10))
    fields: Mapped[list[dict[str, Any]]] = mapped_column(Json)
    missing: Mapped[str | None] = mapped_column(String(5), default=None)
    bc_modified_on: Mapped[str] = mapped_column(String(40), default="")
    sales_modified_on: Mapped[str] = mapped_column(String(40), default="")
    bc_modified_by: Mapped[str | None] = mapped_column(String(255), default=None)
    sales_modified_by: Mapped[str | None] = mapped_column(String(255), default=None)
    job_id: Mapped[str | None] = mapped_column(String(36), default=None)
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)
    resolution: Mapped[str | None] = mapped_column(String(30), default=None)
    snoozed_until: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)
    note: Mapped[str] = mapped_column(Text, default="")
    noted_by: Mapped[str] = mapped_column(String(255), default="")
