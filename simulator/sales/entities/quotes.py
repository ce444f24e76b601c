"""Quotes: offers made to a customer."""

from __future__ import annotations

from simulator.odata.edm import (
    Access,
    EntitySet,
    Navigation,
    NumberSeries,
    choice,
    date,
    guid,
    integer,
    state_and_status,
    text,
)
from simulator.sales.columns import (
    FREIGHT_TERMS,
    OWNERSHIP,
    OWNERSHIP_NAVIGATIONS,
    STAMP_NAVIGATIONS,
    STAMPS,
    UNDEFINED,
    currency,
)
from simulator.sales.documents import ADDRESSEES, DOCUMENT, DOCUMENT_NAVIGATIONS, sample_document
from simulator.sales.rules.names import composing
from simulator.sales.rules.totals import document_rules

QUOTES = EntitySet(
    name="quotes",
    entity="quote",
    title="Quote",
    key="quoteid",
    primary_name="name",
    properties=(
        guid("quoteid", access=Access.CREATE_ONLY),
        text("quotenumber", 100, access=Access.CREATE_ONLY),
        integer("revisionnumber", access=Access.READ_ONLY),
        *DOCUMENT,
        *ADDRESSEES,
        currency(),
        date("effectivefrom"),
        date("effectiveto"),
        date("expireson"),
        date("closedon"),
        date("requestdeliveryby"),
        choice("freighttermscode", FREIGHT_TERMS),
        choice("shipto_freighttermscode", UNDEFINED),
        *state_and_status(
            {0: "Draft", 1: "Active", 2: "Won", 3: "Closed"},
            {
                2: (0, "In Progress"),
                3: (1, "Open"),
                4: (2, "Won"),
                5: (3, "Lost"),
                6: (3, "Canceled"),
                7: (3, "Revised"),
                1: (0, "In Progress1"),
            },
        ),
        *STAMPS,
        *OWNERSHIP,
    ),
    navigations=(
        *DOCUMENT_NAVIGATIONS,
        *STAMP_NAVIGATIONS,
        *OWNERSHIP_NAVIGATIONS,
        Navigation("quote_details", "quotedetails", collection=True, target_column="quoteid", contained=True),
        Navigation("quote_orders", "salesorders", collection=True, target_column="quoteid"),
    ),
    number_series=NumberSeries("quotenumber", prefix="QUO-", first=1001, width=5),
    change_tracking=True,
    webhooks=True,
    object_type_code=1084,
    owned=True,
    schema_name="Quote",
    rules=document_rules("quotedetails", "quoteid", composing("billto", "shipto")),
    sample=sample_document,
)
