"""Contacts: companies, and the persons who work there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from faker import Faker

from simulator.business_central.columns import ADDRESS, COUNTRY, ID, MODIFIED, picture_of
from simulator.business_central.rules.contacts import CONTACT_RULES
from simulator.odata.edm import Access, EntitySet, Navigation, NumberSeries, boolean, code, date, enum, text


def sample(fake: Faker) -> Mapping[str, Any]:
    """Return values that make one valid new row."""
    return {"type": "Person", "displayName": fake.name()[:100], "jobTitle": fake.job()[:30], "email": fake.email()[:80]}


CONTACTS = EntitySet(
    name="contacts",
    entity="contact",
    title="Contact",
    properties=(
        ID,
        code("number", 20),
        enum("type", "Company", "Person"),
        text("displayName", 100, required=True),
        text("jobTitle", 30),
        code("companyNumber", 20),
        text("companyName", 100),
        enum(
            "contactBusinessRelation",
            " ",
            "Customer",
            "Vendor",
            "Bank Account",
            "Employee",
            "None",
            "Other",
            "Multiple",
        ),
        *ADDRESS,
        text("phoneNumber", 30),
        text("mobilePhoneNumber", 30),
        text("email", 80),
        text("website", 255),
        code("searchName", 100),
        boolean("privacyBlocked"),
        text("taxRegistrationNumber", 50),
        date("lastInteractionDate", access=Access.READ_ONLY),
        MODIFIED,
    ),
    unique=("number",),
    order=("number",),
    number_series=NumberSeries("number", prefix="CT", first=1, step=1, width=6),
    relations=(COUNTRY,),
    navigations=(Navigation("contactInformation", "contactsInformation", column="id"), picture_of("Contact")),
    change_tracking=True,
    rules=CONTACT_RULES,
    sample=sample,
)
