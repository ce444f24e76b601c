"""Price lists: what products cost, in one currency."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from faker import Faker

from simulator.odata.edm import (
    Access,
    EntitySet,
    Navigation,
    choice,
    date,
    guid,
    lookup,
    memo,
    state_and_status,
    text,
)
from simulator.sales.columns import STAMP_NAVIGATIONS, STAMPS


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
        choice("shippingmethodcode", {1: "Default Value"}, default=1),
        date("begindate"),
        choice("paymentmethodcode", {1: "Default Value"}, default=1),
        choice("freighttermscode", {1: "Default Value"}, default=1),
        date("enddate"),
        lookup(
            "transactioncurrencyid",
            "transactioncurrency",
            access=Access.CREATE_ONLY,
            required_level="ApplicationRequired",
        ),
        lookup("bcbi_companyid", "bcbi_company"),
        *state_and_status({0: "Active", 1: "Inactive"}, {100001: (0, "Active"), 100002: (1, "Inactive")}),
        *STAMPS,
    ),
    navigations=(
        Navigation("organizationid", "organizations", column="organizationid"),
        Navigation("transactioncurrencyid", "transactioncurrencies", column="transactioncurrencyid"),
        Navigation("bcbi_CompanyId", "bcbi_companies", column="bcbi_companyid"),
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
