"""Sales quotes: offers, which become orders or invoices."""

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
from simulator.business_central.rules.document_actions import QUOTE_ACTIONS
from simulator.business_central.rules.documents import document_rules
from simulator.odata.edm import Access, EntitySet, NumberSeries, code, date, decimal, enum, guid, moment

SALES_QUOTES = EntitySet(
    name="salesQuotes",
    entity="salesQuote",
    title="Sales Quote",
    properties=(
        *NUMBERS,
        date("documentDate"),
        date("postingDate"),
        date("dueDate"),
        *customer_and_addresses(bill_to=Access.ALL),
        *DIMENSIONS,
        guid("currencyId"),
        code("currencyCode", 10),
        *TERMS,
        decimal("discountAmount"),
        *TOTALS,
        enum("status", "Draft", "Sent", "Accepted", "Expired", access=Access.READ_ONLY),
        moment("sentDate"),
        date("validUntilDate"),
        date("acceptedDate"),
        *CONTACT,
    ),
    unique=("number",),
    order=("number",),
    number_series=NumberSeries("number", prefix="S-QUO", first=1001, step=1, width=4),
    pairs=DOCUMENT_PAIRS,
    relations=DOCUMENT_RELATIONS,
    navigations=document_navigations("Sales Quote", "salesQuoteLines"),
    change_tracking=True,
    webhooks=True,
    actions=QUOTE_ACTIONS,
    rules=document_rules("salesQuoteLines", "documentDate"),
)
