"""Quotes of Sales as sales quotes of Business Central, with the lines of SQLINE-QUOTEDETAIL.

A quote that was activated or won in Sales is created in Business Central together with its lines, and carries the
number it has in Sales as its external document number: by that it is found again, however often the create is repeated.
An active quote cannot be changed in Sales, so nothing flows back. A revision is a quote of its own in Sales, with the
number of the first, and becomes another sales quote; that of the quote it replaces stays until somebody deletes it. The
order a won quote leads to goes with SALESORDER-ORDER.

The tax is the one Business Central calculates: what both come to is compared before tax, with freight, which a sales
quote cannot hold, so that a quote with freight is refused. The salesperson is the one of the customer.

Not reachable over Business Central's API v2.0, so not mapped here: requested delivery date, your reference, shipping
agent, payment discount, work description, notes and whether prices include VAT (such a sales quote comes to another
amount, and is refused). That API cannot archive the sales quote of a revised quote either, nor tell of one that was
made an order anything but that it is gone.
"""

from flask_coupling.core.mapping import Computed, FieldMapping, TableMapping
from flask_coupling.core.table_filter import both, where
from flask_coupling.mappings._documents import (
    FROM_SALES,
    addresses_from_sales,
    difference,
    external_number,
    headers,
    invoice_discount,
    made_out,
    payment_terms,
    sales_headers,
    shipment_method,
)

DRAFT, CLOSED = 0, 3
"""States of a quote in Sales that stay there; those between, active and won, come to Business Central."""

SALES_QUOTE = TableMapping(
    name="SALESQUOTE-QUOTE",
    caption="Sales Quotes",
    one_company=True,
    stampable=where("statecode", "eq", DRAFT),
    direction=FROM_SALES,
    bc=headers("salesQuotes"),
    sales=sales_headers(
        "quotes",
        "quotenumber",
        {},
        ("paymenttermscode", "freighttermscode"),
        amountbeforetax=Computed(("totalamount", "totaltax"), difference),
    ),
    sales_filter=both(where("statecode", "ne", DRAFT), where("statecode", "ne", CLOSED)),
    depends_on=(
        "CUSTOMER",
        "CURRENCY",
        "PAYMENT TERMS",
        "SHIPMENT METHOD",
        "ITEM-PRODUCT",
        "RESOURCE-PRODUCT",
    ),
    match_on=("externalDocumentNumber",),
    closing=("discountAmount",),
    totals=(("totalAmountExcludingTax", "amountbeforetax"),),
    fields=(
        external_number("quotenumber"),
        *made_out(FROM_SALES),
        *addresses_from_sales(),
        payment_terms(FROM_SALES),
        shipment_method(FROM_SALES),
        FieldMapping(bc="validUntilDate", sales="effectiveto", direction=FROM_SALES, caption="Quote Valid Until Date"),
        invoice_discount(FROM_SALES),
    ),
)
