"""The image of a row: only pictures are taken, and three columns tell which one it is."""

from __future__ import annotations

from simulator.odata.edm import Access, Property, bigint, guid, image, text
from simulator.odata.errors import ServiceError
from simulator.odata.images import is_image
from simulator.odata.rules import Row, Rule, Write
from simulator.odata.values import ticks_of

LARGEST_IMAGE = 10 * 1024 * 1024

IMAGE: tuple[Property, ...] = (
    image("entityimage"),
    bigint("entityimage_timestamp", access=Access.READ_ONLY),
    text("entityimage_url", 200, access=Access.READ_ONLY),
    guid("entityimageid", access=Access.READ_ONLY),
)


def carrying_image(entity: str) -> Rule:
    """Return the rule of rows with an image."""

    def before_write(write: Write) -> None:
        content = write.given.get("entityimage")
        if content is not None:
            write.values.update(_told(write, entity, content))

    return before_write


def _told(write: Write, entity: str, content: bytes) -> Row:
    if not content:
        return dict.fromkeys(("entityimage_timestamp", "entityimage_url", "entityimageid"))
    if len(content) > LARGEST_IMAGE:
        sizes = f"MaxSize: {LARGEST_IMAGE >> 20} MB, Uploaded filesize: {len(content) >> 20} MB."
        raise _failure(f"File size is too big. {sizes}")
    if not is_image(content):
        row = write.values[f"{entity}id"]
        raise _failure(
            f"Update image properties failed for objectid: {row}, logicalName: {entity}, attribute: entityimage"
        )
    key, stamp = write.world.new_id(), ticks_of(write.world.now)
    url = f"/Image/download.aspx?Entity={entity}&Attribute=entityimage&Id={key}&Timestamp={stamp}"
    return {"entityimage_timestamp": stamp, "entityimage_url": url, "entityimageid": key}


def _failure(reason: str) -> ServiceError:
    return ServiceError(400, "0x80072553", f"Error occured when processing image. Reason: {reason}")
