"""The rows a memory endpoint keeps, how they are read as records, and what it was asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from flask_coupling.core.mapping import Table, TableView
from flask_coupling.core.record import Record, Value, Values
from flask_coupling.core.side import Side

_EPOCH = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(slots=True)
class Row:
    """A stored row; `version` rises with each change of the whole endpoint."""

    values: dict[str, Value]
    version: int

    @property
    def etag(self) -> str:
        """The row's tag, as the services write it."""
        return f'W/"{self.version}"'

    @property
    def modified_on(self) -> str:
        """A time stamp that rises with the version, one second each."""
        return (_EPOCH + timedelta(seconds=self.version)).strftime("%Y-%m-%dT%H:%M:%SZ")


@dataclass(slots=True)
class MemoryTable:
    """The rows of one table by id, and at which version others were deleted."""

    rows: dict[str, Row] = field(default_factory=dict)
    gone: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Call:
    """One call of an endpoint method: its name, the table, and how many rows or writes it was about."""

    method: str
    table: str
    count: int = 1


def record_of(view: TableView, id: str, row: Row) -> Record:
    """A row as a record with the fields of a view."""
    own = {view.table.key: id, view.table.modified_on: row.modified_on}
    known = {**row.values, **own}
    return Record(id, row.etag, row.modified_on, {name: _value(view.table, name, known) for name in view.fields})


def shows(table: Table, row: Row, text: str) -> bool:
    """Whether a row is found by a text: in its title or its number."""
    return any(text.strip().lower() in str(row.values.get(name) or "").lower() for name in (table.title, table.number))


def with_composites(table: Table, row: Row | None, values: Values) -> dict[str, Value]:
    """Values that are written to a row, with the properties the service computes from their parts."""
    merged = {**(row.values if row else {}), **values}
    texts = {
        name: " ".join(str(merged[part]) for part in parts if merged.get(part))
        for name, parts in table.composites.items()
        if set(parts) & values.keys()
    }
    return {**values, **texts}


def key_of(side: Side, table: str) -> str:
    """The id property by the services' own naming: `accounts` -> `accountid`, `opportunities` -> `opportunityid`."""
    if side is Side.BC:
        return "id"
    return f"{table[:-3]}yid" if table.endswith("ies") else f"{table.removesuffix('s')}id"


def _value(table: Table, name: str, values: Mapping[str, Value]) -> Value:
    made = table.computed.get(name)
    return values.get(name) if made is None else made.compute(*map(values.get, made.parts))
