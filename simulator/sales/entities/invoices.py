"""Invoices: what customers are billed."""

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
    lookup,
    moment,
    state_and_status,
    text,
)
from simulator.sales.columns import OWNERSHIP, OWNERSHIP_NAVIGATIONS, STAMP_NAVIGATIONS, STAMPS, UNDEFINED, currency
from simulator.sales.documents import DOCUMENT, DOCUMENT_NAVIGATIONS, sample_document
from simulator.sales.rules.names import composing
from simulator.sales.rules.totals import document_rules

INVOICES = EntitySet(
    name="invoices",
    entity="invoice",
    title="Invoice",
    key="invoiceid",
    primary_name="name",
    properties=(
        guid("invoiceid", access=Access.CREATE_ONLY),
        text("invoicenumber", 100, access=Access.CREATE_ONLY),
        lookup("salesorderid", "salesorder"),
        *DOCUMENT,
        currency(Access.CREATE_ONLY),
        choice("prioritycode", UNDEFINED, default=1),
        boolean("ispricelocked", False, access=Access.READ_ONLY),
        moment("lastbackofficesubmit"),
        date("datedelivered"),
        date("duedate"),
        choice("shipto_freighttermscode", UNDEFINED, default=1),
        *state_and_status(
            {0: "Active", 1: "Closed (deprecated)", 2: "Paid", 3: "Canceled"},
            {
                1: (0, "New"),
                2: (0, "Partially Shipped"),
                4: (0, "Billed"),
                5: (0, "Booked (applies to services)"),
                6: (0, "Installed (applies to services)"),
                3: (1, "Canceled (deprecated)"),
                7: (1, "Paid in Full (deprecated)"),
                100001: (2, "Complete"),
                100002: (2, "Partial"),
                100003: (3, "Canceled"),
            },
        ),
        *STAMPS,
        *OWNERSHIP,
    ),
    navigations=(
        Navigation("salesorderid", "salesorders", column="salesorderid"),
        *DOCUMENT_NAVIGATIONS,
        *STAMP_NAVIGATIONS,
        *OWNERSHIP_NAVIGATIONS,
        Navigation("invoice_details", "invoicedetails", collection=True, target_column="invoiceid", contained=True),
    ),
    number_series=NumberSeries("invoicenumber", prefix="INV-", first=1001, width=5),
    change_tracking=True,
    webhooks=True,
    object_type_code=1090,
    owned=True,
    schema_name="Invoice",
    rules=document_rules("invoicedetails", "invoiceid", composing("billto", "shipto")),
    sample=sample_document,
)
