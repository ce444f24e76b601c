"""Business units: the departments of the organization."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from faker import Faker

from simulator.odata.edm import (
    Access,
    EntitySet,
    Navigation,
    boolean,
    choice,
    double,
    guid,
    integer,
    lookup,
    memo,
    text,
)
from simulator.sales.columns import STAMP_NAVIGATIONS, STAMPS


def sample(fake: Faker) -> Mapping[str, Any]:
    """Return values that make one valid new row."""
    return {"name": fake.company()[:160]}


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
        text("address1_name", 100),
        text("address1_line1", 250),
        text("address1_line2", 250),
        text("address1_line3", 250),
        text("address1_city", 80),
        text("address1_stateorprovince", 50),
        text("address1_country", 80),
        text("address1_postalcode", 20),
        text("address1_telephone1", 50),
        choice("address1_shippingmethodcode", {1: "Default Value"}, default=1),
        text("address1_fax", 50),
        text("address2_name", 100),
        text("address2_line1", 250),
        text("address2_line2", 250),
        text("address2_line3", 250),
        text("address2_city", 80),
        text("address2_stateorprovince", 50),
        text("address2_country", 80),
        text("address2_postalcode", 20),
        text("address2_telephone1", 50),
        choice("address2_shippingmethodcode", {1: "Default Value"}, default=1),
        text("address2_fax", 50),
        lookup("transactioncurrencyid", "transactioncurrency"),
        *STAMPS,
    ),
    navigations=(
        Navigation("organizationid", "organizations", column="organizationid"),
        Navigation("parentbusinessunitid", "businessunits", column="parentbusinessunitid"),
        Navigation("transactioncurrencyid", "transactioncurrencies", column="transactioncurrencyid"),
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
