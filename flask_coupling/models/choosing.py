"""What a user chose in lists: the records selected across pages, and the filters kept under a name."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from .base import PREFIX, Base, Json, UtcDateTime


class Selection(Base):
    """What `principal` has selected in a list of a table mapping; forgotten a day after it was last touched.

    `side` is bc, sales or couplings. `picks` are `record` or `record~coupling` texts. With `everything` the selection
    is whatever fits `search` and `state` when an action is carried out, and `picks` are empty.
    """

    __tablename__ = f"{PREFIX}selection"
    __table_args__ = (Index(None, "touched_at"),)

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    connection: Mapped[str] = mapped_column(String(50), ForeignKey(f"{PREFIX}connection.name", ondelete="CASCADE"))
    mapping: Mapped[str] = mapped_column(String(50))
    side: Mapped[str] = mapped_column(String(10))
    principal: Mapped[str] = mapped_column(String(255), default="")
    picks: Mapped[list[str]] = mapped_column(Json)
    everything: Mapped[bool] = mapped_column(default=False)
    search: Mapped[str] = mapped_column(String(250), default="")
    state: Mapped[str] = mapped_column(String(20), default="")
    touched_at: Mapped[datetime] = mapped_column(UtcDateTime)


class SavedFilter(Base):
    """A filter of a list that `principal` keeps under a name; `query` is what the list's address carries."""

    __tablename__ = f"{PREFIX}saved_filter"
    __table_args__ = (UniqueConstraint("connection", "mapping", "principal", "side", "name"),)

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    connection: Mapped[str] = mapped_column(String(50), ForeignKey(f"{PREFIX}connection.name", ondelete="CASCADE"))
    mapping: Mapped[str] = mapped_column(String(50))
    side: Mapped[str] = mapped_column(String(10))
    principal: Mapped[str] = mapped_column(String(255), default="")
    name: Mapped[str] = mapped_column(String(80))
    query: Mapped[dict[str, Any]] = mapped_column(Json)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
