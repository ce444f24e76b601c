"""General product posting groups: where sales of an item are posted."""

from __future__ import annotations

from simulator.odata.edm import Access, EntitySet, boolean, code, guid, moment, text

GENERAL_PRODUCT_POSTING_GROUPS = EntitySet(
    name="generalProductPostingGroups",
    entity="generalProductPostingGroup",
    title="Gen. Product Posting Group",
    properties=(
        guid("id", access=Access.READ_ONLY),
        code("code", 20),
        text("description", 100),
        code("defaultVATProductPostingGroup", 20),
        boolean("autoInsertDefault"),
        moment("lastModifiedDateTime", access=Access.READ_ONLY),
    ),
    unique=("code",),
    order=("code",),
    insert_allowed=False,
    modify_allowed=False,
    delete_allowed=False,
    change_tracking=True,
)
