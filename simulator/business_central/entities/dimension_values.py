"""Dimension values: the values of one dimension."""

from __future__ import annotations

from simulator.business_central.columns import ID, MODIFIED
from simulator.odata.edm import CodePair, EntitySet, code, guid, text

DIMENSION_VALUES = EntitySet(
    name="dimensionValues",
    entity="dimensionValue",
    title="Dimension Value",
    properties=(
        ID,
        code("code", 20),
        guid("dimensionId"),
        text("displayName", 50),
        code("consolidationCode", 20),
        MODIFIED,
    ),
    order=("code",),
    pairs=(CodePair("dimensionId", "", "dimensions", "dimension"),),
    insert_allowed=False,
    modify_allowed=False,
    delete_allowed=False,
    change_tracking=True,
)
