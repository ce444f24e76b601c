"""Items of Business Central and products of Sales.

Not reachable over Business Central's API v2.0, so not mapped here: unit volume, gross weight, vendor number and vendor
item number. The base unit stands for both the unit group and the unit of a product, and so flows to Sales only; an item
that comes from Sales gets its base unit in Business Central.
"""

from flask_coupling.core.mapping import FieldMapping, Table, TableMapping
from flask_coupling.core.side import Direction, Side
from flask_coupling.core.table_filter import where
from flask_coupling.mappings._products import (
    BLOCKED,
    NAME_AND_PRICES,
    PRODUCTS,
    SOLD_AS,
    UNITS,
    products_of,
    sold_as,
    type_and_decimals,
)

SALES_INVENTORY = 1

ITEM = TableMapping(
    name="ITEM-PRODUCT",
    caption="Items",
    bc=Table(
        name="items",
        key="id",
        modified_on="lastModifiedDateTime",
        title="displayName",
        number="number",
        computed=sold_as("Item"),
    ),
    sales=PRODUCTS,
    bc_filter=where("blocked", "eq", False),
    sales_filter=products_of(SALES_INVENTORY),
    depends_on=("UNIT OF MEASURE", "BASE UNIT"),
    match_on=("number",),
    reference_keys={Side.BC: SOLD_AS},
    fields=(
        *NAME_AND_PRICES,
        FieldMapping(bc="inventory", sales="quantityonhand", direction=Direction.TO_SALES, caption="Inventory"),
        *UNITS,
        BLOCKED,
        *type_and_decimals(SALES_INVENTORY),
    ),
)
