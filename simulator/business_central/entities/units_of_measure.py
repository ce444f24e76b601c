"""Units of measure: pieces, boxes, hours."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from faker import Faker

from simulator.odata.edm import Access, EntitySet, code, guid, moment, text


def sample(fake: Faker) -> Mapping[str, Any]:
    """Return values that make one valid new row."""
    return {"code": fake.unique.bothify("U?#?#").upper(), "displayName": fake.word().title()}


UNITS_OF_MEASURE = EntitySet(
    name="unitsOfMeasure",
    entity="unitOfMeasure",
    title="Unit of Measure",
    properties=(
        guid("id", access=Access.READ_ONLY),
        code("code", 10, required=True),
        text("displayName", 50),
        code("internationalStandardCode", 10),
        text("symbol", 10),
        moment("lastModifiedDateTime", access=Access.READ_ONLY),
    ),
    unique=("code",),
    order=("code",),
    change_tracking=True,
    webhooks=True,
    sample=sample,
)
