"""Posted sales invoices of Business Central as invoices of Sales, with the lines of POSTEDSALESLINE-INV.

Their payment status follows: open is Active (Billed), partly paid is Paid (Partial), paid is Paid (Complete), canceled
or corrected is Canceled. Drafts are not posted, and stay where they are. An invoice whose prices include VAT cannot be
told to Sales and is refused.

Sales works out amounts from the lines by itself: they are compared, not written. Not reachable over Business Central's
API v2.0, so not mapped here: the shipment date, the shipping agent, the work description and the opportunity.
"""

from flask_coupling.core.mapping import Computed, FieldMapping, Lookup, Reference, TableMapping
from flask_coupling.core.record import Value
from flask_coupling.core.table_filter import both, where
from flask_coupling.mappings._documents import (
    SALESPERSON,
    TO_SALES,
    addresses,
    headers,
    invoice_discount,
    made_out,
    money,
    numbers,
    payment_terms,
    sales_headers,
    status_reason,
)

BILLED, COMPLETE, PARTIAL, CANCELED = 4, 100001, 100002, 100003
_STATES = {BILLED: 0, COMPLETE: 2, PARTIAL: 2, CANCELED: 3}


def _payment(status: Value, remaining: Value, total: Value) -> Value:
    if status in ("Canceled", "Corrective"):
        return CANCELED
    if status == "Paid":
        return COMPLETE
    return PARTIAL if money(remaining) < money(total) else BILLED


POSTED_INVOICE = TableMapping(
    name="POSTEDSALESINV-INV",
    caption="Posted Sales Invoices",
    one_company=True,
    stampable=where("statecode", "eq", 0),
    direction=TO_SALES,
    bc=headers(
        "salesInvoices",
        paymentStatus=Computed(("status", "remainingAmount", "totalAmountIncludingTax"), _payment),
    ),
    sales=sales_headers(
        "invoices",
        "invoicenumber",
        {"salesorderid": Lookup("salesorders", "salesorderid")},
        ("paymenttermscode",),
        invoicestatus=status_reason(_STATES),
    ),
    bc_filter=both(
        where("status", "ne", "Draft"), where("status", "ne", "In Review"), where("pricesIncludeTax", "eq", False)
    ),
    depends_on=(
        "CUSTOMER",
        "CURRENCY",
        "SALESPEOPLE",
        "PAYMENT TERMS",
        "ITEM-PRODUCT",
        "RESOURCE-PRODUCT",
        "SALESORDER-ORDER",
    ),
    match_on=("number",),
    closing=("discountAmount", "paymentStatus"),
    totals=(("totalAmountIncludingTax", "totalamount"), ("totalTaxAmount", "totaltax")),
    fields=(
        *numbers("invoicenumber"),
        *made_out(TO_SALES),
        FieldMapping(
            bc="orderId",
            sales="salesorderid",
            direction=TO_SALES,
            caption="Order",
            reference=Reference("SALESORDER-ORDER"),
            blank_if_missing=True,
            not_null=True,
        ),
        payment_terms(TO_SALES),
        FieldMapping(bc="dueDate", sales="duedate", direction=TO_SALES, caption="Due Date"),
        *addresses(TO_SALES),
        invoice_discount(TO_SALES),
        FieldMapping(bc="paymentStatus", sales="invoicestatus", direction=TO_SALES, caption="Payment Status"),
        SALESPERSON,
    ),
)
