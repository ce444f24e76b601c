"""Invoice products: the lines of an invoice."""

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
    decimal,
    guid,
    integer,
    lookup,
    memo,
    moment,
    money,
    text,
)
from simulator.sales.columns import OWNERSHIP, OWNERSHIP_NAVIGATIONS, STAMP_NAVIGATIONS, STAMPS
from simulator.sales.rules.totals import detail_rules


def sample(fake: Faker) -> Mapping[str, Any]:
    """Return values that make one valid new row."""
    return {"productdescription": fake.word(), "isproductoverridden": True, "quantity": 2, "priceperunit": 10.5}


INVOICEDETAILS = EntitySet(
    name="invoicedetails",
    entity="invoicedetail",
    title="Invoice Product",
    key="invoicedetailid",
    primary_name="",
    properties=(
        guid("invoicedetailid", access=Access.CREATE_ONLY),
        lookup("salesrepid", "systemuser"),
        boolean("isproductoverridden", False, access=Access.CREATE_ONLY),
        integer("lineitemnumber"),
        boolean("iscopied", False),
        lookup("invoiceid", "invoice", required_level="ApplicationRequired"),
        decimal("quantitybackordered", -100000000000, 100000000000),
        lookup("uomid", "uom"),
        lookup("productid", "product"),
        moment("actualdeliveryon"),
        decimal("quantity", -100000000000, 100000000000),
        money("manualdiscountamount"),
        text("productdescription", 250),
        money("volumediscountamount", access=Access.READ_ONLY),
        money("priceperunit"),
        money("baseamount", access=Access.READ_ONLY),
        decimal("quantitycancelled", -100000000000, 100000000000),
        text("shippingtrackingnumber", 100),
        money("extendedamount", access=Access.READ_ONLY),
        memo("description"),
        boolean("ispriceoverridden", False),
        text("shipto_name", 200),
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
        money("tax"),
        text("shipto_line1", 250),
        text("shipto_line2", 250),
        text("shipto_line3", 250),
        text("shipto_city", 80),
        text("shipto_stateorprovince", 50),
        text("shipto_country", 80),
        text("shipto_postalcode", 20),
        boolean("willcall", False),
        text("shipto_telephone", 50),
        text("shipto_fax", 50),
        choice("shipto_freighttermscode", {1: "FOB", 2: "No Charge"}),
        decimal("quantityshipped", -100000000000, 100000000000),
        choice("invoicestatecode", {}, access=Access.READ_ONLY),
        boolean("invoiceispricelocked", False, access=Access.READ_ONLY),
        lookup("transactioncurrencyid", "transactioncurrency", access=Access.READ_ONLY),
        integer("sequencenumber"),
        guid("parentbundleid", access=Access.CREATE_ONLY),
        choice(
            "producttypecode",
            {
                1: "Product", 2: "Bundle", 3: "Required Bundle Product", 4: "Optional Bundle Product",
            },
            default=1, access=Access.CREATE_ONLY,
        ),
        guid("productassociationid", access=Access.CREATE_ONLY),
        *STAMPS,
        *OWNERSHIP,
    ),
    navigations=(
        Navigation("salesrepid", "systemusers", column="salesrepid"),
        Navigation("invoiceid", "invoices", column="invoiceid"),
        Navigation("uomid", "uoms", column="uomid"),
        Navigation("productid", "products", column="productid"),
        Navigation("transactioncurrencyid", "transactioncurrencies", column="transactioncurrencyid"),
        *STAMP_NAVIGATIONS,
        *OWNERSHIP_NAVIGATIONS,
    ),
    change_tracking=True,
    webhooks=True,
    object_type_code=1091,
    owned=True,
    schema_name="InvoiceDetail",
    rules=detail_rules("invoices", "invoiceid", "invoicedetails"),
    sample=sample,
)
