"""What an administrator changed of a table mapping, and where each side was read up to."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from .base import PREFIX, Base, Json, UtcDateTime


class IntegrationTableMapping(Base):
    """One row for each connection and table mapping in use.

    `settings` holds only what differs from the declared mapping (None: nothing). A cursor is opaque text, valid only
    while its fingerprint (of mapping and connection) is the present one. `compared_at` is when all records were last
    looked at: a feed that goes by time stamps tells of no deletions.
    """

    __tablename__ = f"{PREFIX}table_mapping"

    connection: Mapped[str] = mapped_column(
        String(50), ForeignKey(f"{PREFIX}connection.name", ondelete="CASCADE"), primary_key=True
    )
    name: Mapped[str] = mapped_column(String(50), primary_key=True)
    settings: Mapped[dict[str, Any] | None] = mapped_column(Json, default=None)
    bc_cursor: Mapped[str | None] = mapped_column(Text, default=None)
    sales_cursor: Mapped[str | None] = mapped_column(Text, default=None)
    compared_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)
    fingerprint: Mapped[str] = mapped_column(String(64), default="")
    synchronized_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)
