"""Dimensions: what entries are analyzed by."""

from __future__ import annotations

from simulator.business_central.columns import ID, MODIFIED
from simulator.odata.edm import EntitySet, Navigation, code, text

DIMENSIONS = EntitySet(
    name="dimensions",
    entity="dimension",
    title="Dimension",
    properties=(
        ID,
        code("code", 20),
        text("displayName", 30),
        code("consolidationCode", 20),
        MODIFIED,
    ),
    unique=("code",),
    order=("code",),
    navigations=(Navigation("dimensionValues", "dimensionValues", collection=True, target_column="dimensionId"),),
    insert_allowed=False,
    modify_allowed=False,
    delete_allowed=False,
    change_tracking=True,
    webhooks=True,
)
