"""Lines of sales orders of Business Central and order products of Sales; they go with SALESORDER-ORDER.

A line that is removed on one side is removed on the other one too, unless somebody edited it there meanwhile; with
Business Central's own rule (Remove Coupling) the order would keep it, and come to another amount. What is no item, as
freight that is charged by a line of a G/L account, becomes a write-in product in Sales; a write-in product of Sales has
no item, and its order is refused. A line is told apart by its item, quantity and price while it was never coupled.

Not reachable over Business Central's API v2.0, so not mapped here: the requested delivery date of a line.
"""

from flask_coupling.core.conflict import DeletionConflictResolution
from flask_coupling.core.mapping import FieldMapping
from flask_coupling.core.side import Direction
from flask_coupling.mappings._document_lines import line_mapping, lines, sales_lines
from flask_coupling.mappings._documents import TO_SALES

SALES_ORDER_LINE = line_mapping(
    "SOLINE-ORDERDETAIL",
    "Sales Order Lines",
    "SALESORDER-ORDER",
    lines("salesOrderLines", "salesOrders"),
    sales_lines("salesorderdetails", "salesorders", "order_details"),
    Direction.BIDIRECTIONAL,
    FieldMapping(bc="sequence", sales="bcbi_businesscentrallinenumber", direction=TO_SALES, caption="Line No."),
    FieldMapping(bc="shippedQuantity", sales="quantityshipped", direction=TO_SALES, caption="Quantity Shipped"),
    deletion=DeletionConflictResolution.DELETE_RECORD,
)
