"""Transaction currencies: what money values are in, and their rate against the base currency."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from faker import Faker

from simulator.odata.edm import Access, EntitySet, Navigation, decimal, guid, integer, lookup, state_and_status, text
from simulator.sales.columns import STAMP_NAVIGATIONS, STAMPS


def sample(fake: Faker) -> Mapping[str, Any]:
    """Return values that make one valid new row."""
    return {
        "currencyname": fake.currency_name()[:100],
        "isocurrencycode": fake.unique.lexify("X??").upper(),
        "currencysymbol": "x",
        "exchangerate": 1.5,
        "currencyprecision": 2,
    }


TRANSACTIONCURRENCIES = EntitySet(
    name="transactioncurrencies",
    entity="transactioncurrency",
    title="Currency",
    key="transactioncurrencyid",
    primary_name="currencyname",
    properties=(
        guid("transactioncurrencyid", access=Access.CREATE_ONLY),
        text("currencysymbol", 10, required=True, required_level="SystemRequired"),
        text("currencyname", 100, required=True, required_level="SystemRequired"),
        text("isocurrencycode", 5, access=Access.CREATE_ONLY, required=True, required_level="SystemRequired"),
        lookup("organizationid", "organization", access=Access.READ_ONLY),
        integer("currencyprecision", required=True, required_level="SystemRequired"),
        decimal(
            "exchangerate",
            0.0000000001,
            100000000000,
            required=True,
            required_level="SystemRequired",
            precision=10,
        ),
        *state_and_status({0: "Active", 1: "Inactive"}, {1: (0, "Active"), 2: (1, "Inactive")}),
        *STAMPS,
    ),
    navigations=(
        Navigation("organizationid", "organizations", column="organizationid"),
        *STAMP_NAVIGATIONS,
    ),
    change_tracking=True,
    webhooks=True,
    object_type_code=9105,
    schema_name="TransactionCurrency",
    sample=sample,
)
