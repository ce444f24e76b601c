"""Sales invoices, drafts and posted ones told apart by their status."""

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
from simulator.business_central.rules.document_actions import INVOICE_ACTIONS
from simulator.business_central.rules.documents import document_rules
from simulator.odata.edm import Access, EntitySet, NumberSeries, boolean, code, date, decimal, enum, guid, text

SALES_INVOICES = EntitySet(
    name="salesInvoices",
    entity="salesInvoice",
    title="Sales Invoice",
    properties=(
        *NUMBERS,
        date("invoiceDate"),
        date("postingDate"),
        date("dueDate"),
        date("promisedPayDate"),
        text("customerPurchaseOrderReference", 35),
        *customer_and_addresses(),
        guid("currencyId"),
        *DIMENSIONS,
        code("currencyCode", 10),
        guid("orderId", access=Access.READ_ONLY),
        code("orderNumber", 20, access=Access.READ_ONLY),
        *TERMS,
        guid("disputeStatusId"),
        code("disputeStatus", 10),
        boolean("pricesIncludeTax", access=Access.READ_ONLY),
        decimal("remainingAmount", access=Access.READ_ONLY),
        decimal("discountAmount"),
        boolean("discountAppliedBeforeTax", access=Access.READ_ONLY),
        *TOTALS,
        enum(
            "status",
            " ",
            "Draft",
            "In Review",
            "Open",
            "Paid",
            "Canceled",
            "Corrective",
            access=Access.READ_ONLY,
            default="Draft",
        ),
        *CONTACT,
    ),
    unique=("number",),
    order=("number",),
    number_series=NumberSeries("number", prefix="S-INV", first=102001, step=1, width=6),
    pairs=DOCUMENT_PAIRS,
    relations=DOCUMENT_RELATIONS,
    navigations=document_navigations("Sales Invoice", "salesInvoiceLines"),
    change_tracking=True,
    webhooks=True,
    actions=INVOICE_ACTIONS,
    rules=document_rules("salesInvoiceLines", "invoiceDate"),
)
