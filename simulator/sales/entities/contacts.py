"""Contacts: the persons Sales talks to."""

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
    date,
    guid,
    integer,
    lookup,
    money,
    state_and_status,
    text,
)
from simulator.odata.rules import Rules
from simulator.sales.columns import OWNERSHIP, OWNERSHIP_NAVIGATIONS, STAMP_NAVIGATIONS, STAMPS, UNDEFINED
from simulator.sales.parties import PARTY_NAVIGATIONS, appointment_time, party
from simulator.sales.rules.currencies import carrying_money
from simulator.sales.rules.images import IMAGE, carrying_image
from simulator.sales.rules.names import composing, in_turn, name_person


def sample(fake: Faker) -> Mapping[str, Any]:
    """Return values that make one valid new row."""
    return {"firstname": fake.first_name()[:50], "lastname": fake.last_name()[:50], "emailaddress1": fake.email()[:100]}


CONTACTS = EntitySet(
    name="contacts",
    entity="contact",
    title="Contact",
    key="contactid",
    primary_name="fullname",
    properties=(
        guid("contactid", access=Access.CREATE_ONLY),
        choice("customertypecode", UNDEFINED, default=1),
        choice("leadsourcecode", UNDEFINED, default=1),
        lookup("accountid", "account", access=Access.READ_ONLY),
        boolean("isbackofficecustomer", False),
        text("salutation", 100),
        text("jobtitle", 100),
        text("firstname", 50),
        text("department", 100),
        text("nickname", 50),
        text("middlename", 50),
        text("lastname", 50, required_level="ApplicationRequired"),
        text("suffix", 10),
        text("fullname", 160, access=Access.READ_ONLY),
        date("anniversary"),
        date("birthdate"),
        text("governmentid", 50),
        text("employeeid", 50),
        choice("gendercode", {1: "Male", 2: "Female"}),
        money("annualincome"),
        choice("haschildrencode", UNDEFINED, default=1),
        choice("educationcode", UNDEFINED, default=1),
        choice("familystatuscode", {1: "Single", 2: "Married", 3: "Divorced", 4: "Widowed"}),
        text("spousesname", 100),
        text("assistantname", 100),
        text("assistantphone", 50),
        text("managername", 100),
        text("managerphone", 50),
        choice("accountrolecode", {1: "Decision Maker", 2: "Employee", 3: "Influencer"}),
        integer("numberofchildren"),
        text("childrensnames", 250),
        text("mobilephone", 50),
        lookup("parentcontactid", "contact", access=Access.READ_ONLY),
        lookup("masterid", "contact", access=Access.READ_ONLY),
        lookup("parentcustomerid", "account", "contact"),
        text("externaluseridentifier", 50),
        text("business2", 50),
        text("callback", 50),
        text("company", 50),
        text("home2", 50),
        *party(second_name_length=100),
        appointment_time(1),
        *IMAGE,
        *state_and_status({0: "Active", 1: "Inactive"}, {1: (0, "Active"), 2: (1, "Inactive")}),
        *STAMPS,
        *OWNERSHIP,
    ),
    navigations=(
        Navigation("accountid", "accounts", column="accountid"),
        Navigation("parentcontactid", "contacts", column="parentcontactid"),
        Navigation("masterid", "contacts", column="masterid"),
        Navigation("parentcustomerid_account", "accounts", column="parentcustomerid"),
        Navigation("parentcustomerid_contact", "contacts", column="parentcustomerid"),
        *PARTY_NAVIGATIONS,
        *STAMP_NAVIGATIONS,
        *OWNERSHIP_NAVIGATIONS,
        Navigation("account_primary_contact", "accounts", collection=True, target_column="primarycontactid"),
        Navigation("contact_customer_contacts", "contacts", collection=True, target_column="parentcustomerid"),
        Navigation("opportunity_customer_contacts", "opportunities", collection=True, target_column="customerid"),
        Navigation("quote_customer_contacts", "quotes", collection=True, target_column="customerid"),
        Navigation("order_customer_contacts", "salesorders", collection=True, target_column="customerid"),
        Navigation("invoice_customer_contacts", "invoices", collection=True, target_column="customerid"),
        Navigation("incident_customer_contacts", "incidents", collection=True, target_column="customerid"),
        Navigation("Contact_Annotation", "annotations", collection=True, target_column="objectid"),
    ),
    change_tracking=True,
    webhooks=True,
    object_type_code=2,
    owned=True,
    schema_name="Contact",
    rules=Rules(
        before_write=in_turn(
            name_person,
            composing("address1", "address2"),
            carrying_money("creditlimit", "annualincome"),
            carrying_image("contact"),
        )
    ),
    sample=sample,
)
