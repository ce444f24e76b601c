"""What quotes, orders and invoices have in common, and what their details have."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from faker import Faker

from simulator.odata.edm import Access, Navigation, Property, boolean, choice, guid, integer, lookup, memo, money, text
from simulator.sales.columns import (
    COMPANY,
    COMPANY_NAVIGATION,
    CURRENCY_NAVIGATION,
    CUSTOMER,
    CUSTOMER_NAVIGATIONS,
    FREIGHT_TERMS,
    PAYMENT_TERMS,
    composite,
    currency,
    quantity,
    shipping_method,
    street_and_city,
)

_PRICING_ERRORS = (
    "None",
    "Detail Error",
    "Missing Price Level",
    "Inactive Price Level",
    "Missing Quantity",
    "Missing Unit Price",
    "Missing Product",
    "Invalid Product",
    "Missing Pricing Code",
    "Invalid Pricing Code",
    "Missing UOM",
    "Product Not In Price Level",
    "Missing Price Level Amount",
    "Missing Price Level Percentage",
    "Missing Price",
    "Missing Current Cost",
    "Missing Standard Cost",
    "Invalid Price Level Amount",
    "Invalid Price Level Percentage",
    "Invalid Price",
    "Invalid Current Cost",
    "Invalid Standard Cost",
    "Invalid Rounding Policy",
    "Invalid Rounding Option",
    "Invalid Rounding Amount",
    "Price Calculation Error",
    "Invalid Discount Type",
    "Discount Type Invalid State",
    "Invalid Discount",
    "Invalid Quantity",
    "Invalid Pricing Precision",
    "Missing Product Default UOM",
    "Missing Product UOM Schedule",
    "Inactive Discount Type",
    "Invalid Price Level Currency",
    "Price Attribute Out Of Range",
    "Base Currency Attribute Overflow",
    "Base Currency Attribute Underflow",
)
PRICING_ERROR: Property = choice(
    "pricingerrorcode", dict(enumerate(_PRICING_ERRORS)), default=0, option_set="qooi_pricingerrorcode"
)
"""Why the amounts could not be calculated."""

TOTALS: tuple[Property, ...] = (
    money("discountamount"),
    quantity("discountpercentage"),
    money("freightamount"),
    *(
        money(name, access=Access.READ_ONLY)
        for name in (
            "totalamount",
            "totallineitemamount",
            "totallineitemdiscountamount",
            "totalamountlessfreight",
            "totaldiscountamount",
            "totaltax",
        )
    ),
)
"""What a document, or an opportunity, comes to."""


def _address(prefix: str) -> tuple[Property, ...]:
    """Return one address of a document: who gets the goods, or the bill."""
    return (
        text(f"{prefix}_name", 200),
        *street_and_city(prefix),
        text(f"{prefix}_telephone", 50),
        text(f"{prefix}_fax", 50),
    )


DOCUMENT: tuple[Property, ...] = (
    text("name", 2048, required_level="ApplicationRequired"),
    lookup("opportunityid", "opportunity"),
    lookup("pricelevelid", "pricelevel", required_level="ApplicationRequired"),
    CUSTOMER,
    memo("description"),
    PRICING_ERROR,
    *TOTALS,
    boolean("willcall", False),
    *_address("shipto"),
    composite("shipto"),
    *_address("billto"),
    composite("billto"),
    PAYMENT_TERMS,
    shipping_method("shippingmethodcode"),
    COMPANY,
)
"""The columns of every document."""

ADDRESSEES: tuple[Property, ...] = tuple(
    made
    for prefix in ("shipto", "billto")
    for made in (guid(f"{prefix}_addressid"), text(f"{prefix}_contactname", 150))
)
"""Whom quotes and orders are sent to; invoices do not say it."""

DOCUMENT_NAVIGATIONS: tuple[Navigation, ...] = (
    Navigation("opportunityid", "opportunities", column="opportunityid"),
    Navigation("pricelevelid", "pricelevels", column="pricelevelid"),
    *CUSTOMER_NAVIGATIONS,
    CURRENCY_NAVIGATION,
    COMPANY_NAVIGATION,
)


def sample_document(fake: Faker) -> Mapping[str, Any]:
    """Return values that make one valid new document."""
    return {"name": fake.catch_phrase()[:300]}


_PRODUCT_TYPES = ("Product", "Bundle", "Required Bundle Product", "Optional Bundle Product")

DETAIL: tuple[Property, ...] = (
    integer("lineitemnumber"),
    integer("sequencenumber"),
    lookup("productid", "product"),
    text("productdescription", 250),
    boolean("isproductoverridden", False, access=Access.CREATE_ONLY),
    choice(
        "producttypecode",
        dict(enumerate(_PRODUCT_TYPES, start=1)),
        default=1,
        access=Access.CREATE_ONLY,
        option_set="qooiproduct_producttype",
    ),
    guid("parentbundleid", access=Access.CREATE_ONLY),
    guid("productassociationid", access=Access.CREATE_ONLY),
    memo("description"),
    lookup("salesrepid", "systemuser"),
    lookup("uomid", "uom"),
    quantity("quantity"),
    currency(Access.READ_ONLY),
    money("priceperunit"),
    boolean("ispriceoverridden", False),
    PRICING_ERROR,
    money("baseamount", access=Access.READ_ONLY),
    money("manualdiscountamount"),
    money("volumediscountamount", access=Access.READ_ONLY),
    money("tax"),
    money("extendedamount", access=Access.READ_ONLY),
    boolean("willcall", False),
    *_address("shipto"),
    choice("shipto_freighttermscode", FREIGHT_TERMS),
)
"""The columns of every detail."""

DETAIL_NAVIGATIONS: tuple[Navigation, ...] = (
    Navigation("salesrepid", "systemusers", column="salesrepid"),
    Navigation("uomid", "uoms", column="uomid"),
    Navigation("productid", "products", column="productid"),
    CURRENCY_NAVIGATION,
)


def sample_detail(fake: Faker) -> Mapping[str, Any]:
    """Return values that make one valid new detail, of a product that is not in the catalog."""
    return {"productdescription": fake.word(), "isproductoverridden": True, "quantity": 2, "priceperunit": 10.5}
