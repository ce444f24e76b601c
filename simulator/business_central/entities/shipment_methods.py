"""Shipment methods: terms of delivery."""

from __future__ import annotations

from simulator.business_central.columns import ID, MODIFIED, coding
from simulator.odata.edm import EntitySet, code, text

SHIPMENT_METHODS = EntitySet(
    name="shipmentMethods",
    entity="shipmentMethod",
    title="Shipment Method",
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
    sample=coding("S?#?#"),
)
