"""Accounts: the companies Sales works with."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from faker import Faker

from simulator.odata.edm import (
    Access,
    AlternateKey,
    EntitySet,
    Navigation,
    choice,
    guid,
    integer,
    lookup,
    moment,
    money,
    state_and_status,
    text,
)
from simulator.odata.rules import Rules
from simulator.sales.columns import OWNERSHIP, OWNERSHIP_NAVIGATIONS, STAMP_NAVIGATIONS, STAMPS, UNDEFINED
from simulator.sales.parties import PARTY_NAVIGATIONS, appointment_time, party
from simulator.sales.rules.currencies import carrying_money
from simulator.sales.rules.images import IMAGE, carrying_image
from simulator.sales.rules.names import composing, in_turn


def sample(fake: Faker) -> Mapping[str, Any]:
    """Return values that make one valid new row."""
    return {
        "name": fake.company()[:160],
        "address1_city": fake.city()[:80],
        "emailaddress1": fake.company_email()[:100],
    }


_CUSTOMER_TYPES = (
    "Competitor",
    "Consultant",
    "Customer",
    "Investor",
    "Partner",
    "Influencer",
    "Press",
    "Prospect",
    "Reseller",
    "Supplier",
    "Vendor",
    "Other",
)
_INDUSTRIES = (
    "Accounting",
    "Agriculture and Non-petrol Natural Resource Extraction",
    "Broadcasting Printing and Publishing",
    "Brokers",
    "Building Supply Retail",
    "Business Services",
    "Consulting",
    "Consumer Services",
    "Design; Direction and Creative Management",
    "Distributors; Dispatchers and Processors",
    "Doctor's Offices and Clinics",
    "Durable Manufacturing",
    "Eating and Drinking Places",
    "Entertainment Retail",
    "Equipment Rental and Leasing",
    "Financial",
    "Food and Tobacco Processing",
    "Inbound Capital Intensive Processing",
    "Inbound Repair and Services",
    "Insurance",
    "Legal Services",
    "Non-Durable Merchandise Retail",
    "Outbound Consumer Service",
    "Petrochemical Extraction and Distribution",
    "Service Retail",
    "SIG Affiliations",
    "Social Services",
    "Special Outbound Trade Contractors",
    "Specialty Realty",
    "Transportation",
    "Utility Creation and Distribution",
    "Vehicle Retail",
    "Wholesale",
)

ACCOUNTS = EntitySet(
    name="accounts",
    entity="account",
    title="Account",
    key="accountid",
    primary_name="name",
    properties=(
        guid("accountid", access=Access.CREATE_ONLY),
        text("name", 160, required_level="ApplicationRequired"),
        text("accountnumber", 20),
        choice("accountcategorycode", {1: "Preferred Customer", 2: "Standard"}),
        choice("customertypecode", dict(enumerate(_CUSTOMER_TYPES, start=1))),
        choice("accountratingcode", UNDEFINED, default=1),
        choice("industrycode", dict(enumerate(_INDUSTRIES, start=1))),
        choice("accountclassificationcode", UNDEFINED, default=1),
        choice("businesstypecode", UNDEFINED, default=1),
        lookup("primarycontactid", "contact"),
        money("revenue"),
        integer("numberofemployees"),
        text("sic", 20),
        choice("ownershipcode", {1: "Public", 2: "Private", 3: "Subsidiary", 4: "Other"}),
        money("marketcap"),
        integer("sharesoutstanding"),
        text("tickersymbol", 10),
        text("stockexchange", 20),
        lookup("parentaccountid", "account"),
        lookup("nav_accountstatisticsid", "nav_accountstatistics"),
        lookup("masterid", "account", access=Access.READ_ONLY),
        integer("opendeals", access=Access.READ_ONLY),
        moment("opendeals_date", access=Access.READ_ONLY),
        integer("opendeals_state", access=Access.READ_ONLY),
        money("openrevenue", access=Access.READ_ONLY),
        moment("openrevenue_date", access=Access.READ_ONLY),
        integer("openrevenue_state", access=Access.READ_ONLY),
        *party(second_name_length=200),
        appointment_time(),
        *IMAGE,
        *state_and_status({0: "Active", 1: "Inactive"}, {1: (0, "Active"), 2: (1, "Inactive")}),
        *STAMPS,
        *OWNERSHIP,
    ),
    navigations=(
        Navigation("primarycontactid", "contacts", column="primarycontactid"),
        Navigation("parentaccountid", "accounts", column="parentaccountid"),
        Navigation("masterid", "accounts", column="masterid"),
        Navigation("nav_AccountStatisticsId", "nav_accountstatisticses", column="nav_accountstatisticsid"),
        *PARTY_NAVIGATIONS,
        *STAMP_NAVIGATIONS,
        *OWNERSHIP_NAVIGATIONS,
        Navigation("contact_customer_accounts", "contacts", collection=True, target_column="parentcustomerid"),
        Navigation("account_parent_account", "accounts", collection=True, target_column="parentaccountid"),
        Navigation("opportunity_customer_accounts", "opportunities", collection=True, target_column="customerid"),
        Navigation("quote_customer_accounts", "quotes", collection=True, target_column="customerid"),
        Navigation("order_customer_accounts", "salesorders", collection=True, target_column="customerid"),
        Navigation("invoice_customer_accounts", "invoices", collection=True, target_column="customerid"),
        Navigation("opportunity_parent_account", "opportunities", collection=True, target_column="parentaccountid"),
        Navigation("incident_customer_accounts", "incidents", collection=True, target_column="customerid"),
        Navigation("Account_Annotation", "annotations", collection=True, target_column="objectid"),
    ),
    alternate_keys=(AlternateKey("accountnumber_key", ("accountnumber",), active=False),),
    change_tracking=True,
    webhooks=True,
    object_type_code=1,
    owned=True,
    schema_name="Account",
    rules=Rules(
        before_write=in_turn(
            composing("address1", "address2"), carrying_money("creditlimit", "revenue"), carrying_image("account")
        )
    ),
    sample=sample,
)
