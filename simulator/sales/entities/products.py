"""Products: what Sales offers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from faker import Faker

from simulator.odata.edm import (
    Access,
    AlternateKey,
    EntitySet,
    Navigation,
    boolean,
    choice,
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
    STAMP_NAVIGATIONS,
    STAMPS,
    currency,
    quantity,
)
from simulator.sales.rules.currencies import carrying_money
from simulator.sales.rules.images import IMAGE, carrying_image
from simulator.sales.rules.names import in_turn


def sample(fake: Faker) -> Mapping[str, Any]:
    """Return values that make one valid new row."""
    return {"name": fake.catch_phrase()[:100], "productnumber": fake.unique.bothify("P-####??"), "quantitydecimal": 2}


PRODUCTS = EntitySet(
    name="products",
    entity="product",
    title="Product",
    key="productid",
    primary_name="name",
    properties=(
        guid("productid", access=Access.CREATE_ONLY),
        lookup("defaultuomscheduleid", "uomschedule", required_level="ApplicationRequired"),
        lookup("organizationid", "organization", access=Access.READ_ONLY),
        text("name", 100, required_level="ApplicationRequired"),
        lookup("defaultuomid", "uom", required_level="ApplicationRequired"),
        lookup("pricelevelid", "pricelevel", access=Access.READ_ONLY),
        memo("description"),
        choice(
            "producttypecode",
            {1: "Sales Inventory", 2: "Miscellaneous Charges", 3: "Services", 4: "Flat Fees"},
            default=1,
        ),
        text("producturl", 250),
        money("price"),
        boolean("iskit", False),
        text("productnumber", 100, required_level="ApplicationRequired"),
        text("size", 200),
        money("currentcost"),
        quantity("stockvolume"),
        money("standardcost"),
        quantity("stockweight"),
        integer("quantitydecimal", required_level="ApplicationRequired"),
        quantity("quantityonhand"),
        boolean("isstockitem", False),
        *IMAGE,
        text("suppliername", 100),
        text("vendorname", 100),
        text("vendorpartnumber", 100),
        currency(),
        lookup("parentproductid", "product", access=Access.CREATE_ONLY),
        choice(
            "productstructure",
            {1: "Product", 2: "Product Family", 3: "Product Bundle"},
            default=1,
            access=Access.CREATE_ONLY,
        ),
        text("vendorid", 100),
        moment("validfromdate"),
        moment("validtodate"),
        text("hierarchypath", 250, access=Access.READ_ONLY),
        COMPANY,
        *state_and_status(
            {0: "Active", 1: "Retired", 2: "Draft", 3: "Under Revision"},
            {1: (0, "Active"), 2: (1, "Retired"), 0: (2, "Draft"), 3: (3, "Under Revision")},
        ),
        *STAMPS,
    ),
    navigations=(
        Navigation("defaultuomscheduleid", "uomschedules", column="defaultuomscheduleid"),
        Navigation("organizationid", "organizations", column="organizationid"),
        Navigation("defaultuomid", "uoms", column="defaultuomid"),
        Navigation("pricelevelid", "pricelevels", column="pricelevelid"),
        CURRENCY_NAVIGATION,
        Navigation("parentproductid", "products", column="parentproductid"),
        COMPANY_NAVIGATION,
        *STAMP_NAVIGATIONS,
        Navigation("product_price_levels", "productpricelevels", collection=True, target_column="productid"),
        Navigation("product_order_details", "salesorderdetails", collection=True, target_column="productid"),
        Navigation("product_quote_details", "quotedetails", collection=True, target_column="productid"),
        Navigation("product_invoice_details", "invoicedetails", collection=True, target_column="productid"),
    ),
    alternate_keys=(AlternateKey("productnumber_key", ("productnumber",), active=False),),
    change_tracking=True,
    webhooks=True,
    object_type_code=1024,
    schema_name="Product",
    rules=Rules(
        before_write=in_turn(carrying_money("price", "currentcost", "standardcost"), carrying_image("product"))
    ),
    sample=sample,
)
