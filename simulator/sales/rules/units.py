"""A unit group comes with its base unit, which Dataverse makes by itself."""

from __future__ import annotations

from simulator.odata.rules import Rules, Write


def _add_base_unit(write: Write) -> None:
    if write.is_create and write.values.get("baseuomname"):
        write.world.create(
            "uoms",
            {
                "name": write.values["baseuomname"],
                "quantity": 1,
                "isschedulebaseuom": True,
                "_uomscheduleid_value": write.values["uomscheduleid"],
            },
        )


UNIT_GROUP_RULES = Rules(after_write=_add_base_unit)
