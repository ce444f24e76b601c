"""Resources: people and machines that are sold by the hour (custom API)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from faker import Faker

from simulator.business_central.columns import BASE_UNIT_OF_MEASURE, BASE_UNIT_OF_MEASURE_PAIR, ID, MODIFIED
from simulator.odata.edm import EntitySet, Navigation, NumberSeries, boolean, code, decimal, enum, guid, text


def sample(fake: Faker) -> Mapping[str, Any]:
    """Return values that make one valid new row."""
    return {"displayName": fake.name()[:100], "type": "Person", "unitPrice": 850}


RESOURCES = EntitySet(
    name="resources",
    entity="resource",
    title="Resource",
    properties=(
        ID,
        code("number", 20),
        enum("type", "Person", "Machine"),
        text("displayName", 100, required=True),
        text("jobTitle", 30),
        guid("baseUnitOfMeasureId"),
        code("baseUnitOfMeasureCode", 10),
        decimal("unitCost"),
        decimal("unitPrice"),
        boolean("blocked"),
        MODIFIED,
    ),
    unique=("number",),
    order=("number",),
    number_series=NumberSeries("number", prefix="R", first=10, step=10, width=4),
    pairs=(BASE_UNIT_OF_MEASURE_PAIR,),
    relations=(BASE_UNIT_OF_MEASURE,),
    navigations=(Navigation("unitOfMeasure", "unitsOfMeasure", column="baseUnitOfMeasureId"),),
    api="coupling/simulator/v1.0",
    change_tracking=True,
    sample=sample,
)
