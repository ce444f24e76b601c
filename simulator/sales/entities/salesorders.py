"""Orders: what customers have ordered."""

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
    date,
    decimal,
    guid,
    integer,
    lookup,
    memo,
    moment,
    money,
    state_and_status,
    text,
)
from simulator.sales.columns import OWNERSHIP, OWNERSHIP_NAVIGATIONS, STAMP_NAVIGATIONS, STAMPS
from simulator.sales.rules.names import composing
from simulator.sales.rules.totals import document_rules


def sample(fake: Faker) -> Mapping[str, Any]:
    """Return values that make one valid new row."""
    return {"name": fake.catch_phrase()[:300]}


SALESORDERS = EntitySet(
    name="salesorders",
    entity="salesorder",
    title="Order",
    key="salesorderid",
    primary_name="name",
    properties=(
        guid("salesorderid", access=Access.CREATE_ONLY),
        lookup("opportunityid", "opportunity"),
        lookup("quoteid", "quote"),
        choice("prioritycode", {1: "Default Value"}, default=1),
        integer("submitstatus"),
        moment("submitdate"),
        memo("submitstatusdescription"),
        lookup("pricelevelid", "pricelevel", required_level="ApplicationRequired"),
        moment("lastbackofficesubmit"),
        text("ordernumber", 100, access=Access.CREATE_ONLY),
        text("name", 2048, required_level="ApplicationRequired"),
        choice(
            "pricingerrorcode",
            {
                0: "None", 1: "Detail Error", 2: "Missing Price Level", 3: "Inactive Price Level",
                4: "Missing Quantity", 5: "Missing Unit Price", 6: "Missing Product", 7: "Invalid Product",
                8: "Missing Pricing Code", 9: "Invalid Pricing Code", 10: "Missing UOM",
                11: "Product Not In Price Level", 12: "Missing Price Level Amount",
                13: "Missing Price Level Percentage", 14: "Missing Price", 15: "Missing Current Cost",
                16: "Missing Standard Cost", 17: "Invalid Price Level Amount", 18: "Invalid Price Level Percentage",
                19: "Invalid Price", 20: "Invalid Current Cost", 21: "Invalid Standard Cost",
                22: "Invalid Rounding Policy", 23: "Invalid Rounding Option", 24: "Invalid Rounding Amount",
                25: "Price Calculation Error", 26: "Invalid Discount Type", 27: "Discount Type Invalid State",
                28: "Invalid Discount", 29: "Invalid Quantity", 30: "Invalid Pricing Precision",
                31: "Missing Product Default UOM", 32: "Missing Product UOM Schedule", 33: "Inactive Discount Type",
                34: "Invalid Price Level Currency", 35: "Price Attribute Out Of Range",
                36: "Base Currency Attribute Overflow", 37: "Base Currency Attribute Underflow",
            },
            default=0,
        ),
        memo("description"),
        money("discountamount"),
        money("freightamount"),
        money("totalamount", access=Access.READ_ONLY),
        money("totallineitemamount", access=Access.READ_ONLY),
        money("totallineitemdiscountamount", access=Access.READ_ONLY),
        money("totalamountlessfreight", access=Access.READ_ONLY),
        money("totaldiscountamount", access=Access.READ_ONLY),
        date("requestdeliveryby"),
        money("totaltax", access=Access.READ_ONLY),
        text("shipto_name", 200),
        text("shipto_line1", 250),
        text("shipto_line2", 250),
        text("shipto_line3", 250),
        text("shipto_city", 80),
        text("shipto_stateorprovince", 50),
        text("shipto_country", 80),
        text("shipto_postalcode", 20),
        boolean("willcall", False),
        text("shipto_telephone", 50),
        text("billto_name", 200),
        choice("shipto_freighttermscode", {1: "Default Value"}, default=1),
        text("shipto_fax", 50),
        text("billto_line1", 250),
        text("billto_line2", 250),
        text("billto_line3", 250),
        text("billto_city", 80),
        text("billto_stateorprovince", 50),
        text("billto_country", 80),
        text("billto_postalcode", 20),
        text("billto_telephone", 50),
        text("billto_fax", 50),
        decimal("discountpercentage", -100000000000, 100000000000),
        lookup("customerid", "account", "contact", required_level="ApplicationRequired"),
        text("billto_contactname", 150),
        guid("billto_addressid"),
        guid("shipto_addressid"),
        boolean("ispricelocked", False, access=Access.READ_ONLY),
        date("datefulfilled"),
        text("shipto_contactname", 150),
        lookup("transactioncurrencyid", "transactioncurrency", access=Access.CREATE_ONLY),
        memo("billto_composite", access=Access.READ_ONLY),
        memo("shipto_composite", access=Access.READ_ONLY),
        lookup("bcbi_companyid", "bcbi_company"),
        choice("paymenttermscode", {1: "Net 30", 2: "2% 10, Net 30", 3: "Net 45", 4: "Net 60"}),
        choice(
            "shippingmethodcode",
            {
                1: "Airborne", 2: "DHL", 3: "FedEx", 4: "UPS", 5: "Postal Mail", 6: "Full Load", 7: "Will Call",
            },
        ),
        choice("freighttermscode", {1: "FOB", 2: "No Charge"}),
        text("bcbi_businesscentralordernumber", 20),
        integer("bcbi_businesscentraldocumentoccurrencenumber"),
        *state_and_status(
            {0: "Active", 1: "Submitted", 2: "Canceled", 3: "Fulfilled", 4: "Invoiced"},
            {
                3: (1, "In Progress"), 4: (2, "No Money"), 1: (0, "New"), 2: (0, "Pending"), 100001: (3, "Complete"),
                100002: (3, "Partial"), 100003: (4, "Invoiced"),
            },
        ),
        *STAMPS,
        *OWNERSHIP,
    ),
    navigations=(
        Navigation("opportunityid", "opportunities", column="opportunityid"),
        Navigation("quoteid", "quotes", column="quoteid"),
        Navigation("pricelevelid", "pricelevels", column="pricelevelid"),
        Navigation("customerid_account", "accounts", column="customerid"),
        Navigation("customerid_contact", "contacts", column="customerid"),
        Navigation("transactioncurrencyid", "transactioncurrencies", column="transactioncurrencyid"),
        Navigation("bcbi_CompanyId", "bcbi_companies", column="bcbi_companyid"),
        *STAMP_NAVIGATIONS,
        *OWNERSHIP_NAVIGATIONS,
        Navigation(
            "order_details", "salesorderdetails", collection=True, target_column="salesorderid", contained=True,
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
    sample=sample,
)
