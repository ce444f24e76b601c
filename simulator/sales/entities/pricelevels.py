"""Price lists: what products cost, in one currency."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from faker import Faker

from simulator.odata.edm import Access, EntitySet, Navigation, choice, date, guid, lookup, memo, state_and_status, text
from simulator.sales.columns import (
    COMPANY,
    COMPANY_NAVIGATION,
    CURRENCY_NAVIGATION,
    STAMP_NAVIGATIONS,
    STAMPS,
    UNDEFINED,
)


def sample(fake: Faker) -> Mapping[str, Any]:
    """Return values that make one valid new row."""
    return {"name": fake.catch_phrase()[:100]}


PRICELEVELS = EntitySet(
    name="pricelevels",
    entity="pricelevel",
    title="Price List",
    key="pricelevelid",
    primary_name="name",
    properties=(
        guid("pricelevelid", access=Access.CREATE_ONLY),
        lookup("organizationid", "organization", access=Access.READ_ONLY),
        text("name", 100, required_level="ApplicationRequired"),
        memo("description"),
        choice("shippingmethodcode", UNDEFINED, default=1),
        date("begindate"),
        choice("paymentmethodcode", UNDEFINED, default=1),
        choice("freighttermscode", UNDEFINED, default=1),
        date("enddate"),
        lookup(
            "transactioncurrencyid",
            "transactioncurrency",
            access=Access.CREATE_ONLY,
            required_level="ApplicationRequired",
        ),
        COMPANY,
        *state_and_status({0: "Active", 1: "Inactive"}, {100001: (0, "Active"), 100002: (1, "Inactive")}),
        *STAMPS,
    ),
    navigations=(
        Navigation("organizationid", "organizations", column="organizationid"),
        CURRENCY_NAVIGATION,
        COMPANY_NAVIGATION,
        *STAMP_NAVIGATIONS,
        Navigation(
            "price_level_product_price_levels",
            "productpricelevels",
            collection=True,
            target_column="pricelevelid",
        ),
    ),
    change_tracking=True,
    webhooks=True,
    object_type_code=1022,
    schema_name="PriceLevel",
    sample=sample,
)
