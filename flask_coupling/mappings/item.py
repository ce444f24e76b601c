"""Items of Business Central and products of Sales.

Not reachable over Business Central's API v2.0, so not mapped here: unit volume, gross weight, vendor number and vendor
item number. The base unit stands for both the unit group and the unit of a product, and so flows to Sales only; an item
that comes from Sales gets its base unit in Business Central.
"""

from flask_coupling.core.mapping import FieldMapping, Lookup, Reference, Table, TableMapping
from flask_coupling.core.side import Direction
from flask_coupling.core.table_filter import both, where

ACTIVE = 0
SALES_INVENTORY = 1
DECIMALS = 2

ITEM = TableMapping(
    name="ITEM-PRODUCT",
    caption="Items",
    bc=Table(
        name="items",
        key="id",
        modified_on="lastModifiedDateTime",
        title="displayName",
        number="number",
    ),
    sales=Table(
        name="products",
        key="productid",
        modified_on="modifiedon",
        title="name",
        number="productnumber",
        lookups={
            "defaultuomid": Lookup("uoms", "defaultuomid"),
            "defaultuomscheduleid": Lookup("uomschedules", "defaultuomscheduleid"),
        },
    ),
    bc_filter=where("blocked", "eq", False),
    sales_filter=both(where("statecode", "eq", ACTIVE), where("producttypecode", "eq", SALES_INVENTORY)),
    depends_on=("UNIT OF MEASURE", "BASE UNIT"),
    match_on=("number",),
    fields=(
        FieldMapping(bc="number", sales="productnumber", direction=Direction.TO_SALES, caption="No."),
        FieldMapping(bc="displayName", sales="name", caption="Description"),
        FieldMapping(bc="unitPrice", sales="price", direction=Direction.TO_SALES, caption="Unit Price"),
        FieldMapping(bc="unitCost", sales="standardcost", direction=Direction.TO_SALES, caption="Standard Cost"),
        FieldMapping(
            bc="unitCost",
            sales="currentcost",
            direction=Direction.TO_SALES,
            caption="Current Cost",
            alias="unitCost/currentcost",
        ),
        FieldMapping(bc="inventory", sales="quantityonhand", direction=Direction.TO_SALES, caption="Inventory"),
        FieldMapping(
            bc="baseUnitOfMeasureId",
            sales="defaultuomscheduleid",
            direction=Direction.TO_SALES,
            caption="Unit Group",
            reference=Reference("UNIT OF MEASURE"),
        ),
        FieldMapping(
            bc="baseUnitOfMeasureId",
            sales="defaultuomid",
            direction=Direction.TO_SALES,
            caption="Base Unit of Measure",
            reference=Reference("BASE UNIT"),
            alias="baseUnitOfMeasureId/defaultuomid",
        ),
        FieldMapping(
            sales="producttypecode",
            constant=SALES_INVENTORY,
            direction=Direction.TO_SALES,
            caption="Product Type",
        ),
        FieldMapping(
            sales="quantitydecimal",
            constant=DECIMALS,
            direction=Direction.TO_SALES,
            caption="Decimals Supported",
        ),
    ),
)
