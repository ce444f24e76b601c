"""Price list lines: the price of one item or resource (custom API, which also lists them by themselves)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from faker import Faker

from simulator.business_central.columns import ID, MODIFIED, UNIT_OF_MEASURE, UNIT_OF_MEASURE_PAIR
from simulator.odata.edm import CodePair, EntitySet, Navigation, code, date, decimal, enum, guid, integer, text


def sample(fake: Faker) -> Mapping[str, Any]:
    """Return values that make one valid new row."""
    return {"assetType": "Item", "unitPrice": 12.5}


PRICE_LIST_LINES = EntitySet(
    name="priceListLines",
    entity="priceListLine",
    title="Price List Line",
    properties=(
        ID,
        guid("priceListId"),
        integer("sequence"),
        enum("assetType", "Item", "Resource"),
        guid("itemId"),
        code("itemNumber", 20),
        guid("resourceId"),
        text("resourceNumber", 20),
        guid("unitOfMeasureId"),
        code("unitOfMeasureCode", 10),
        decimal("minimumQuantity"),
        decimal("unitPrice"),
        decimal("lineDiscountPercent"),
        date("startingDate"),
        date("endingDate"),
        MODIFIED,
    ),
    order=("sequence",),
    pairs=(
        CodePair("itemId", "itemNumber", "items", "item", target_code="number"),
        CodePair("resourceId", "resourceNumber", "resources", "resource", target_code="number"),
        UNIT_OF_MEASURE_PAIR,
    ),
    relations=(UNIT_OF_MEASURE,),
    navigations=(
        Navigation("priceList", "priceLists", column="priceListId"),
        Navigation("item", "items", column="itemId"),
        Navigation("resource", "resources", column="resourceId"),
    ),
    api="coupling/simulator/v1.0",
    change_tracking=True,
    sample=sample,
)
