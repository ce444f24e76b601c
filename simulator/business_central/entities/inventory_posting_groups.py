"""Inventory posting groups: where the stock of an item is posted."""

from __future__ import annotations

from simulator.business_central.columns import ID, MODIFIED
from simulator.odata.edm import EntitySet, code, text

INVENTORY_POSTING_GROUPS = EntitySet(
    name="inventoryPostingGroups",
    entity="inventoryPostingGroup",
    title="Inventory Posting Group",
    properties=(
        ID,
        code("code", 20),
        text("description", 100),
        MODIFIED,
    ),
    unique=("code",),
    order=("code",),
    insert_allowed=False,
    modify_allowed=False,
    delete_allowed=False,
    change_tracking=True,
)
