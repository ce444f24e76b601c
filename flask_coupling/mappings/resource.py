"""Resources of Business Central and products of Sales that are services.

Business Central's API v2.0 has no resources: they are read over the custom API that an extension installs there. It
does not tell vendor number and capacity. The base unit flows to Sales only, as that of items.
"""

from flask_coupling.core.mapping import Table, TableMapping
from flask_coupling.core.side import Side
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

SERVICES = 3

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
        computed=sold_as("Resource"),
    ),
    sales=PRODUCTS,
    bc_filter=where("blocked", "eq", False),
    sales_filter=products_of(SERVICES),
    depends_on=("UNIT OF MEASURE", "BASE UNIT"),
    match_on=("number",),
    reference_keys={Side.BC: SOLD_AS},
    fields=(*NAME_AND_PRICES, *UNITS, BLOCKED, *type_and_decimals(SERVICES)),
)
