"""Sales prices: what an item costs a customer or a customer price group, before price lists (custom API)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from faker import Faker

from simulator.business_central.columns import CURRENCY_PAIR, ID, MODIFIED, UNIT_OF_MEASURE, UNIT_OF_MEASURE_PAIR
from simulator.odata.edm import CodePair, EntitySet, Navigation, code, date, decimal, enum, guid


def sample(fake: Faker) -> Mapping[str, Any]:
    """Return values that make one valid new row."""
    return {"salesType": "All Customers", "unitPrice": 12.5}


SALES_PRICES = EntitySet(
    name="salesPrices",
    entity="salesPrice",
    title="Sales Price",
    properties=(
        ID,
        enum("salesType", "Customer", "Customer Price Group", "All Customers", "Campaign"),
        guid("customerPriceGroupId"),
        code("customerPriceGroupCode", 10),
        guid("itemId"),
        code("itemNumber", 20),
        guid("currencyId"),
        code("currencyCode", 10),
        guid("unitOfMeasureId"),
        code("unitOfMeasureCode", 10),
        decimal("minimumQuantity"),
        decimal("unitPrice"),
        date("startingDate"),
        date("endingDate"),
        MODIFIED,
    ),
    order=("itemNumber",),
    pairs=(
        CodePair("customerPriceGroupId", "customerPriceGroupCode", "customerPriceGroups", "customer price group"),
        CodePair("itemId", "itemNumber", "items", "item", target_code="number"),
        CURRENCY_PAIR,
        UNIT_OF_MEASURE_PAIR,
    ),
    relations=(UNIT_OF_MEASURE,),
    navigations=(
        Navigation("customerPriceGroup", "customerPriceGroups", column="customerPriceGroupId"),
        Navigation("item", "items", column="itemId"),
    ),
    api="coupling/simulator/v1.0",
    change_tracking=True,
    sample=sample,
)
