"""Default dimensions: each belongs to a row, which has one of each dimension, with a value of that dimension."""

from __future__ import annotations

from simulator.business_central.words import dialog
from simulator.odata.errors import ServiceError
from simulator.odata.rules import Rules, Write
from simulator.odata.values import EMPTY_GUID


def _check(write: Write) -> None:
    values, world = write.values, write.world
    if values["parentId"] == EMPTY_GUID or values["parentType"] == "_x0020_":
        raise dialog("You must get to the parent first to get to the default dimensions.")
    value = world.get("dimensionValues", values["dimensionValueId"])
    if value is not None and value["dimensionId"] != values["dimensionId"]:
        raise dialog('The "dimensionValueId" does not match to a Dimension Value.')
    twins = world.list("defaultDimensions", parentId=values["parentId"], dimensionId=values["dimensionId"])
    if any(twin["id"] != values["id"] for twin in twins):
        raise ServiceError(
            400, "Internal_EntityWithSameKeyExists",
            "The Default Dimension already exists. Identification fields and values: "
            f"Dimension Code='{values['dimensionCode']}'",
        )  # fmt: skip


DEFAULT_DIMENSION_RULES = Rules(before_write=_check)
