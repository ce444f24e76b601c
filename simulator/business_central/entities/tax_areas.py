"""Tax areas: where which tax applies."""

from __future__ import annotations

from simulator.business_central.columns import ID, MODIFIED, coding
from simulator.odata.edm import Access, EntitySet, code, enum, text

TAX_AREAS = EntitySet(
    name="taxAreas",
    entity="taxArea",
    title="Tax Area",
    properties=(
        ID,
        code("code", 20),
        text("displayName", 100),
        enum("taxType", "Sales Tax", "VAT", access=Access.READ_ONLY),
        MODIFIED,
    ),
    unique=("code",),
    order=("code",),
    change_tracking=True,
    sample=coding("TAX-????##"),
)
