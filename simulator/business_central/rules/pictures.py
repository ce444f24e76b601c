"""Pictures: type and size follow from the bytes, and a changed picture is a change of the row it belongs to."""

from __future__ import annotations

from simulator.business_central.words import dialog
from simulator.odata.images import measure_image
from simulator.odata.rules import Rules, Write

PICTURED = {"Customer": "customers", "Item": "items", "Vendor": "vendors", "Contact": "contacts"}
"""The sets whose rows have a picture, by what a picture calls its parent."""


def _measure(write: Write) -> None:
    if write.is_create and write.world.get(PICTURED[write.values["parentType"]], write.values["id"]) is None:
        raise dialog("No resource with the specified ID exists.")
    if "pictureContent" not in write.given:
        return
    image = measure_image(write.given["pictureContent"])
    if image is None:
        raise dialog("The picture could not be loaded. The file is not an image of a supported format.")
    write.values.update(width=image.width, height=image.height, contentType=image.content_type)


def _touch_owner(write: Write) -> None:
    owners = PICTURED[write.values["parentType"]]
    if write.world.get(owners, write.values["id"]) is not None:
        write.world.update(owners, write.values["id"], {})


PICTURE_RULES = Rules(before_write=_measure, after_write=_touch_owner, after_delete=_touch_owner)
