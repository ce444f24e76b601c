"""Inventory posting groups: where the stock of an item is posted."""

from __future__ import annotations

from simulator.odata.edm import Access, EntitySet, code, guid, moment, text

INVENTORY_POSTING_GROUPS = EntitySet(
    name="inventoryPostingGroups",
    entity="inventoryPostingGroup",
    title="Inventory Posting Group",
    properties=(
        guid("id", access=Access.READ_ONLY),
        code("code", 20),
        text("description", 100),
        moment("lastModifiedDateTime", access=Access.READ_ONLY),
    ),
    unique=("code",),
    order=("code",),
    insert_allowed=False,
    modify_allowed=False,
    delete_allowed=False,
    change_tracking=True,
)
