"""Lines of price lists of Business Central and price list items of Sales.

Business Central's API v2.0 has no price lists: they are read over the custom API that an extension installs there. Only
prices from the first piece on are told, since Sales has no minimum quantities. The currency and the product's number
are those of the price list and of the product in Sales, which writes them itself. A line waits for its list, its item
or resource, and its unit; the others go on without it.
"""

from flask_coupling.core.mapping import Computed, FieldMapping, Reference, Table, TableMapping
from flask_coupling.core.record import Value, is_blank
from flask_coupling.core.side import Side
from flask_coupling.core.table_filter import where
from flask_coupling.mappings._prices import PRICES_OF_SALES, TO_SALES, price_fields


def _sold(item: Value, resource: Value) -> Value:
    return resource if is_blank(item) else item


PRICE_LIST_LINE = TableMapping(
    name="PLLINE-PRODPRICE",
    caption="Price List Lines",
    direction=TO_SALES,
    only_coupled=False,
    bc=Table(
        name="priceListLines",
        key="id",
        modified_on="lastModifiedDateTime",
        title="itemNumber",
        route="coupling/simulator/v1.0",
        computed={"productId": Computed(("itemId", "resourceId"), _sold)},
    ),
    sales=PRICES_OF_SALES,
    bc_filter=where("minimumQuantity", "eq", 0),
    depends_on=("PLHEADER-PRICE", "ITEM-PRODUCT", "RESOURCE-PRODUCT", "UNIT OF MEASURE", "BASE UNIT"),
    match_first=True,
    match_on=("priceListId", "productId", "unitOfMeasureId"),
    fields=(
        FieldMapping(
            bc="priceListId",
            sales="pricelevelid",
            direction=TO_SALES,
            caption="Price List",
            reference=Reference("PLHEADER-PRICE"),
            required_from=Side.BC,
        ),
        FieldMapping(
            bc="productId",
            sales="productid",
            direction=TO_SALES,
            caption="Item",
            reference=Reference("ITEM-PRODUCT", others=("RESOURCE-PRODUCT",)),
            required_from=Side.BC,
        ),
        *price_fields(),
    ),
)
