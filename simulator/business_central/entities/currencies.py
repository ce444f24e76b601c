"""Currencies: every one but the local currency, which Business Central writes as a blank code."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from faker import Faker

from simulator.business_central.columns import ID, MODIFIED
from simulator.odata.edm import EntitySet, code, decimal, text


def sample(fake: Faker) -> Mapping[str, Any]:
    """Return values that make one valid new row."""
    return {"code": fake.unique.bothify("X?#?#").upper(), "displayName": fake.currency_name()[:30], "symbol": "x"}


CURRENCIES = EntitySet(
    name="currencies",
    entity="currency",
    title="Currency",
    properties=(
        ID,
        code("code", 10, required=True),
        text("displayName", 30),
        text("symbol", 10),
        text("amountDecimalPlaces", 5),
        decimal("amountRoundingPrecision"),
        MODIFIED,
    ),
    unique=("code",),
    order=("code",),
    change_tracking=True,
    webhooks=True,
    sample=sample,
)
