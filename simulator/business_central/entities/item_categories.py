"""Item categories: the groups items are sorted into."""

from __future__ import annotations

from simulator.business_central.columns import ID, MODIFIED, coding
from simulator.odata.edm import EntitySet, code, text

ITEM_CATEGORIES = EntitySet(
    name="itemCategories",
    entity="itemCategory",
    title="Item Category",
    properties=(
        ID,
        code("code", 20, required=True),
        text("displayName", 100),
        MODIFIED,
    ),
    unique=("code",),
    order=("code",),
    change_tracking=True,
    webhooks=True,
    sample=coding("CAT-????##"),
)
