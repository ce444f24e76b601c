"""A connection as shown, and what testing it found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from .values import Problem


@dataclass(frozen=True, slots=True)
class ConnectionView:
    """A connection without its secret; `secret_set` says whether there is one, `missing` what enabling still needs.

    `secret_expires_on` is the day the secret ends, an ISO date; empty when nobody said; `freight_account` the
    number of the G/L account that freight is sold by, empty for none; `several_companies` whether rows of Sales are
    told apart by their company.
    """

    name: str
    tenant: str
    environment: str
    company: str
    client_id: str
    secret_set: bool
    secret_set_at: datetime | None
    secret_expires_on: str
    freight_account: str
    several_companies: bool
    bc_url: str
    sales_url: str
    token_url: str
    enabled: bool
    disabled_reason: str
    tested_at: datetime | None
    facts: Mapping[str, Any]
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ServiceReport:
    """The test of one service: `facts` when it answered (`problem` None), else what is wrong."""

    side: str
    title: str
    facts: Mapping[str, str]
    problem: Problem | None = None


@dataclass(frozen=True, slots=True)
class ConnectionReport:
    """The test of both services."""

    connection: str
    bc: ServiceReport
    sales: ServiceReport

    @property
    def is_ok(self) -> bool:
        """Whether both services answered."""
        return self.bc.problem is None and self.sales.problem is None
