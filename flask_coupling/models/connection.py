"""A connection: one Business Central company and one Sales environment (Dataverse Connection Setup)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import String, Text
from sqlalchemy.orm import Mapped, mapped_column

from .base import PREFIX, Base, Json, UtcDateTime
from .encrypted import EncryptedString


class Connection(Base):
    """The addresses and credentials of both services; `name` is the key of everything else.

    `client_secret` is encrypted at rest and left out of `repr`; `secret_expires_on` is the day it ends as an
    administrator said it (an ISO date, empty: not said), since no service tells. `freight_account` is the number of the
    G/L account that freight is sold by (empty: none). With `several_companies` rows of Sales are told apart by their
    company; `company_scope` is what was found for that: our company's id there, the column, the tables that have it.
    `facts` is what the last successful test told (company id and name, base currency id and code, versions),
    `disabled_reason` why it was switched off.
    """

    __tablename__ = f"{PREFIX}connection"

    name: Mapped[str] = mapped_column(String(50), primary_key=True)
    tenant: Mapped[str] = mapped_column(String(255), default="")
    environment: Mapped[str] = mapped_column(String(80), default="")
    company: Mapped[str] = mapped_column(String(80), default="")
    company_id: Mapped[str] = mapped_column(String(36), default="")
    client_id: Mapped[str] = mapped_column(String(80), default="")
    client_secret: Mapped[str | None] = mapped_column(EncryptedString, default=None)
    secret_expires_on: Mapped[str] = mapped_column(String(10), default="")
    secret_set_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)
    bc_url: Mapped[str] = mapped_column(String(500), default="https://api.businesscentral.dynamics.com")
    sales_url: Mapped[str] = mapped_column(String(500), default="")
    token_url: Mapped[str] = mapped_column(String(500), default="https://login.microsoftonline.com")
    freight_account: Mapped[str] = mapped_column(String(20), default="")
    several_companies: Mapped[bool] = mapped_column(default=False)
    company_scope: Mapped[dict[str, Any] | None] = mapped_column(Json, default=None)
    enabled: Mapped[bool] = mapped_column(default=False)
    disabled_reason: Mapped[str] = mapped_column(Text, default="")
    facts: Mapped[dict[str, Any] | None] = mapped_column(Json, default=None)
    tested_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)
    modified_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)

    def __repr__(self) -> str:
        return f"<Connection {self.name} {'enabled' if self.enabled else 'disabled'}>"
