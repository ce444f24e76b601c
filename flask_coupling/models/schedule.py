"""When a table mapping is synchronized by itself: at intervals, and when a service says that something changed."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from .base import PREFIX, Base, UtcDateTime

USUAL_MINUTES = 30


class Schedule(Base):
    """The recurring run of one table mapping (Job Queue Entry).

    While `enabled` (not on hold) a run is due every `minutes`, next at `next_due_at`. `woken_at` is when a webhook
    told of a change that no run has been started for yet. `last_started_at` is when a run was last started by
    either. With `idle_minutes` a run that found nothing to do puts it to sleep (On Hold with Inactivity Timeout): it is
    then due after so many minutes, with 0 not before something wakes it; any run that changed something wakes it. Each
    start is claimed by a conditional update of this row, so that of several processes one makes it.
    """

    __tablename__ = f"{PREFIX}schedule"

    connection: Mapped[str] = mapped_column(
        String(50), ForeignKey(f"{PREFIX}connection.name", ondelete="CASCADE"), primary_key=True
    )
    mapping: Mapped[str] = mapped_column(String(50), primary_key=True)
    minutes: Mapped[int] = mapped_column(Integer, default=USUAL_MINUTES)
    enabled: Mapped[bool] = mapped_column(default=False)
    next_due_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)
    woken_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)
    last_started_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)
    idle_minutes: Mapped[int | None] = mapped_column(Integer, default=None)
    asleep: Mapped[bool] = mapped_column(default=False)
