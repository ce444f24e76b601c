"""Sales quote lines."""

from __future__ import annotations

from simulator.business_central.documents import (
    LINE_AMOUNTS,
    LINE_PAIRS,
    LINE_PLACE,
    LINE_RELATIONS,
    LINE_SUBJECT,
    NET_TAX,
    line_navigations,
    sample_line,
)
from simulator.business_central.rules.document_lines import document_line_rules
from simulator.odata.edm import EntitySet, Parent, decimal

SALES_QUOTE_LINES = EntitySet(
    name="salesQuoteLines",
    entity="salesQuoteLine",
    title="Sales Line",
    properties=(
        *LINE_SUBJECT,
        decimal("unitPrice"),
        decimal("quantity"),
        *LINE_AMOUNTS,
        decimal("netAmount"),
        *NET_TAX,
        *LINE_PLACE,
    ),
    order=("sequence",),
    pairs=LINE_PAIRS,
    relations=LINE_RELATIONS,
    navigations=line_navigations("salesQuote", "Sales Quote"),
    parent=Parent("salesQuotes", "documentId", "salesQuoteLines"),
    change_tracking=True,
    rules=document_line_rules("salesQuotes", "salesQuoteLines"),
    sample=sample_line,
)
