"""Sales order lines."""

from __future__ import annotations

from simulator.business_central.documents import (
    ALLOCATED_AMOUNTS,
    LINE_AMOUNTS,
    LINE_PAIRS,
    LINE_PLACE,
    LINE_RELATIONS,
    LINE_SUBJECT,
    line_navigations,
    sample_line,
)
from simulator.business_central.rules.document_lines import document_line_rules
from simulator.odata.edm import EntitySet, Parent, date, decimal

SALES_ORDER_LINES = EntitySet(
    name="salesOrderLines",
    entity="salesOrderLine",
    title="Sales Line",
    properties=(
        *LINE_SUBJECT,
        decimal("quantity"),
        decimal("unitPrice"),
        *LINE_AMOUNTS,
        *ALLOCATED_AMOUNTS,
        date("shipmentDate"),
        decimal("shippedQuantity"),
        decimal("invoicedQuantity"),
        decimal("invoiceQuantity"),
        decimal("shipQuantity"),
        *LINE_PLACE,
    ),
    order=("sequence",),
    pairs=LINE_PAIRS,
    relations=LINE_RELATIONS,
    navigations=line_navigations("salesOrder", "Sales Order"),
    parent=Parent("salesOrders", "documentId", "salesOrderLines"),
    change_tracking=True,
    rules=document_line_rules("salesOrders", "salesOrderLines"),
    sample=sample_line,
)
