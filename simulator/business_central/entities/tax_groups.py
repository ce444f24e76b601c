"""Tax groups: which tax applies to an item."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from faker import Faker

from simulator.odata.edm import Access, EntitySet, code, enum, guid, moment, text


def sample(fake: Faker) -> Mapping[str, Any]:
    """Return values that make one valid new row."""
    return {"code": fake.unique.bothify("TG-????##").upper(), "displayName": fake.word().title()}


TAX_GROUPS = EntitySet(
    name="taxGroups",
    entity="taxGroup",
    title="Tax Group",
    properties=(
        guid("id", access=Access.READ_ONLY),
        code("code", 20, required=True),
        text("displayName", 100),
        enum("taxType", "Sales Tax", "VAT", access=Access.READ_ONLY),
        moment("lastModifiedDateTime", access=Access.READ_ONLY),
    ),
    unique=("code",),
    order=("code",),
    change_tracking=True,
    sample=sample,
)
