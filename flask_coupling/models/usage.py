"""How many requests each service was asked, for the health page."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Float, ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from .base import PREFIX, Base, UtcDateTime


class ServiceUsage(Base):
    """Requests of one process to one service within a minute; several rows of a minute are added up.

    `throttled` were answered 429, `failed` 5xx or not at all, `seconds` is the time they took together. Rows are kept
    for a day.
    """

    __tablename__ = f"{PREFIX}service_usage"
    __table_args__ = (Index(None, "connection", "minute"),)

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    connection: Mapped[str] = mapped_column(String(50), ForeignKey(f"{PREFIX}connection.name", ondelete="CASCADE"))
    side: Mapped[str] = mapped_column(String(5))
    minute: Mapped[datetime] = mapped_column(UtcDateTime)
    requests: Mapped[int] = mapped_column(Integer, default=0)
    throttled: Mapped[int] = mapped_column(Integer, default=0)
    failed: Mapped[int] = mapped_column(Integer, default=0)
    seconds: Mapped[float] = mapped_column(Float, default=0.0)
