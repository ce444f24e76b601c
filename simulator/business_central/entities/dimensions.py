"""Dimensions: what entries are analyzed by."""

from __future__ import annotations

from simulator.odata.edm import Access, EntitySet, Navigation, code, guid, moment, text

DIMENSIONS = EntitySet(
    name="dimensions",
    entity="dimension",
    title="Dimension",
    properties=(
        guid("id", access=Access.READ_ONLY),
        code("code", 20),
        text("displayName", 30),
        code("consolidationCode", 20),
        moment("lastModifiedDateTime", access=Access.READ_ONLY),
    ),
    unique=("code",),
    order=("code",),
    navigations=(
        Navigation("dimensionValues", "dimensionValues", collection=True, target_column="dimensionId"),
    ),
    insert_allowed=False,
    modify_allowed=False,
    delete_allowed=False,
    change_tracking=True,
    webhooks=True,
)
