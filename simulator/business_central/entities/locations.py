"""Locations: the warehouses."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from faker import Faker

from simulator.odata.edm import Access, EntitySet, code, guid, moment, text


def sample(fake: Faker) -> Mapping[str, Any]:
    """Return values that make one valid new row."""
    return {"code": fake.unique.bothify("L?#?#").upper(), "displayName": fake.city()}


LOCATIONS = EntitySet(
    name="locations",
    entity="location",
    title="Location",
    properties=(
        guid("id", access=Access.READ_ONLY),
        code("code", 10),
        text("displayName", 100),
        text("contact", 100),
        text("addressLine1", 100),
        text("addressLine2", 50),
        text("city", 30),
        text("state", 30),
        code("country", 10),
        code("postalCode", 20),
        text("phoneNumber", 30),
        text("email", 80),
        text("website", 255),
        moment("lastModifiedDateTime", access=Access.READ_ONLY),
    ),
    unique=("code",),
    order=("code",),
    change_tracking=True,
    sample=sample,
)
