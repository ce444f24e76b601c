"""Account statistics: what Business Central tells Sales of a customer's balance, from its base solution."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from faker import Faker

from simulator.odata.edm import Access, EntitySet, guid, moment, money, state_and_status, text
from simulator.odata.rules import Rules
from simulator.sales.columns import CURRENCY_NAVIGATION, STAMP_NAVIGATIONS, STAMPS, currency
from simulator.sales.rules.currencies import carrying_money

_AMOUNTS = (
    "nav_balancelcy",
    "nav_outstandingorderslcy",
    "nav_shippednotinvoicedlcy",
    "nav_outstandinginvoiceslcy",
    "nav_totallcy",
    "nav_creditlimitlcy",
    "nav_overdueamountslcy",
    "nav_totalsaleslcy",
    "nav_invoicedprepaymentamountlcy",
)


def sample(fake: Faker) -> Mapping[str, Any]:
    """Return values that make one valid new row."""
    return {"nav_name": fake.company()[:160]}


NAV_ACCOUNTSTATISTICSES = EntitySet(
    name="nav_accountstatisticses",
    entity="nav_accountstatistics",
    title="Account Statistics",
    key="nav_accountstatisticsid",
    primary_name="nav_name",
    properties=(
        guid("nav_accountstatisticsid", access=Access.CREATE_ONLY),
        text("nav_name", 160),
        text("nav_customerno", 20),
        *(money(name, minimum=-922337203685477) for name in _AMOUNTS),
        moment("nav_overdueamountsasof"),
        currency(),
        *state_and_status({0: "Active", 1: "Inactive"}, {1: (0, "Active"), 2: (1, "Inactive")}),
        *STAMPS,
    ),
    navigations=(CURRENCY_NAVIGATION, *STAMP_NAVIGATIONS),
    change_tracking=True,
    webhooks=True,
    object_type_code=10002,
    schema_name="nav_accountstatistics",
    rules=Rules(before_write=carrying_money(*_AMOUNTS)),
    sample=sample,
)
