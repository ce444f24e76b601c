"""Countries and regions, with the format their addresses are written in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from faker import Faker

from simulator.business_central.columns import ID, MODIFIED
from simulator.odata.edm import EntitySet, code, enum, text


def sample(fake: Faker) -> Mapping[str, Any]:
    """Return values that make one valid new row."""
    return {"code": fake.unique.bothify("Z?#?").upper(), "displayName": fake.country()[:50]}


COUNTRIES_REGIONS = EntitySet(
    name="countriesRegions",
    entity="countryRegion",
    title="Country/Region",
    properties=(
        ID,
        code("code", 10, required=True),
        text("displayName", 50),
        enum(
            "addressFormat",
            "Post Code+City",
            "City+Post Code",
            "City+County+Post Code",
            "Blank Line+Post Code+City",
            "Custom",
        ),
        MODIFIED,
    ),
    unique=("code",),
    order=("code",),
    change_tracking=True,
    webhooks=True,
    sample=sample,
)
