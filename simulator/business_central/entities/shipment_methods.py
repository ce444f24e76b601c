"""Shipment methods: terms of delivery."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from faker import Faker

from simulator.odata.edm import Access, EntitySet, code, guid, moment, text


def sample(fake: Faker) -> Mapping[str, Any]:
    """Return values that make one valid new row."""
    return {"code": fake.unique.bothify("S?#?#").upper(), "displayName": fake.word().title()}


SHIPMENT_METHODS = EntitySet(
    name="shipmentMethods",
    entity="shipmentMethod",
    title="Shipment Method",
    properties=(
        guid("id", access=Access.READ_ONLY),
        code("code", 10, required=True),
        text("displayName", 100),
        moment("lastModifiedDateTime", access=Access.READ_ONLY),
    ),
    unique=("code",),
    order=("code",),
    change_tracking=True,
    webhooks=True,
    sample=sample,
)
