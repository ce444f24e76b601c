"""Salespeople and purchasers: who in the company owns a customer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from faker import Faker

from simulator.business_central.columns import ID, MODIFIED
from simulator.odata.edm import EntitySet, boolean, code, decimal, text


def sample(fake: Faker) -> Mapping[str, Any]:
    """Return values that make one valid new row."""
    return {"code": fake.unique.bothify("SP?#?#").upper(), "displayName": fake.name()[:50], "email": fake.email()[:80]}


SALESPEOPLE_PURCHASERS = EntitySet(
    name="salespeoplePurchasers",
    entity="salespersonPurchaser",
    title="Salesperson/Purchaser",
    properties=(
        ID,
        code("code", 20),
        text("displayName", 50),
        text("email", 80),
        text("email2", 80),
        text("phoneNo", 30),
        text("jobTitle", 30),
        decimal("commisionPercent"),
        boolean("privacyBlocked"),
        boolean("blocked"),
        MODIFIED,
    ),
    unique=("code",),
    order=("code",),
    change_tracking=True,
    sample=sample,
)
