"""Tax groups: which tax applies to an item."""

from __future__ import annotations

from simulator.business_central.columns import ID, MODIFIED, coding
from simulator.odata.edm import Access, EntitySet, code, enum, text

TAX_GROUPS = EntitySet(
    name="taxGroups",
    entity="taxGroup",
    title="Tax Group",
    properties=(
        ID,
        code("code", 20, required=True),
        text("displayName", 100),
        enum("taxType", "Sales Tax", "VAT", access=Access.READ_ONLY),
        MODIFIED,
    ),
    unique=("code",),
    order=("code",),
    change_tracking=True,
    sample=coding("TG-????##"),
)
