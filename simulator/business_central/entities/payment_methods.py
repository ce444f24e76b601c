"""Payment methods: how an invoice is paid."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from faker import Faker

from simulator.odata.edm import Access, EntitySet, code, guid, moment, text


def sample(fake: Faker) -> Mapping[str, Any]:
    """Return values that make one valid new row."""
    return {"code": fake.unique.bothify("M?#?#").upper(), "displayName": fake.word().title()}


PAYMENT_METHODS = EntitySet(
    name="paymentMethods",
    entity="paymentMethod",
    title="Payment Method",
    properties=(
        guid("id", access=Access.READ_ONLY),
        code("code", 10, required=True),
        text("displayName", 100),
        moment("lastModifiedDateTime", access=Access.READ_ONLY),
    ),
    unique=("code",),
    order=("code",),
    change_tracking=True,
    webhooks=True,
    sample=sample,
)
