"""Quote products of Sales as lines of sales quotes of Business Central; they go with SALESQUOTE-QUOTE.

A write-in product of Sales has no item, and its quote is refused. A line is told apart by its item, quantity and price
while it was never coupled.

Not reachable over Business Central's API v2.0, so not mapped here: the requested delivery date of a line.
"""

from flask_coupling.core.conflict import DeletionConflictResolution
from flask_coupling.core.mapping import TableMapping
from flask_coupling.core.table_filter import where
from flask_coupling.mappings._documents import FROM_SALES, line_fields, lines, sales_lines

SALES_QUOTE_LINE = TableMapping(
    name="SQLINE-QUOTEDETAIL",
    caption="Sales Quote Lines",
    direction=FROM_SALES,
    parent="SALESQUOTE-QUOTE",
    only_coupled=False,
    bc=lines("salesQuoteLines", "salesQuotes"),
    sales=sales_lines("quotedetails", "quotes", "quote_details"),
    bc_filter=where("lineType", "ne", "Comment"),
    depends_on=("SALESQUOTE-QUOTE", "ITEM-PRODUCT", "RESOURCE-PRODUCT", "BASE UNIT"),
    deletion_conflict=DeletionConflictResolution.RESTORE_RECORD,
    match_on=("product", "quantity", "unitPrice"),
    fields=line_fields(
        "SALESQUOTE-QUOTE",
        FROM_SALES,
    ),
)
