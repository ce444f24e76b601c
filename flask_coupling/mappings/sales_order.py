"""Sales orders of Business Central and orders of Sales, with the lines of SOLINE-ORDERDETAIL.

An order that was submitted in Sales is created in Business Central together with its lines, and carries the number it
has in Sales as its external document number: by that it is found again, however often the create is repeated. A
released order of Business Central is created in Sales and then submitted. When all of it is invoiced Business Central
deletes an order; it is then set to Invoiced in Sales. An order that only people may finish, as one that was canceled or
fulfilled in Sales, is left to them.

Freight of an order of Sales becomes a line of the connection's freight account in Business Central when the order is
created there, and is never a line in Sales; an order with freight waits while no account is set. Sales has no tax on
freight, so that it has to be an account without VAT. Freight that is changed later, by the amount in Sales or by that
line in Business Central, flows to the other side like a field; changed on both it is a conflict. A line of that account
in an order that had no freight is a write-in product in Sales.

Prices that include VAT cannot be told to Sales, so that such orders are refused. Not reachable over Business Central's
API v2.0, so not mapped here: your reference, shipment date of the whole order, bill-to address (it is told, but not
taken), shipping agent, payment discount, work description, notes and the document's history. That API has no action to
release or reopen an order either: a change of what is sold in a released order is refused there, and the order waits
until somebody has reopened it.
"""

from flask_coupling.core.mapping import Computed, FieldMapping, Freight, Posting, TableMapping
from flask_coupling.core.record import Value
from flask_coupling.core.side import Direction, Side
from flask_coupling.core.table_filter import where
from flask_coupling.mappings._documents import (
    SALESPERSON,
    TO_SALES,
    addresses,
    external_number,
    headers,
    invoice_discount,
    made_out,
    numbers,
    payment_terms,
    sales_headers,
    shipment_method,
    status_reason,
)

SUBMITTED, IN_PROGRESS = 1, 3
_STATES = {1: 0, 2: 0, IN_PROGRESS: SUBMITTED, 4: 2, 100001: 3, 100002: 3, 100003: 4}
INVOICED = 100003


def _progress(status: Value, fully_shipped: Value) -> Value:
    if fully_shipped:
        return "Shipped"
    return {"Open": "Released", "In Review": "Pending Approval"}.get(str(status), status)


SALES_ORDER = TableMapping(
    name="SALESORDER-ORDER",
    caption="Sales Orders",
    one_company=True,
    stampable=where("statecode", "le", SUBMITTED),
    bc=headers("salesOrders", progress=Computed(("status", "fullyShipped"), _progress)),
    sales=sales_headers(
        "salesorders",
        "ordernumber",
        {},
        ("paymenttermscode", "freighttermscode"),
        orderstatus=status_reason(_STATES),
    ),
    bc_filter=where("pricesIncludeTax", "eq", False),
    sales_filter=where("statecode", "eq", SUBMITTED),
    new_filters={Side.BC: where("status", "eq", "Open")},
    depends_on=(
        "CUSTOMER",
        "CURRENCY",
        "SALESPEOPLE",
        "PAYMENT TERMS",
        "SHIPMENT METHOD",
        "ITEM-PRODUCT",
        "RESOURCE-PRODUCT",
        "OPPORTUNITY",
    ),
    match_on=("externalDocumentNumber",),
    closing=("discountAmount", "orderstatus"),
    totals=(("totalAmountIncludingTax", "totalamount"), ("totalTaxAmount", "totaltax")),
    freight=Freight("freightamount", "ledgerAccount", "quantity", "unitPrice"),
    posting=Posting(headers("salesInvoices"), "orderId", {"orderstatus": INVOICED}),
    fields=(
        *numbers("bcbi_businesscentralordernumber"),
        external_number("ordernumber"),
        *made_out(Direction.BIDIRECTIONAL),
        *addresses(Direction.BIDIRECTIONAL),
        payment_terms(Direction.BIDIRECTIONAL),
        shipment_method(Direction.BIDIRECTIONAL),
        FieldMapping(bc="requestedDeliveryDate", sales="requestdeliveryby", caption="Requested Delivery Date"),
        invoice_discount(Direction.BIDIRECTIONAL),
        FieldMapping(bc="progress", sales="submitstatusdescription", direction=TO_SALES, caption="Status"),
        FieldMapping(sales="orderstatus", constant=IN_PROGRESS, direction=TO_SALES, caption="Status Reason"),
        SALESPERSON,
    ),
)
