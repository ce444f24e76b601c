"""How a row becomes SQL parameters: statements prepared once for each set of properties that travel together."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from operator import itemgetter
from typing import Any, NamedTuple

import orjson

from simulator.odata.rules import Row
from simulator.odata.service import Shape

Converter = Callable[[Any], Any] | None
_MOST_PLANS = 2_000  # clients use few property orders; a wild one must not fill the memory


class _Insert(NamedTuple):
    """A prepared INSERT: which values it takes from a row, and which of its parameters are converted."""

    sql: str
    pick: Callable[[Row], Sequence[Any]]
    converters: tuple[tuple[int, Callable[[Any], Any]], ...]
    mask: str | None


def _picker(names: Sequence[str]) -> Callable[[Row], Sequence[Any]]:
    return itemgetter(*names) if len(names) > 1 else lambda row: [row[name] for name in names]


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


class RowPlans:
    """Statements of one table, and the bytes that stand for a sparse row's nulls."""

    def __init__(self, table: str, shape: Shape) -> None:
        self.table = _quoted(table)
        self.shape = shape
        self._columns = {wire: (name, convert) for name, wire, convert in shape.columns}
        self._bits = {wire: 1 << place for place, wire in enumerate(shape.shown_names)}
        self._all_bits = (1 << len(shape.shown_names)) - 1
        self._inserts: dict[tuple[str, ...], _Insert] = {}
        self._updates: dict[tuple[str, ...], tuple[str, list[tuple[str, Converter]]]] = {}
        self._masks: dict[tuple[str, ...], str | None] = {}
        self._tails: dict[str | None, bytes] = {None: b"}"}
        self.select_one = f"SELECT _pk, _version, _body, _nulls, _scope, _key FROM {self.table} WHERE _key = ?"
        self.delete_one = f"DELETE FROM {self.table} WHERE _pk = ?"

    def insert(
        self, row: Row, scope: int, key: str, version: int, body: bytes, pk: int | None = None
    ) -> tuple[str, list[Any]]:
        """Return the INSERT for a row's own properties, with its parameters; the table numbers it, or `pk` does."""
        names = tuple(row)
        plan = self._inserts.get(names) or self._plan_insert(names)
        parameters = [scope, key, version, plan.mask, body, *plan.pick(row)]
        for place, convert in plan.converters:
            value = parameters[place]
            if value is not None:
                parameters[place] = convert(value)
        if pk is None:
            return plan.sql, parameters
        return plan.sql.replace("(_scope", "(_pk, _scope", 1).replace("(?", "(?, ?", 1), [pk, *parameters]

    def _plan_insert(self, names: tuple[str, ...]) -> _Insert:
        if len(self._inserts) > _MOST_PLANS:
            self._inserts.clear()
        columns = [(wire, *self._columns[wire]) for wire in names if wire in self._columns]
        own = ["_scope", "_key", "_version", "_nulls", "_body"]
        listed = ", ".join([*own, *(_quoted(name) for _, name, _ in columns)])
        marks = ", ".join("?" * (5 + len(columns)))
        plan = self._inserts[names] = _Insert(
            f"INSERT INTO {self.table} ({listed}) VALUES ({marks})",
            _picker([wire for wire, _, _ in columns]),
            tuple((place, convert) for place, (_, _, convert) in enumerate(columns, len(own)) if convert is not None),
            self.mask(names),
        )
        return plan

    def update(self, row: Row, changed: tuple[str, ...], pk: int, version: int, body: bytes) -> tuple[str, list[Any]]:
        """Return the UPDATE of the changed properties of a row, with its parameters."""
        plan = self._updates.get(changed)
        if plan is None:
            plan = self._plan_update(changed)
        sql, columns = plan
        parameters: list[Any] = [version, self.mask(tuple(row)), body]
        for wire, convert in columns:
            value = row.get(wire)
            parameters.append(value if convert is None or value is None else convert(value))
        parameters.append(pk)
        return sql, parameters

    def _plan_update(self, changed: tuple[str, ...]) -> tuple[str, list[tuple[str, Converter]]]:
        if len(self._updates) > _MOST_PLANS:
            self._updates.clear()
        columns = [(wire, *self._columns[wire]) for wire in changed if wire in self._columns]
        sets = "".join(f", {_quoted(name)} = ?" for _, name, _ in columns)
        plan = (
            f"UPDATE {self.table} SET _version = ?, _nulls = ?, _body = ?{sets} WHERE _pk = ?",
            [(wire, convert) for wire, _, convert in columns],
        )
        self._updates[changed] = plan
        return plan

    def mask(self, names: tuple[str, ...]) -> str | None:
        """Return which properties a sparse row lacks, as the text its `_nulls` column keeps; None when none."""
        if self.shape.style.blanks:
            return None
        mask = self._masks.get(names, "")
        if mask != "":
            return mask
        bits = self._all_bits
        for name in names:
            if name not in self.shape.secrets:  # a secret is answered as null
                bits &= ~self._bits.get(name, 0)
        if len(self._masks) > _MOST_PLANS:
            self._masks.clear()
        self._masks[names] = found = f"{bits:x}" if bits else None
        return found

    def tail(self, mask: str | None) -> bytes:
        """Return what closes a row's JSON: its nulls and the brace."""
        tail = self._tails.get(mask)
        if tail is None:
            bits = int(mask or "0", 16)
            nulls = (wire for wire, bit in self._bits.items() if bits & bit)
            tail = b"".join(b"," + orjson.dumps(wire) + b":null" for wire in nulls) + b"}"
            self._tails[mask] = tail
        return tail
