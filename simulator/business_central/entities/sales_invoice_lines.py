"""Sales invoice lines."""

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

SALES_INVOICE_LINES = EntitySet(
    name="salesInvoiceLines",
    entity="salesInvoiceLine",
    title="Sales Invoice Line",
    properties=(
        *LINE_SUBJECT,
        decimal("quantity"),
        decimal("unitPrice"),
        *LINE_AMOUNTS,
        *ALLOCATED_AMOUNTS,
        date("shipmentDate"),
        *LINE_PLACE,
    ),
    order=("sequence",),
    pairs=LINE_PAIRS,
    relations=LINE_RELATIONS,
    navigations=line_navigations("salesInvoice", "Sales Invoice"),
    parent=Parent("salesInvoices", "documentId", "salesInvoiceLines"),
    change_tracking=True,
    rules=document_line_rules("salesInvoices", "salesInvoiceLines"),
    sample=sample_line,
)
