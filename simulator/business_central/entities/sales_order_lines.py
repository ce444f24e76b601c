"""Sales order lines."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from faker import Faker

from simulator.business_central.rules.document_lines import document_line_rules
from simulator.odata.edm import (
    Access,
    CodePair,
    EntitySet,
    Navigation,
    Parent,
    boolean,
    code,
    date,
    decimal,
    enum,
    guid,
    integer,
    text,
)


def sample(fake: Faker) -> Mapping[str, Any]:
    """Return values that make one valid new row."""
    return {"lineType": "Comment", "description": fake.sentence()[:100]}


SALES_ORDER_LINES = EntitySet(
    name="salesOrderLines",
    entity="salesOrderLine",
    title="Sales Line",
    properties=(
        guid("id", access=Access.READ_ONLY),
        guid("documentId"),
        integer("sequence"),
        guid("itemId"),
        guid("accountId"),
        enum("lineType", "Comment", "Account", "Item", "Resource", "Fixed Asset", "Charge", "Allocation Account"),
        code("lineObjectNumber", 20),
        text("description", 100),
        text("description2", 50),
        guid("unitOfMeasureId"),
        code("unitOfMeasureCode", 10),
        decimal("quantity"),
        decimal("unitPrice"),
        decimal("discountAmount"),
        decimal("discountPercent"),
        boolean("discountAppliedBeforeTax", access=Access.READ_ONLY),
        decimal("amountExcludingTax", access=Access.READ_ONLY),
        code("taxCode", 50),
        decimal("taxPercent", access=Access.READ_ONLY),
        decimal("totalTaxAmount", access=Access.READ_ONLY),
        decimal("amountIncludingTax", access=Access.READ_ONLY),
        decimal("invoiceDiscountAllocation", access=Access.READ_ONLY),
        decimal("netAmount", access=Access.READ_ONLY),
        decimal("netTaxAmount", access=Access.READ_ONLY),
        decimal("netAmountIncludingTax", access=Access.READ_ONLY),
        date("shipmentDate"),
        decimal("shippedQuantity"),
        decimal("invoicedQuantity"),
        decimal("invoiceQuantity"),
        decimal("shipQuantity"),
        guid("itemVariantId"),
        guid("locationId"),
    ),
    order=("sequence",),
    pairs=(
        CodePair("unitOfMeasureId", "unitOfMeasureCode", "unitsOfMeasure", "unit of measure"),
        CodePair("itemVariantId", "", "itemVariants", "item variant"),
        CodePair("locationId", "", "locations", "location"),
    ),
    navigations=(
        Navigation("salesOrder", "salesOrders", column="documentId"),
        Navigation("item", "items", column="itemId"),
        Navigation("account", "accounts", column="accountId"),
        Navigation("unitOfMeasure", "unitsOfMeasure", column="unitOfMeasureId"),
        Navigation("itemVariant", "itemVariants", column="itemVariantId"),
        Navigation("location", "locations", column="locationId"),
    ),
    parent=Parent("salesOrders", "documentId", "salesOrderLines"),
    change_tracking=True,
    rules=document_line_rules("salesOrders", "salesOrderLines"),
    sample=sample,
)
