"""Quote products of Sales as lines of sales quotes of Business Central; they go with SALESQUOTE-QUOTE.

A write-in product of Sales has no item, and its quote is refused. A line is told apart by its item, quantity and price
while it was never coupled.

Not reachable over Business Central's API v2.0, so not mapped here: the requested delivery date of a line.
"""

from flask_coupling.mappings._document_lines import line_mapping, lines, sales_lines
from flask_coupling.mappings._documents import FROM_SALES

SALES_QUOTE_LINE = line_mapping(
    "SQLINE-QUOTEDETAIL",
    "Sales Quote Lines",
    "SALESQUOTE-QUOTE",
    lines("salesQuoteLines", "salesQuotes"),
    sales_lines("quotedetails", "quotes", "quote_details"),
    FROM_SALES,
)
