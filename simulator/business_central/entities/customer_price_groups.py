"""Customer price groups: customers who share prices (custom API)."""

from __future__ import annotations

from simulator.business_central.columns import ID, MODIFIED, coding
from simulator.odata.edm import EntitySet, boolean, code, text

CUSTOMER_PRICE_GROUPS = EntitySet(
    name="customerPriceGroups",
    entity="customerPriceGroup",
    title="Customer Price Group",
    properties=(
        ID,
        code("code", 10, required=True),
        text("displayName", 100),
        boolean("priceIncludesTax"),
        boolean("allowInvoiceDiscount"),
        boolean("allowLineDiscount"),
        MODIFIED,
    ),
    unique=("code",),
    order=("code",),
    api="coupling/simulator/v1.0",
    change_tracking=True,
    sample=coding("G?#?#"),
)
