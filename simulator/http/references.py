"""Names of the rows that lookups point at, fetched once for a whole page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import orjson

from simulator.odata.edm import Type
from simulator.odata.manners import Manners
from simulator.odata.rules import Row
from simulator.odata.service import Shape
from simulator.store.reader import Reader


class Reference(NamedTuple):
    """What a lookup points at: entity name, the row's primary name, and the row itself."""

    entity: str
    name: str | None
    row: Row


class References:
    """The targets of every lookup in some rows of one set."""

    def __init__(self, reader: Reader, manners: Manners, shape: Shape, rows: Sequence[Row]) -> None:
        self._reader = reader
        self._lookups = [field.prop for field in shape.fields.values() if field.prop.type is Type.LOOKUP]
        self._found: dict[str, Reference] = {}
        has_base = any(field.prop.kind == "BaseMoney" for field in shape.fields.values())
        self._more = manners.further_references(reader) if has_base else {}
        for target in sorted({target for prop in self._lookups for target in prop.targets}):
            wires = [prop.wire for prop in self._lookups if target in prop.targets]
            keys = {row[wire] for row in rows for wire in wires if row.get(wire)} - self._found.keys()
            self._fetch(target, sorted(keys))

    def _fetch(self, target: str, keys: list[str]) -> None:
        declared = self._reader.service.model.by_entity(target)
        if declared is None or not keys:
            return
        table = self._reader.state.plans[declared.name].table
        for start in range(0, len(keys), 1000):
            part = keys[start : start + 1000]
            marks = ",".join("?" * len(part))
            found = self._reader.query(f"SELECT _key, _body FROM {table} WHERE _key IN ({marks})", part)
            for key, body in found:
                row = orjson.loads(body)
                self._found[key] = Reference(target, row.get(declared.primary_name), row)

    def of(self, row: Mapping[str, Any]) -> dict[str, Reference]:
        """Return what the lookups of one row point at, by wire name; a lookup to nothing is left out."""
        keys = ((prop.wire, row.get(prop.wire)) for prop in self._lookups)
        named = {name: Reference(entity, None, found) for name, (entity, found) in self._more.items()}
        return named | {wire: self._found[key] for wire, key in keys if key in self._found}
