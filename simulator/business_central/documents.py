"""What sales quotes, orders and invoices have in common, and what their lines have."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from faker import Faker

from simulator.business_central.attachments import attachments_of
from simulator.business_central.columns import (
    CURRENCY_PAIR,
    ID,
    MODIFIED,
    PAYMENT_TERMS_PAIR,
    SHIPMENT_METHOD_PAIR,
    UNIT_OF_MEASURE,
    UNIT_OF_MEASURE_PAIR,
)
from simulator.odata.edm import (
    Access,
    CodePair,
    Navigation,
    Property,
    TableRelation,
    boolean,
    code,
    decimal,
    enum,
    guid,
    integer,
    text,
)
from simulator.odata.values import escape_member

NUMBERS: tuple[Property, ...] = (
    ID,
    code("number", 20, access=Access.READ_ONLY),
    code("externalDocumentNumber", 35),
)
"""What a document begins with."""


def _address(prefix: str, access: Access) -> tuple[Property, ...]:
    return (
        text(f"{prefix}AddressLine1", 100, access=access),
        text(f"{prefix}AddressLine2", 50, access=access),
        text(f"{prefix}City", 30, access=access),
        code(f"{prefix}Country", 10, access=access),
        text(f"{prefix}State", 30, access=access),
        code(f"{prefix}PostCode", 20, access=access),
    )


def customer_and_addresses(bill_to: Access = Access.READ_ONLY) -> tuple[Property, ...]:
    """Return who buys, who pays and who gets the goods; only quotes let clients write where the bill goes."""
    return (
        guid("customerId"),
        code("customerNumber", 20),
        text("customerName", 100, access=Access.READ_ONLY),
        text("billToName", 100, access=Access.READ_ONLY),
        guid("billToCustomerId"),
        code("billToCustomerNumber", 20),
        text("shipToName", 100),
        text("shipToContact", 100),
        *_address("sellTo", Access.ALL),
        *_address("billTo", bill_to),
        *_address("shipTo", Access.ALL),
    )


DIMENSIONS: tuple[Property, ...] = (code("shortcutDimension1Code", 20), code("shortcutDimension2Code", 20))

TERMS: tuple[Property, ...] = (guid("paymentTermsId"), guid("shipmentMethodId"), code("salesperson", 20))

TOTALS: tuple[Property, ...] = (
    decimal("totalAmountExcludingTax", access=Access.READ_ONLY),
    decimal("totalTaxAmount", access=Access.READ_ONLY),
    decimal("totalAmountIncludingTax", access=Access.READ_ONLY),
)

CONTACT: tuple[Property, ...] = (MODIFIED, text("phoneNumber", 30), text("email", 80))
"""What a document ends with."""

DOCUMENT_PAIRS: tuple[CodePair, ...] = (
    CodePair(
        "customerId",
        "customerNumber",
        "customers",
        "sell-to customer",
        target_code="number",
        name="customerName",
        noun="Customer",
        unknown="The sell-to customer cannot be found.",
    ),
    CodePair(
        "billToCustomerId",
        "billToCustomerNumber",
        "customers",
        "bill-to customer",
        target_code="number",
        name="billToName",
        noun="Customer",
        unknown="The bill-to customer cannot be found.",
    ),
    CURRENCY_PAIR,
    PAYMENT_TERMS_PAIR,
    SHIPMENT_METHOD_PAIR,
)

DOCUMENT_RELATIONS: tuple[TableRelation, ...] = (
    TableRelation("salesperson", "salespeoplePurchasers", "Salesperson Code", "Salesperson/Purchaser"),
    TableRelation("sellToCountry", "countriesRegions", "Sell-to Country/Region Code", "Country/Region"),
    TableRelation("billToCountry", "countriesRegions", "Bill-to Country/Region Code", "Country/Region"),
    TableRelation("shipToCountry", "countriesRegions", "Ship-to Country/Region Code", "Country/Region"),
)


def _dimensions(title: str) -> Navigation:
    given = (("parentType", escape_member(title)),)
    return Navigation(
        "dimensionSetLines", "dimensionSetLines", collection=True, target_column="parentId", contained=True, given=given
    )


def document_navigations(title: str, lines: str) -> tuple[Navigation, ...]:
    """Return the navigations of a document that is called ``title`` and has its lines in the set ``lines``."""
    return (
        Navigation("customer", "customers", column="customerId"),
        Navigation("currency", "currencies", column="currencyId"),
        Navigation("paymentTerm", "paymentTerms", column="paymentTermsId"),
        Navigation("shipmentMethod", "shipmentMethods", column="shipmentMethodId"),
        Navigation(lines, lines, collection=True, target_column="documentId", contained=True),
        _dimensions(title),
        Navigation(
            "pdfDocument", "pdfDocument", target_column="parentId", given=(("parentType", escape_member(title)),)
        ),
        attachments_of(title),
        attachments_of(title, "attachments"),
    )


_LINE_TYPES = ("Comment", "Account", "Item", "Resource", "Fixed Asset", "Charge", "Allocation Account")

LINE_SUBJECT: tuple[Property, ...] = (
    ID,
    guid("documentId"),
    integer("sequence"),
    guid("itemId"),
    guid("accountId"),
    enum("lineType", *_LINE_TYPES),
    code("lineObjectNumber", 20),
    text("description", 100),
    text("description2", 50),
    guid("unitOfMeasureId"),
    code("unitOfMeasureCode", 10),
)
"""What a line begins with: what is sold."""

LINE_AMOUNTS: tuple[Property, ...] = (
    decimal("discountAmount"),
    decimal("discountPercent"),
    boolean("discountAppliedBeforeTax", access=Access.READ_ONLY),
    decimal("amountExcludingTax", access=Access.READ_ONLY),
    code("taxCode", 50),
    decimal("taxPercent", access=Access.READ_ONLY),
    decimal("totalTaxAmount", access=Access.READ_ONLY),
    decimal("amountIncludingTax", access=Access.READ_ONLY),
)

NET_TAX: tuple[Property, ...] = (
    decimal("netTaxAmount", access=Access.READ_ONLY),
    decimal("netAmountIncludingTax", access=Access.READ_ONLY),
)

ALLOCATED_AMOUNTS: tuple[Property, ...] = (
    decimal("invoiceDiscountAllocation", access=Access.READ_ONLY),
    decimal("netAmount", access=Access.READ_ONLY),
    *NET_TAX,
)
"""What is left of a line after its share of the document's discount; quotes do not say the share."""

