"""Single rows of a subpage that are there without being stored, and the bytes of stream properties."""

from __future__ import annotations

from typing import Any
from zlib import crc32

import orjson

from simulator.odata.edm import Navigation
from simulator.odata.service import Shape
from simulator.store.reader import Reader, StoredRow


def derive_row(reader: Reader, shape: Shape, navigation: Navigation, owner: str) -> StoredRow:
    """Return the row that an owner (by its key) has though none is stored; its ETag follows from its values."""
    entity = shape.entity
    assert entity.derived is not None and entity.subpage is not None
    values = {**shape.template, entity.key: owner, entity.subpage.column: owner, **dict(navigation.given)}
    if entity.derived.fill is not None:
        values = entity.derived.fill(reader, values)
    version = crc32(orjson.dumps(values))
    etag = reader.service.conventions.etag(version)
    body = orjson.dumps({"@odata.etag": etag, **values})
    return StoredRow(0, version, body, None, reader.scope_of(shape), shape.key_of(values))


def read_content(reader: Reader, shape: Shape, row: StoredRow, name: str) -> bytes:
    """Return the bytes of a row's stream property; none when it holds no file."""
    derived = shape.entity.derived
    if derived is not None and derived.content is not None:
        return derived.content(reader, row.values)
    return reader.content(shape.name, row.key, name)


def media_links(shape: Shape, address: str, names: tuple[str, ...]) -> dict[str, Any]:
    """Return the annotations that tell where the files of a row at an address are written and read."""
    links: dict[str, Any] = {}
    for name in names:
        if shape.entity.modify_allowed and shape.fields[name].on_update:
            links[f"{name}@odata.mediaEditLink"] = f"{address}/{name}"
        links[f"{name}@odata.mediaReadLink"] = f"{address}/{name}"
    return links
