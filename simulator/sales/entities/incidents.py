"""Cases: what customers ask for help with."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from faker import Faker

from simulator.odata.edm import (
    Access,
    EntitySet,
    Navigation,
    NumberSeries,
    boolean,
    choice,
    guid,
    lookup,
    memo,
    moment,
    state_and_status,
    text,
)
from simulator.sales.columns import (
    CUSTOMER,
    CUSTOMER_NAVIGATIONS,
    OWNERSHIP,
    OWNERSHIP_NAVIGATIONS,
    STAMP_NAVIGATIONS,
    STAMPS,
    UNDEFINED,
)


def sample(fake: Faker) -> Mapping[str, Any]:
    """Return values that make one valid new row."""
    return {"title": fake.sentence()[:200]}


INCIDENTS = EntitySet(
    name="incidents",
    entity="incident",
    title="Case",
    key="incidentid",
    primary_name="title",
    properties=(
        guid("incidentid", access=Access.CREATE_ONLY),
        text("title", 200, required_level="ApplicationRequired"),
        text("ticketnumber", 100, access=Access.CREATE_ONLY),
        CUSTOMER,
        lookup("primarycontactid", "contact"),
        lookup("productid", "product"),
        memo("description"),
        choice(
            "caseorigincode",
            {
                1: "Phone",
                2: "Email",
                3: "Web",
                2483: "Facebook",
                3986: "Twitter",
                700610000: "IoT",
            },
        ),
        choice("casetypecode", {1: "Question", 2: "Problem", 3: "Request"}),
        choice("prioritycode", {1: "High", 2: "Normal", 3: "Low"}, default=2),
        choice("severitycode", UNDEFINED, default=1),
        choice(
            "customersatisfactioncode",
            {
                5: "Very Satisfied",
                4: "Satisfied",
                3: "Neutral",
                2: "Dissatisfied",
                1: "Very Dissatisfied",
            },
        ),
        moment("followupby"),
        moment("resolveby"),
        boolean("isescalated", False),
        text("productserialnumber", 100),
        *state_and_status(
            {0: "Active", 1: "Resolved", 2: "Canceled"},
            {
                1: (0, "In Progress"),
                2: (0, "On Hold"),
                3: (0, "Waiting for Details"),
                4: (0, "Researching"),
                5: (1, "Problem Solved"),
                1000: (1, "Information Provided"),
                6: (2, "Canceled"),
                2000: (2, "Merged"),
            },
        ),
        *STAMPS,
        *OWNERSHIP,
    ),
    navigations=(
        *CUSTOMER_NAVIGATIONS,
        Navigation("primarycontactid", "contacts", column="primarycontactid"),
        Navigation("productid", "products", column="productid"),
        *STAMP_NAVIGATIONS,
        *OWNERSHIP_NAVIGATIONS,
        Navigation("Incident_Annotation", "annotations", collection=True, target_column="objectid"),
    ),
    number_series=NumberSeries("ticketnumber", prefix="CAS-", first=1001, width=5),
    change_tracking=True,
    webhooks=True,
    object_type_code=112,
    owned=True,
    schema_name="Incident",
    sample=sample,
)
