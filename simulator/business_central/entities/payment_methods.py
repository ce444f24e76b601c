"""Payment methods: how an invoice is paid."""

from __future__ import annotations

from simulator.business_central.columns import ID, MODIFIED, coding
from simulator.odata.edm import EntitySet, code, text

PAYMENT_METHODS = EntitySet(
    name="paymentMethods",
    entity="paymentMethod",
    title="Payment Method",
    properties=(
        ID,
        code("code", 10, required=True),
        text("displayName", 100),
        MODIFIED,
    ),
    unique=("code",),
    order=("code",),
    change_tracking=True,
    webhooks=True,
    sample=coding("M?#?#"),
)
