"""Orders: what customers have ordered."""

from __future__ import annotations

from simulator.odata.edm import (
    Access,
    EntitySet,
    Navigation,
    NumberSeries,
    boolean,
    choice,
    date,
    guid,
    integer,
    lookup,
    memo,
    moment,
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

SALESORDERS = EntitySet(
    name="salesorders",
    entity="salesorder",
    title="Order",
    key="salesorderid",
    primary_name="name",
    properties=(
        guid("salesorderid", access=Access.CREATE_ONLY),
        text("ordernumber", 100, access=Access.CREATE_ONLY),
        lookup("quoteid", "quote"),
        *DOCUMENT,
        *ADDRESSEES,
        currency(Access.CREATE_ONLY),
        choice("prioritycode", UNDEFINED, default=1),
        boolean("ispricelocked", False, access=Access.READ_ONLY),
        integer("submitstatus"),
        moment("submitdate"),
        memo("submitstatusdescription"),
        moment("lastbackofficesubmit"),
        date("requestdeliveryby"),
        date("datefulfilled"),
        choice("freighttermscode", FREIGHT_TERMS),
        choice("shipto_freighttermscode", UNDEFINED, default=1),
        text("bcbi_businesscentralordernumber", 20),
        integer("bcbi_businesscentraldocumentoccurrencenumber"),
        *state_and_status(
            {0: "Active", 1: "Submitted", 2: "Canceled", 3: "Fulfilled", 4: "Invoiced"},
            {
                3: (1, "In Progress"),
                4: (2, "No Money"),
                1: (0, "New"),
                2: (0, "Pending"),
                100001: (3, "Complete"),
                100002: (3, "Partial"),
                100003: (4, "Invoiced"),
            },
        ),
        *STAMPS,
        *OWNERSHIP,
    ),
    navigations=(
        Navigation("quoteid", "quotes", column="quoteid"),
        *DOCUMENT_NAVIGATIONS,
        *STAMP_NAVIGATIONS,
        *OWNERSHIP_NAVIGATIONS,
        Navigation(
            "order_details",
            "salesorderdetails",
            collection=True,
            target_column="salesorderid",
            contained=True,
        ),
        Navigation("order_invoices", "invoices", collection=True, target_column="salesorderid"),
    ),
    number_series=NumberSeries("ordernumber", prefix="ORD-", first=1001, width=5),
    change_tracking=True,
    webhooks=True,
    object_type_code=1088,
    owned=True,
    schema_name="SalesOrder",
    rules=document_rules("salesorderdetails", "salesorderid", composing("billto", "shipto")),
    sample=sample_document,
)
