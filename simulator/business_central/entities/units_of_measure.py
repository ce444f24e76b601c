"""Units of measure: pieces, boxes, hours."""

from __future__ import annotations

from simulator.business_central.columns import ID, MODIFIED, coding
from simulator.odata.edm import EntitySet, code, text

UNITS_OF_MEASURE = EntitySet(
    name="unitsOfMeasure",
    entity="unitOfMeasure",
    title="Unit of Measure",
    properties=(
        ID,
        code("code", 10, required=True),
        text("displayName", 50),
        code("internationalStandardCode", 10),
        text("symbol", 10),
        MODIFIED,
    ),
    unique=("code",),
    order=("code",),
    change_tracking=True,
    webhooks=True,
    sample=coding("U?#?#"),
)
