"""Price list items: the price of one product in one unit on one price list."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from faker import Faker

from simulator.odata.edm import Access, EntitySet, Navigation, choice, guid, lookup, money, text
from simulator.odata.rules import Rules
from simulator.sales.columns import (
    COMPANY,
    COMPANY_NAVIGATION,
    CURRENCY_NAVIGATION,
    STAMP_NAVIGATIONS,
    STAMPS,
    currency,
    quantity,
)
from simulator.sales.rules.currencies import carrying_money


def sample(fake: Faker) -> Mapping[str, Any]:
    """Return values that make one valid new row."""
    return {"amount": 12.5}


PRODUCTPRICELEVELS = EntitySet(
    name="productpricelevels",
    entity="productpricelevel",
    title="Price List Item",
    key="productpricelevelid",
    primary_name="",
    properties=(
        lookup("pricelevelid", "pricelevel", access=Access.CREATE_ONLY, required_level="ApplicationRequired"),
        guid("productpricelevelid", access=Access.CREATE_ONLY),
        lookup("uomid", "uom", required_level="ApplicationRequired"),
        lookup("uomscheduleid", "uomschedule"),
        lookup("productid", "product", required_level="ApplicationRequired"),
        quantity("percentage"),
        money("amount"),
        choice("quantitysellingcode", {1: "No Control", 2: "Whole", 3: "Whole and Fractional"}, default=1),
        choice("roundingpolicycode", {1: "None", 2: "Up", 3: "Down", 4: "To Nearest"}),
        choice(
            "pricingmethodcode",
            {
                1: "Currency Amount",
                2: "Percent of List",
                3: "Percent Markup - Current Cost",
                4: "Percent Margin - Current Cost",
                5: "Percent Markup - Standard Cost",
                6: "Percent Margin - Standard Cost",
            },
            default=1,
            required_level="ApplicationRequired",
        ),
        choice("roundingoptioncode", {1: "Ends in", 2: "Multiple of"}),
        money("roundingoptionamount"),
        guid("organizationid", access=Access.READ_ONLY),
        currency(Access.READ_ONLY),
        text("productnumber", 100, access=Access.READ_ONLY),
        COMPANY,
        *STAMPS,
    ),
    navigations=(
        Navigation("pricelevelid", "pricelevels", column="pricelevelid"),
        Navigation("uomid", "uoms", column="uomid"),
        COMPANY_NAVIGATION,
        Navigation("uomscheduleid", "uomschedules", column="uomscheduleid"),
        Navigation("productid", "products", column="productid"),
        CURRENCY_NAVIGATION,
        *STAMP_NAVIGATIONS,
    ),
    change_tracking=True,
    webhooks=True,
    object_type_code=1026,
    schema_name="ProductPriceLevel",
    rules=Rules(before_write=carrying_money("amount", "roundingoptionamount")),
    sample=sample,
)
