"""Business units: the departments of the organization."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from faker import Faker

from simulator.odata.edm import (
    Access,
    EntitySet,
    Navigation,
    Property,
    boolean,
    choice,
    double,
    guid,
    integer,
    lookup,
    memo,
    text,
)
from simulator.sales.columns import CURRENCY_NAVIGATION, STAMP_NAVIGATIONS, STAMPS, UNDEFINED, currency, street_and_city


def sample(fake: Faker) -> Mapping[str, Any]:
    """Return values that make one valid new row."""
    return {"name": fake.company()[:160]}


def _address(prefix: str) -> tuple[Property, ...]:
    return (
        text(f"{prefix}_name", 100),
        *street_and_city(prefix),
        text(f"{prefix}_telephone1", 50),
        choice(f"{prefix}_shippingmethodcode", UNDEFINED, default=1),
        text(f"{prefix}_fax", 50),
    )


BUSINESSUNITS = EntitySet(
    name="businessunits",
    entity="businessunit",
    title="Business Unit",
    key="businessunitid",
    primary_name="name",
    properties=(
        guid("businessunitid", access=Access.CREATE_ONLY),
        lookup("organizationid", "organization", access=Access.READ_ONLY),
        text("name", 160, required_level="ApplicationRequired"),
        memo("description"),
        text("divisionname", 100),
        text("fileasname", 100),
        text("tickersymbol", 10),
        text("stockexchange", 20),
        integer("utcoffset"),
        double("creditlimit"),
        text("costcenter", 100),
        text("websiteurl", 200),
        text("emailaddress", 100),
        integer("inheritancemask", access=Access.CREATE_ONLY),
        boolean("workflowsuspended", False),
        lookup("parentbusinessunitid", "businessunit"),
        boolean("isdisabled", False, access=Access.READ_ONLY),
        text("disabledreason", 250, access=Access.READ_ONLY),
        *_address("address1"),
        *_address("address2"),
        currency(),
        *STAMPS,
    ),
    navigations=(
        Navigation("organizationid", "organizations", column="organizationid"),
        Navigation("parentbusinessunitid", "businessunits", column="parentbusinessunitid"),
        CURRENCY_NAVIGATION,
        *STAMP_NAVIGATIONS,
        Navigation("business_unit_system_users", "systemusers", collection=True, target_column="businessunitid"),
        Navigation("business_unit_teams", "teams", collection=True, target_column="businessunitid"),
        Navigation(
            "business_unit_parent_business_unit",
            "businessunits",
            collection=True,
            target_column="parentbusinessunitid",
        ),
    ),
    change_tracking=True,
    webhooks=True,
    object_type_code=10,
    schema_name="BusinessUnit",
    sample=sample,
)
