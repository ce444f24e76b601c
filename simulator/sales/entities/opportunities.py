"""Opportunities: sales that may come."""

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
    memo,
    moment,
    money,
    state_and_status,
    text,
)
from simulator.odata.rules import Rules
from simulator.sales.columns import (
    COMPANY,
    COMPANY_NAVIGATION,
    CURRENCY_NAVIGATION,
    CUSTOMER,
    CUSTOMER_NAVIGATIONS,
    OWNERSHIP,
    OWNERSHIP_NAVIGATIONS,
    STAMP_NAVIGATIONS,
    STAMPS,
    UNDEFINED,
    currency,
)
from simulator.sales.documents import PRICING_ERROR, TOTALS
from simulator.sales.rules.currencies import carrying_money


def sample(fake: Faker) -> Mapping[str, Any]:
    """Return values that make one valid new row."""
    return {"name": fake.catch_phrase()[:300], "estimatedvalue": 1000}


OPPORTUNITIES = EntitySet(
    name="opportunities",
    entity="opportunity",
    title="Opportunity",
    key="opportunityid",
    primary_name="name",
    properties=(
        guid("opportunityid", access=Access.CREATE_ONLY),
        text("name", 2048, required_level="ApplicationRequired"),
        lookup("pricelevelid", "pricelevel"),
        choice("opportunityratingcode", {1: "Hot", 2: "Warm", 3: "Cold"}, default=2),
        choice("prioritycode", UNDEFINED, default=1),
        guid("stepid"),
        memo("description"),
        money("estimatedvalue"),
        text("stepname", 200),
        choice("salesstagecode", UNDEFINED, default=1),
        date("estimatedclosedate"),
        integer("closeprobability"),
        money("actualvalue"),
        date("actualclosedate"),
        boolean("isrevenuesystemcalculated", False),
        choice(
            "budgetstatus",
            {0: "No Committed Budget", 1: "May Buy", 2: "Can Buy", 3: "Will Buy"},
            option_set="budgetstatus",
        ),
        boolean("decisionmaker", False),
        choice("need", {0: "Must have", 1: "Should have", 2: "Good to have", 3: "No need"}, option_set="need"),
        choice("timeline", {0: "Immediate", 1: "This Quarter", 2: "Next Quarter", 3: "This Year", 4: "Not known"}),
        money("budgetamount"),
        lookup("parentaccountid", "account"),
        lookup("parentcontactid", "contact"),
        boolean("evaluatefit", False),
        choice("initialcommunication", {0: "Contacted", 1: "Not Contacted"}, option_set="initialcommunication"),
        boolean("confirminterest", False),
        date("schedulefollowup_prospect"),
        date("schedulefollowup_qualify"),
        moment("scheduleproposalmeeting"),
        date("finaldecisiondate"),
        boolean("developproposal", False),
        boolean("completeinternalreview", False),
        boolean("captureproposalfeedback", False),
        boolean("resolvefeedback", False),
        boolean("presentproposal", False),
        boolean("sendthankyounote", False),
        choice("salesstage", {0: "Qualify", 1: "Develop", 2: "Propose", 3: "Close"}),
        boolean("completefinalproposal", False),
        boolean("filedebrief", False),
        boolean("pursuitdecision", False),
        memo("customerpainpoints"),
        memo("customerneed"),
        memo("proposedsolution"),
        memo("qualificationcomments"),
        memo("quotecomments"),
        choice("purchaseprocess", {0: "Individual", 1: "Committee", 2: "Unknown"}, option_set="purchaseprocess"),
        choice(
            "purchasetimeframe",
            {
                0: "Immediate",
                1: "This Quarter",
                2: "Next Quarter",
                3: "This Year",
                4: "Unknown",
            },
            option_set="purchasetimeframe",
        ),
        boolean("identifycustomercontacts", False),
        boolean("identifycompetitors", False),
        boolean("identifypursuitteam", False),
        memo("currentsituation"),
        boolean("presentfinalproposal", False),
        CUSTOMER,
        currency(),
        PRICING_ERROR,
        *TOTALS,
        COMPANY,
        *state_and_status(
            {0: "Open", 1: "Won", 2: "Lost"},
            {1: (0, "In Progress"), 2: (0, "On Hold"), 3: (1, "Won"), 4: (2, "Canceled"), 5: (2, "Out-Sold")},
        ),
        *STAMPS,
        *OWNERSHIP,
    ),
    navigations=(
        Navigation("pricelevelid", "pricelevels", column="pricelevelid"),
        Navigation("parentaccountid", "accounts", column="parentaccountid"),
        Navigation("parentcontactid", "contacts", column="parentcontactid"),
        *CUSTOMER_NAVIGATIONS,
        CURRENCY_NAVIGATION,
        COMPANY_NAVIGATION,
        *STAMP_NAVIGATIONS,
        *OWNERSHIP_NAVIGATIONS,
        Navigation("opportunity_quotes", "quotes", collection=True, target_column="opportunityid"),
        Navigation("opportunity_sales_orders", "salesorders", collection=True, target_column="opportunityid"),
        Navigation("opportunity_invoices", "invoices", collection=True, target_column="opportunityid"),
        Navigation("Opportunity_Annotation", "annotations", collection=True, target_column="objectid"),
    ),
    change_tracking=True,
    webhooks=True,
    object_type_code=3,
    owned=True,
    schema_name="Opportunity",
    rules=Rules(before_write=carrying_money("estimatedvalue", "actualvalue", "budgetamount")),
    sample=sample,
)
