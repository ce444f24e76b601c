"""Customer price groups: customers who share prices (custom API)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from faker import Faker

from simulator.odata.edm import Access, EntitySet, boolean, code, guid, moment, text


def sample(fake: Faker) -> Mapping[str, Any]:
    """Return values that make one valid new row."""
    return {"code": fake.unique.bothify("G?#?#").upper(), "displayName": fake.word().title()}


CUSTOMER_PRICE_GROUPS = EntitySet(
    name="customerPriceGroups",
    entity="customerPriceGroup",
    title="Customer Price Group",
    properties=(
        guid("id", access=Access.READ_ONLY),
        code("code", 10, required=True),
        text("displayName", 100),
        boolean("priceIncludesTax"),
        boolean("allowInvoiceDiscount"),
        boolean("allowLineDiscount"),
        moment("lastModifiedDateTime", access=Access.READ_ONLY),
    ),
    unique=("code",),
    order=("code",),
    api="coupling/simulator/v1.0",
    change_tracking=True,
    sample=sample,
)
