"""Shipping agents: who carries the goods (custom API)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from faker import Faker

from simulator.business_central.columns import ID, MODIFIED
from simulator.odata.edm import EntitySet, code, text


def sample(fake: Faker) -> Mapping[str, Any]:
    """Return values that make one valid new row."""
    return {"code": fake.unique.bothify("A?#?#").upper(), "displayName": fake.company()[:50]}


SHIPPING_AGENTS = EntitySet(
    name="shippingAgents",
    entity="shippingAgent",
    title="Shipping Agent",
    properties=(
        ID,
        code("code", 10, required=True),
        text("displayName", 50),
        text("internetAddress", 250),
        text("accountNumber", 30),
        MODIFIED,
    ),
    unique=("code",),
    order=("code",),
    api="coupling/simulator/v1.0",
    change_tracking=True,
    sample=sample,
)
