"""Sales prices of customer price groups in Business Central and price list items of Sales: before price lists.

Not in use by default, as CUSTPRCGRP-PRICE. Only prices in the local currency and from the first piece on are told,
since a price list of Sales has one currency and no minimum quantities. Sales prices are those of items.
"""

from flask_coupling.core.mapping import FieldMapping, Reference, Table, TableMapping
from flask_coupling.core.side import Side
from flask_coupling.core.table_filter import Condition, TableFilter
from flask_coupling.mappings._prices import PRICES_OF_SALES, TO_SALES, price_fields

SALES_PRICE = TableMapping(
    name="SALESPRC-PRODPRICE",
    caption="Sales Prices",
    in_use=False,
    instead_of="PLLINE-PRODPRICE",
    direction=TO_SALES,
    only_coupled=False,
    bc=Table(
        name="salesPrices",
        key="id",
        modified_on="lastModifiedDateTime",
        title="itemNumber",
        route="coupling/simulator/v1.0",
    ),
    sales=PRICES_OF_SALES,
    bc_filter=TableFilter(
        (
            Condition("salesType", "eq", "Customer Price Group"),
            Condition("minimumQuantity", "eq", 0),
            Condition("currencyCode", "blank"),
        )
    ),
    depends_on=("CUSTPRCGRP-PRICE", "ITEM-PRODUCT", "UNIT OF MEASURE", "BASE UNIT"),
    match_first=True,
    match_on=("customerPriceGroupId", "itemId", "unitOfMeasureId"),
    fields=(
        FieldMapping(
            bc="customerPriceGroupId",
            sales="pricelevelid",
            direction=TO_SALES,
            caption="Customer Price Group",
            reference=Reference("CUSTPRCGRP-PRICE"),
            required_from=Side.BC,
        ),
        FieldMapping(
            bc="itemId",
            sales="productid",
            direction=TO_SALES,
            caption="Item",
            reference=Reference("ITEM-PRODUCT"),
            required_from=Side.BC,
        ),
        *price_fields(),
    ),
)
