"""What Sales knows of an account's business, as shown."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class AccountActivity:
    """How many rows of Sales are open for the account of a coupling."""

    coupling_id: int
    opportunities: int
    quotes: int
    orders: int
    cases: int
