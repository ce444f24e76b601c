"""Resources of Business Central and products of Sales that are services.

Business Central's API v2.0 has no resources: they are read over the custom API that an extension installs there. It
does not tell vendor number and capacity. The base unit flows to Sales only, as that of items.
"""

from flask_coupling.core.mapping import FieldMapping, Lookup, Reference, Table, TableMapping
from flask_coupling.core.side import Direction
from flask_coupling.core.table_filter import both, where

ACTIVE = 0
SERVICES = 3
DECIMALS = 2

RESOURCE = TableMapping(
    name="RESOURCE-PRODUCT",
    caption="Resources",
    bc=Table(
        name="resources",
        key="id",
        modified_on="lastModifiedDateTime",
        title="displayName",
        number="number",
        route="coupling/simulator/v1.0",
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
    sales_filter=both(where("statecode", "eq", ACTIVE), where("producttypecode", "eq", SERVICES)),
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
            constant=SERVICES,
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
