"""Lines of sales orders of Business Central and order products of Sales; they go with SALESORDER-ORDER.

A line that is removed on one side is removed on the other one too, unless somebody edited it there meanwhile; with
Business Central's own rule (Remove Coupling) the order would keep it, and come to another amount. What is no item, as
freight that is charged by a line of a G/L account, becomes a write-in product in Sales; a write-in product of Sales has
no item, and its order is refused. A line is told apart by its item, quantity and price while it was never coupled.

Not reachable over Business Central's API v2.0, so not mapped here: the requested delivery date of a line.
"""

from flask_coupling.core.conflict import DeletionConflictResolution
from flask_coupling.core.mapping import FieldMapping, TableMapping
from flask_coupling.core.side import Direction
from flask_coupling.core.table_filter import where
from flask_coupling.mappings._documents import TO_SALES, line_fields, lines, sales_lines

SALES_ORDER_LINE = TableMapping(
    name="SOLINE-ORDERDETAIL",
    caption="Sales Order Lines",
    parent="SALESORDER-ORDER",
    only_coupled=False,
    bc=lines("salesOrderLines", "salesOrders"),
    sales=sales_lines("salesorderdetails", "salesorders", "order_details"),
    bc_filter=where("lineType", "ne", "Comment"),
    depends_on=("SALESORDER-ORDER", "ITEM-PRODUCT", "RESOURCE-PRODUCT", "BASE UNIT"),
    deletion_conflict=DeletionConflictResolution.DELETE_RECORD,
    match_on=("product", "quantity", "unitPrice"),
    fields=(
        *line_fields(
            "SALESORDER-ORDER",
            Direction.BIDIRECTIONAL,
        ),
        FieldMapping(bc="sequence", sales="bcbi_businesscentrallinenumber", direction=TO_SALES, caption="Line No."),
        FieldMapping(bc="shippedQuantity", sales="quantityshipped", direction=TO_SALES, caption="Quantity Shipped"),
    ),
)
