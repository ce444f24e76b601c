"""The bytes of images: read as thumbnails or in full, for a row's JSON or by themselves."""

from __future__ import annotations

from base64 import b64encode

from simulator.odata.images import is_thumbnail
from simulator.odata.manners import Manners
from simulator.odata.messages import ServiceResponse
from simulator.odata.service import Shape
from simulator.store.reader import Reader, StoredRow


def encoded_thumbnail(reader: Reader, manners: Manners, shape: Shape, row: StoredRow, name: str) -> str | None:
    """Return a row's image for its JSON, or None when it has none; one that is no thumbnail is refused."""
    content = read_thumbnail(reader, manners, shape, row, name)
    return b64encode(content).decode() if content else None


def read_thumbnail(reader: Reader, manners: Manners, shape: Shape, row: StoredRow, name: str) -> bytes:
    """Return the bytes of a row's image as far as it is small enough to be its own thumbnail."""
    content = reader.content(shape.name, row.key, name)
    if content and not is_thumbnail(content):
        raise manners.not_supported(f"A thumbnail of an image that is not square or larger than 144 pixels ('{name}')")
    return content


def answer_file(content: bytes) -> ServiceResponse:
    """Return a file as an answer; 204 when there is none."""
    if not content:
        return ServiceResponse(204)
    return ServiceResponse(200, {"Content-Type": "application/octet-stream"}, content)
