"""What an administrator changed of a table mapping, and where each side was read up to."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from .base import PREFIX, Base, Json, UtcDateTime


class IntegrationTableMapping(Base):
    """One row for each connection and table mapping in use.

    `settings` holds only what differs from the declared mapping (None: nothing), as core/mapping_document.py writes it;
    `version` rises with each edit (0: never edited), `edited_at` is when the last one was. A cursor is opaque text,
    valid only while its fingerprint (of mapping and connection) is the present one. `compared_at` is when all records
    were last looked at: a feed that goes by time stamps tells of no deletions.
    """

    __tablename__ = f"{PREFIX}table_mapping"

    connection: Mapped[str] = mapped_column(
        String(50), ForeignKey(f"{PREFIX}connection.name", ondelete="CASCADE"), primary_key=True
    )
    name: Mapped[str] = mapped_column(String(50), primary_key=True)
    settings: Mapped[dict[str, Any] | None] = mapped_column(Json, default=None)
    version: Mapped[int] = mapped_column(Integer, default=0)
    edited_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)
    edited_by: Mapped[str] = mapped_column(String(255), default="")
    bc_cursor: Mapped[str | None] = mapped_column(Text, default=None)
    sales_cursor: Mapped[str | None] = mapped_column(Text, default=None)
    compared_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)
    fingerprint: Mapped[str] = mapped_column(String(64), default="")
    synchronized_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)


class MappingChange(Base):
    """One edit of a table mapping: who, when, and every setting that it changed.

    `action` is edit, restore or import. `changes` holds `[path, before, after]` of each setting, `settings` all that
    differed from the declared mapping afterwards. Changes stay when the mapping is no longer declared.
    """

    __tablename__ = f"{PREFIX}mapping_change"
    __table_args__ = (Index(None, "connection", "mapping", "id"),)

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    connection: Mapped[str] = mapped_column(String(50), ForeignKey(f"{PREFIX}connection.name", ondelete="CASCADE"))
    mapping: Mapped[str] = mapped_column(String(50))
    version: Mapped[int] = mapped_column(Integer)
    action: Mapped[str] = mapped_column(String(10))
    changes: Mapped[list[Any]] = mapped_column(Json)
    settings: Mapped[dict[str, Any]] = mapped_column(Json)
    requested_by: Mapped[str] = mapped_column(String(255), default="")
    at: Mapped[datetime] = mapped_column(UtcDateTime)
