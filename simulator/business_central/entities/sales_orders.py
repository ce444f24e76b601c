"""Sales orders: what customers have ordered."""

from __future__ import annotations

from simulator.business_central.documents import (
    CONTACT,
    DIMENSIONS,
    DOCUMENT_PAIRS,
    DOCUMENT_RELATIONS,
    NUMBERS,
    TERMS,
    TOTALS,
    customer_and_addresses,
    document_navigations,
)
from simulator.business_central.rules.document_actions import ORDER_ACTIONS
from simulator.business_central.rules.documents import document_rules
from simulator.odata.edm import Access, EntitySet, NumberSeries, boolean, code, date, decimal, enum, guid

SALES_ORDERS = EntitySet(
    name="salesOrders",
    entity="salesOrder",
    title="Sales Order",
    properties=(
        *NUMBERS,
        date("orderDate"),
        date("postingDate"),
        *customer_and_addresses(),
        *DIMENSIONS,
        guid("currencyId"),
        code("currencyCode", 10),
        boolean("pricesIncludeTax"),
        *TERMS,
        boolean("partialShipping"),
        date("requestedDeliveryDate"),
        decimal("discountAmount"),
        boolean("discountAppliedBeforeTax", access=Access.READ_ONLY),
        *TOTALS,
        boolean("fullyShipped"),
        enum("status", "Draft", "In Review", "Open", access=Access.READ_ONLY),
        *CONTACT,
    ),
    unique=("number",),
    order=("number",),
    number_series=NumberSeries("number", prefix="S-ORD", first=101001, step=1, width=6),
    pairs=DOCUMENT_PAIRS,
    relations=DOCUMENT_RELATIONS,
    navigations=document_navigations("Sales Order", "salesOrderLines"),
    change_tracking=True,
    webhooks=True,
    actions=ORDER_ACTIONS,
    rules=document_rules("salesOrderLines", "orderDate"),
)