LINE_PLACE: tuple[Property, ...] = (guid("itemVariantId"), guid("locationId"))
"""What a line ends with."""

LINE_PAIRS: tuple[CodePair, ...] = (
    UNIT_OF_MEASURE_PAIR,
    CodePair("itemVariantId", "", "itemVariants", "item variant"),
    CodePair("locationId", "", "locations", "location"),
)

LINE_RELATIONS: tuple[TableRelation, ...] = (
    UNIT_OF_MEASURE,
    TableRelation("taxCode", "taxGroups", "Tax Group Code", "Tax Group"),
)


def line_navigations(document: str, title: str) -> tuple[Navigation, ...]:
    """Return the navigations of a line of a ``document`` (an entity), which dimensions know by ``title``."""
    return (
        Navigation(document, f"{document}s", column="documentId"),
        Navigation("item", "items", column="itemId"),
        Navigation("account", "accounts", column="accountId"),
        Navigation("unitOfMeasure", "unitsOfMeasure", column="unitOfMeasureId"),
        Navigation("itemVariant", "itemVariants", column="itemVariantId"),
        Navigation("location", "locations", column="locationId"),
        _dimensions(f"{title} Line"),
    )


def sample_line(fake: Faker) -> Mapping[str, Any]:
    """Return values that make one valid new line."""
    return {"lineType": "Comment", "description": fake.sentence()[:100]}
