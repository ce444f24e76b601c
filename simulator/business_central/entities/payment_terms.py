"""Payment terms: when an invoice falls due."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from faker import Faker

from simulator.business_central.columns import ID, MODIFIED
from simulator.odata.edm import EntitySet, boolean, code, decimal, text


def sample(fake: Faker) -> Mapping[str, Any]:
    """Return values that make one valid new row."""
    return {
        "code": fake.unique.bothify("P?#?#").upper(),
        "displayName": fake.word().title(),
        "dueDateCalculation": "14D",
    }


PAYMENT_TERMS = EntitySet(
    name="paymentTerms",
    entity="paymentTerm",
    title="Payment Terms",
    properties=(
        ID,
        code("code", 10, required=True),
        text("displayName", 100),
        text("dueDateCalculation", 32),
        text("discountDateCalculation", 32),
        decimal("discountPercent"),
        boolean("calculateDiscountOnCreditMemos"),
        MODIFIED,
    ),
    unique=("code",),
    order=("code",),
    change_tracking=True,
    webhooks=True,
    sample=sample,
)
