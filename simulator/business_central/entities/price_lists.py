"""Price lists: what items and resources cost whom, from when (custom API)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from faker import Faker

from simulator.business_central.columns import CURRENCY_PAIR, ID, MODIFIED
from simulator.odata.edm import EntitySet, Navigation, NumberSeries, boolean, code, date, enum, guid, text


def sample(fake: Faker) -> Mapping[str, Any]:
    """Return values that make one valid new row."""
    return {"displayName": fake.catch_phrase()[:100]}


PRICE_LISTS = EntitySet(
    name="priceLists",
    entity="priceList",
    title="Price List Header",
    properties=(
        ID,
        code("code", 20),
        text("displayName", 250),
        enum("sourceType", "All Customers", "Customer", "Customer Price Group"),
        guid("sourceId"),
        text("sourceNumber", 20),
        guid("currencyId"),
        code("currencyCode", 10),
        date("startingDate"),
        date("endingDate"),
        boolean("priceIncludesTax"),
        enum("status", "Draft", "Active", "Inactive"),
        MODIFIED,
    ),
    unique=("code",),
    order=("code",),
    number_series=NumberSeries("code", prefix="S", first=1, step=1, width=5),
    pairs=(CURRENCY_PAIR,),
    navigations=(
        Navigation("currency", "currencies", column="currencyId"),
        Navigation("priceListLines", "priceListLines", collection=True, target_column="priceListId", contained=True),
    ),
    api="coupling/simulator/v1.0",
    change_tracking=True,
    sample=sample,
)
