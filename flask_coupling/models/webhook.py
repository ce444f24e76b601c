"""What a service was asked to tell us: a subscription of Business Central, or the key that Sales sends."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from .base import PREFIX, Base, UtcDateTime
from .encrypted import EncryptedString


class WebhookSubscription(Base):
    """One subscription of a table mapping's Business Central table, or (`side` sales, `mapping` "") the key of Sales.

    `secret` (Business Central's clientState, or the key) is encrypted at rest and left out of `repr`.
    `subscription_id` is None while the service has not confirmed it; without renewal it ends at `expires_at`.
    `tried_at` is when it was last asked for or renewed, claimed by a conditional update; `notified_at` when it last
    told of a change, `problem` why it could not be made or renewed ("" for none).
    """

    __tablename__ = f"{PREFIX}webhook_subscription"
    __table_args__ = (UniqueConstraint("connection", "side", "mapping"), Index(None, "connection", "subscription_id"))

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    connection: Mapped[str] = mapped_column(String(50), ForeignKey(f"{PREFIX}connection.name", ondelete="CASCADE"))
    side: Mapped[str] = mapped_column(String(5))
    mapping: Mapped[str] = mapped_column(String(50), default="")
    subscription_id: Mapped[str | None] = mapped_column(String(100), default=None)
    secret: Mapped[str] = mapped_column(EncryptedString)
    problem: Mapped[str] = mapped_column(Text, default="")
    expires_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)
    tried_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)
    notified_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    def __repr__(self) -> str:
        return f"<WebhookSubscription {self.connection} {self.side} {self.mapping}>"
