"""Locations: the warehouses."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from faker import Faker

from simulator.business_central.columns import ADDRESS, COUNTRY, ID, MODIFIED
from simulator.odata.edm import EntitySet, code, text


def sample(fake: Faker) -> Mapping[str, Any]:
    """Return values that make one valid new row."""
    return {"code": fake.unique.bothify("L?#?#").upper(), "displayName": fake.city()}


LOCATIONS = EntitySet(
    name="locations",
    entity="location",
    title="Location",
    properties=(
        ID,
        code("code", 10),
        text("displayName", 100),
        text("contact", 100),
        *ADDRESS,
        text("phoneNumber", 30),
        text("email", 80),
        text("website", 255),
        MODIFIED,
    ),
    unique=("code",),
    order=("code",),
    relations=(COUNTRY,),
    change_tracking=True,
    sample=sample,
)
