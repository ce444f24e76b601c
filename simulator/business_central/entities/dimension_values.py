"""Dimension values: the values of one dimension."""

from __future__ import annotations

from simulator.odata.edm import Access, CodePair, EntitySet, code, guid, moment, text

DIMENSION_VALUES = EntitySet(
    name="dimensionValues",
    entity="dimensionValue",
    title="Dimension Value",
    properties=(
        guid("id", access=Access.READ_ONLY),
        code("code", 20),
        guid("dimensionId"),
        text("displayName", 50),
        code("consolidationCode", 20),
        moment("lastModifiedDateTime", access=Access.READ_ONLY),
    ),
    order=("code",),
    pairs=(
        CodePair("dimensionId", "", "dimensions", "dimension"),
    ),
    insert_allowed=False,
    modify_allowed=False,
    delete_allowed=False,
    change_tracking=True,
)
