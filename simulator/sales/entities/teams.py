"""Teams: groups of users that may own records."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from faker import Faker

from simulator.odata.edm import Access, EntitySet, Navigation, boolean, choice, guid, lookup, memo, text
from simulator.odata.rules import Rules
from simulator.sales.columns import CURRENCY_NAVIGATION, STAMP_NAVIGATIONS, STAMPS, currency
from simulator.sales.memberships import PRINCIPAL, TEAM_MEMBERS, TEAM_ROLES, be_principal, paired_with


def sample(fake: Faker) -> Mapping[str, Any]:
    """Return values that make one valid new row."""
    return {"name": fake.company()[:160]}


TEAMS = EntitySet(
    name="teams",
    entity="team",
    title="Team",
    key="teamid",
    primary_name="name",
    properties=(
        guid("teamid", access=Access.CREATE_ONLY),
        guid("ownerid", access=Access.READ_ONLY),
        guid("organizationid", access=Access.READ_ONLY),
        lookup("businessunitid", "businessunit", required_level="ApplicationRequired"),
        text("name", 160, required_level="ApplicationRequired"),
        memo("description"),
        text("emailaddress", 100),
        lookup("administratorid", "systemuser"),
        boolean("isdefault", False, access=Access.READ_ONLY),
        currency(),
        choice("teamtype", {0: "Owner", 1: "Access"}, default=0, access=Access.CREATE_ONLY),
        boolean("systemmanaged", False, access=Access.READ_ONLY),
        *STAMPS,
    ),
    navigations=(
        Navigation("businessunitid", "businessunits", column="businessunitid"),
        Navigation("administratorid", "systemusers", column="administratorid"),
        CURRENCY_NAVIGATION,
        *STAMP_NAVIGATIONS,
        paired_with("systemusers", TEAM_MEMBERS),
        paired_with("roles", TEAM_ROLES),
    ),
    base=PRINCIPAL,
    change_tracking=True,
    webhooks=True,
    object_type_code=9,
    schema_name="Team",
    rules=Rules(before_write=be_principal("teamid")),
    sample=sample,
)
