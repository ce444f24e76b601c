"""Item variants: the colors and sizes of one item."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from faker import Faker

from simulator.business_central.columns import ID, MODIFIED
from simulator.odata.edm import CodePair, EntitySet, code, guid, text


def sample(fake: Faker) -> Mapping[str, Any]:
    """Return values that make one valid new row."""
    return {"code": fake.unique.bothify("V-???##").upper(), "description": fake.color_name()}


ITEM_VARIANTS = EntitySet(
    name="itemVariants",
    entity="itemVariant",
    title="Item Variant",
    properties=(
        ID,
        guid("itemId"),
        code("itemNumber", 20),
        code("code", 10),
        text("description", 100),
        MODIFIED,
    ),
    order=(
        "itemNumber",
        "code",
    ),
    pairs=(CodePair("itemId", "itemNumber", "items", "item", target_code="number"),),
    change_tracking=True,
    sample=sample,
)
