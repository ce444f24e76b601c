"""General product posting groups: where sales of an item are posted."""

from __future__ import annotations

from simulator.business_central.columns import ID, MODIFIED
from simulator.odata.edm import EntitySet, boolean, code, text

GENERAL_PRODUCT_POSTING_GROUPS = EntitySet(
    name="generalProductPostingGroups",
    entity="generalProductPostingGroup",
    title="Gen. Product Posting Group",
    properties=(
        ID,
        code("code", 20),
        text("description", 100),
        code("defaultVATProductPostingGroup", 20),
        boolean("autoInsertDefault"),
        MODIFIED,
    ),
    unique=("code",),
    order=("code",),
    insert_allowed=False,
    modify_allowed=False,
    delete_allowed=False,
    change_tracking=True,
)
