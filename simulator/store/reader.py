"""Reading rows of one service and scope by key and by value."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import orjson

from simulator.odata.rules import Row
from simulator.odata.service import Shape
from simulator.store.state import ServiceState, StoredRows

Rows = list[Row]
_MOST_RECALLED = 1_000
ROW = "_pk, _version, _body, _nulls, _scope, _key"
Parameters = list[Any]


class StoredRow(NamedTuple):
    """A row as its table holds it: `body` is its JSON with the ETag, without nulls where the service has nulls."""

    pk: int
    version: int
    body: bytes
    nulls: str | None
    scope: int
    key: str

    @property
    def values(self) -> Row:
        """The row's values by wire name, without its ETag."""
        row: Row = orjson.loads(self.body)
        del row["@odata.etag"]
        return row


class Reader:
    """One service (and company) as it is now; made by `Store.reading`.

    Keys are canonical lower-case GUID text, or the key property's value where it is no GUID.
    """

    def __init__(self, store: StoredRows, state: ServiceState, scope: str, author: str) -> None:
        self.store = store
        self.state = state
        self.service = state.service
        self.scope = scope
        self.author = author
        self._read_clock()
        self.memo: dict[str, Any] = {}
        self._scope_number = store.scope_number(state, scope)
        self._shapes = state.service.shapes

    def _read_clock(self) -> None:
        self._skew = self.state.skew
        self.now: datetime = self.store.clock.now() + self._skew

    def in_scope(self, scope: str) -> Reader:
        """Return the same reader in another company."""
        if scope == self.scope:
            return self
        other = object.__new__(Reader)
        other.__dict__.update(self.__dict__)
        other._move(scope, self.author)
        return other

    def _move(self, scope: str, author: str) -> None:
        """Be in another company, at the same time unless a fault has set the clock; what was looked up is forgotten."""
        if self._skew != self.state.skew:
            self._read_clock()
        self.scope, self.author, self.memo = scope, author, {}
        self._scope_number = self.store.scope_number(self.state, scope)

    def query(self, sql: str, parameters: Sequence[Any] = ()) -> list[Any]:
        """Return the rows a statement finds."""
        return self.store.query(sql, parameters)

    def scope_of(self, shape: Shape) -> int:
        """Return the number under which a set's rows of this company are stored."""
        return self._scope_number if shape.entity.scoped else 0

    def fetch(self, shape: Shape, key: str) -> StoredRow | None:
        """Return the stored row with this key in this scope, or None."""
        found = self.query(self.state.plans[shape.name].select_one, (key,))
        if not found or found[0][4] != self.scope_of(shape):
            return None
        return StoredRow(*found[0])

    def fetch_beside(self, shape: Shape, other: str, name: str, value: Any) -> StoredRow | None:
        """Return the stored row that shares its key with one of another set, by a property's value there, or None."""
        key = self.find_key(self._shapes[other], {name: value})
        return self.fetch(shape, key) if key is not None else None

    def bodies(self, shape: Shape, numbers: Sequence[int]) -> dict[int, bytes]:
        """Return the JSON of rows by their numbers; those that are gone are left out."""
        if not numbers:
            return {}
        table = self.state.plans[shape.name].table
        listed = orjson.dumps(numbers).decode()  # one parameter, however many rows
        found = self.query(f"SELECT _pk, _body FROM {table} WHERE _pk IN (SELECT value FROM json_each(?))", (listed,))
        return dict(found)

    def known_keys(self, shape: Shape, keys: Iterable[str]) -> set[str]:
        """Return those of these keys that a row has."""
        listed = orjson.dumps(list(keys)).decode()
        table = self.state.plans[shape.name].table
        found = self.query(f"SELECT _key FROM {table} WHERE _key IN (SELECT value FROM json_each(?))", (listed,))
        return {key for (key,) in found}

    def recall(self, name: str, sets: tuple[str, ...], find: Callable[[], Any]) -> Any:
        """Return what `find` finds in these sets, which is looked for again only when one of them was written since."""
        state, place = self.state, (self.scope, name)
        mark = (self.store.epoch, *[state.set_versions.get(one, 0) for one in sets])
        kept = state.recalled.get(place)
        if kept is None or kept[0] != mark:
            if len(state.recalled) >= _MOST_RECALLED:
                state.recalled.clear()
            kept = state.recalled[place] = (mark, find())
        return kept[1]

    def get(self, entity_set: str, key: str) -> Row | None:
        """Return the row with this key, or None."""
        row = self.fetch(self._shapes[entity_set], key)
        return row.values if row else None

    def secret(self, entity_set: str, key: str, name: str) -> str:
        """Return a property that is never answered; "" when the row or its value is not there."""
        table = self.state.plans[entity_set].table
        found = self.query(f'SELECT "{name}" FROM {table} WHERE _key = ?', (key,))
        return str(found[0][0] or "") if found else ""

    def content(self, entity_set: str, key: str, name: str) -> bytes:
        """Return the bytes of a stream property of a row; none when the row or its file is not there."""
        table = self.state.plans[entity_set].table
        found = self.query(f'SELECT "{name}" FROM {table} WHERE _key = ?', (key,))
        return bytes(found[0][0] or b"") if found else b""

    def find(self, entity_set: str, **equal: Any) -> Row | None:
        """Return the first row whose properties equal these values, or None."""
        return next(iter(self._select(entity_set, equal, limit=1)), None)

    def list(self, entity_set: str, **equal: Any) -> Rows:
        """Return every row whose properties equal these values, in default order."""
        return self._select(entity_set, equal)

    def find_key(self, shape: Shape, equal: Mapping[str, Any]) -> str | None:
        """Return the key of the first row whose properties (by name) equal these values, or None."""
        condition, parameters = self._condition(shape, equal)
        found = self.query(
            f"SELECT _key FROM {self.state.plans[shape.name].table} WHERE {condition} LIMIT 1", parameters
        )
        return str(found[0][0]) if found else None

    def count(self, entity_set: str) -> int:
        """Return how many rows the set has in this scope."""
        condition, parameters = self._condition(self._shapes[entity_set], {})
        table = self.state.plans[entity_set].table
        return int(self.query(f"SELECT count(*) FROM {table} WHERE {condition}", parameters)[0][0])

    def search(self, entity_set: str, text: str, offset: int, limit: int) -> tuple[int, Rows]:
        """Return how many rows hold a text anywhere (case ignored), and one page of them in default order."""
        shape = self._shapes[entity_set]
        condition, parameters = self._condition(shape, {})
        if text:
            condition += " AND instr(fold(CAST(_body AS TEXT)), ?) > 0"
            parameters.append(text.casefold())
        order = ", ".join([*(f'"{name}"' for name in shape.entity.order), "_key"])
        where = f"FROM {self.state.plans[entity_set].table} WHERE {condition}"
        total = int(self.query(f"SELECT count(*) {where}", parameters)[0][0])
        found = self.query(
            f"SELECT {ROW} {where} ORDER BY {order} LIMIT ? OFFSET ?",
            [*parameters, limit, offset],
        )
        return total, [StoredRow(*row).values for row in found]

    def count_entity(self, entity: str) -> int:
        """Return how many rows the set of an entity (logical) name has; 0 for an unknown one."""
        declared = self.service.model.by_entity(entity)
        return self.count(declared.name) if declared else 0

    def _select(self, entity_set: str, equal: Mapping[str, Any], limit: int = -1) -> Rows:
        shape = self._shapes[entity_set]
        condition, parameters = self._condition(shape, equal)
        order = ", ".join([*(f'"{name}"' for name in shape.entity.order), "_key"])
        found = self.query(
            f"SELECT {ROW} FROM {self.state.plans[entity_set].table} WHERE {condition} ORDER BY {order} LIMIT {limit}",
            parameters,
        )
        return [StoredRow(*row).values for row in found]

    def _condition(self, shape: Shape, equal: Mapping[str, Any]) -> tuple[str, Parameters]:
        terms, parameters = ["_scope = ?"], [self.scope_of(shape)]
        for name, value in equal.items():
            column, converted = self._column_value(shape, name, value)
            terms.append(f"{column} IS ?")
            parameters.append(converted)
            self.store.ensure_index(self.state, shape, column.strip('"'))
        return " AND ".join(terms), parameters

    def _column_value(self, shape: Shape, name: str, value: Any) -> tuple[str, Any]:
        if name == shape.key:
            return "_key", value
        for column, wire, convert in shape.columns:
            if name in (column, wire):
                return f'"{column}"', value if convert is None or value is None else convert(value)
        raise KeyError(f"{shape.name} has no property {name}")
