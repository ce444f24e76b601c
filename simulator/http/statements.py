"""Build the SELECTs of a request: conditions, order, continuation; compiled by SQLAlchemy for the store."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BLOB, ColumnElement, Select, and_, cast, func, or_, select
from sqlalchemy.dialects import sqlite
from sqlalchemy.sql.compiler import SQLCompiler as Compiled

from simulator.odata.edm import Through
from simulator.odata.filter import Filter
from simulator.odata.manners import Manners
from simulator.odata.query import Order, Query
from simulator.odata.service import Shape
from simulator.odata.source import Source, one_of
from simulator.odata.syntax import Call, UnknownName, walk
from simulator.store.reader import Reader, StoredRow

_FEW = 200
_ROW = ("_pk", "_version", "_body", "_nulls", "_scope", "_key")
_DIALECT = sqlite.dialect(paramstyle="qmark")


@dataclass(frozen=True, slots=True)
class Sort:
    """One column of the order: its SQL, its property's wire name ("" for the key) and direction."""

    sql: Any
    name: str
    descending: bool


class Selection:
    """One set's rows as one request wants them."""

    def __init__(self, reader: Reader, manners: Manners, shape: Shape, query: Query) -> None:
        self.reader = reader
        self.manners = manners
        self.shape = shape
        self.query = query
        self.source = Source(shape, reader.state.tables[shape.name])
        self.table = self.source.table
        self.sorts = self._sorts(query.order)
        self.conditions: list[ColumnElement[bool]] = [self._in_scope()]
        self._is_scan = False
        if query.filter is not None:
            self.conditions.append(self._filter())

    def _in_scope(self) -> ColumnElement[bool]:
        scope = self.table.c["_scope"]
        walks_keys = not self.sorts[0].name and self.query.filter is None
        # without a filter, walking the keys beats finding the company's rows by an index and sorting them
        return (scope + 0 if walks_keys else scope) == self.reader.scope_of(self.shape)

    def _filter(self) -> ColumnElement[bool]:
        reader = self.reader
        builder = Filter(self.source, self.manners.dialect, self._target, reader.now, reader.author)
        condition = builder.condition(self.query.filter)  # type: ignore[arg-type]
        for name in builder.used:
            reader.store.ensure_index(reader.state, self.shape, name)
        self._is_scan = len(builder.used) == 1 and any(isinstance(node, Call) for node in walk(self.query.filter))
        return condition

    def _target(self, entity_set: str) -> Source:
        shape = self.reader.service.shapes[entity_set]
        return Source(shape, self.reader.state.tables[entity_set].alias())

    def where(self, column: str, values: Sequence[Any]) -> None:
        """Keep only rows whose property (by name) is one of these values."""
        sql = self.source.by_name(column)
        self.conditions.append(one_of(sql, values) if len(values) != 1 else sql == values[0])
        self.reader.store.ensure_index(self.reader.state, self.shape, column)

    def among(self, through: Through, own: str) -> None:
        """Keep only rows that a many-to-many relationship pairs with a row."""
        reader = self.reader
        pairs = reader.state.tables[through.target]
        self.conditions.append(
            self.table.c["_key"].in_(select(pairs.c[through.other]).where(pairs.c[through.own] == own))
        )
        reader.store.ensure_index(reader.state, reader.service.shapes[through.target], through.own)

    def _sorts(self, order: Sequence[Order]) -> list[Sort]:
        sorts = [self._sort(one) for one in order]
        if not sorts:
            sorts = [
                Sort(self.source.by_name(name), self.shape.wire_of[name], False) for name in self.shape.entity.order
            ]
        unique = {self.shape.wire_of[name] for name in self.shape.entity.unique}
        if not any(sort.name in unique or not sort.name for sort in sorts):
            sorts.append(Sort(self.table.c["_key"], "", False))
        return sorts

    def _sort(self, order: Order) -> Sort:
        if len(order.path) != 1 or (found := self.source.column(order.path[0])) is None:
            name = "/".join(order.path)
            raise UnknownName(name, f"{self.manners.dialect.namespace}.{self.shape.entity.entity}")
        prop, column = found
        if prop.name == self.shape.key:
            return Sort(column, "", order.descending)
        self.reader.store.ensure_index(self.reader.state, self.shape, prop.name)
        return Sort(column, order.path[0], order.descending)

    def rows(
        self, limit: int, offset: int = 0, after: Sequence[Any] | None = None, names: Sequence[str] = _ROW
    ) -> Select[Any]:
        """Return the SELECT of rows; `after` are the order's values of the row to continue behind."""
        statement = select(*(self.table.c[name] for name in names)).where(*self.conditions)
        if after is not None:
            statement = statement.where(_behind(self.sorts, after))
        ordered = statement.order_by(*(sort.sql.desc() if sort.descending else sort.sql for sort in self.sorts))
        return ordered.limit(limit).offset(offset or None)

    def fetch(self, limit: int, offset: int = 0, after: Sequence[Any] | None = None) -> list[StoredRow]:
        """Return rows in order, from an offset or behind a position."""
        return list(map(StoredRow._make, self._run(self.rows(limit, offset, after))))

    def versions(self, limit: int, offset: int = 0, after: Sequence[Any] | None = None) -> list[tuple[int, int]]:
        """Return only the rows' numbers and versions."""
        return self._run(self.rows(limit, offset, after, ("_pk", "_version")))

    def joined(self, limit: int, offset: int = 0, after: Sequence[Any] | None = None) -> bytes:
        """Return the rows' JSON in one piece, commas between; nothing when there are no rows."""
        page = self.rows(limit, offset, after, ("_body",)).subquery()
        found = run(self.reader, select(cast(func.group_concat(page.c["_body"], ","), BLOB)))
        return found[0][0] or b""

    def _run(self, statement: Select[Any]) -> list[Any]:
        if self._is_scan:
            few = self._few()
            if few == []:
                return []
            if few is not None:
                statement = statement.where(one_of(self.table.c["_pk"], few))
        return run(self.reader, statement)

    def _few(self) -> list[int] | None:
        """Return the row numbers that a text function finds, or None when they are many.

        The filtered column's index answers this without touching the rows, so that a search for nothing is quick.
        """
        found = run(self.reader, select(self.table.c["_pk"]).where(*self.conditions).limit(_FEW))
        return None if len(found) == _FEW else [row[0] for row in found]

    def count(self, most: int | None) -> Select[Any]:
        """Return the SELECT that counts, up to a limit where the service has one."""
        if most is None:
            return select(func.count()).select_from(self.table).where(*self.conditions)
        inner = select(self.table.c["_pk"]).where(*self.conditions).limit(most).subquery()
        return select(func.count()).select_from(inner)

    def position(self, key: str) -> list[Any] | None:
        """Return the order's values of the row with this key, or None when it is gone."""
        columns = [sort.sql for sort in self.sorts]
        found = run(self.reader, select(*columns).where(self.table.c["_key"] == key))
        return list(found[0]) if found else None


def read_pairs(reader: Reader, through: Through, owners: Sequence[str]) -> list[tuple[str, str]]:
    """Return (own key, other key) of every pair of a many-to-many relationship that one of these rows is in."""
    shape, pairs = reader.service.shapes[through.target], reader.state.tables[through.target]
    reader.store.ensure_index(reader.state, shape, through.own)
    own, other = pairs.c[through.own], pairs.c[through.other]
    return run(reader, select(own, other).where(one_of(own, owners)))


def _behind(sorts: Sequence[Sort], after: Sequence[Any]) -> ColumnElement[bool]:
    """Return the condition of rows that come after a position; nulls come first, as in SQL Server."""
    first, rest = sorts[0], sorts[1:]
    value = after[0]
    further: ColumnElement[bool] | None
    same: ColumnElement[bool]
    if value is None:
        further = None if first.descending else first.sql.is_not(None)
        same = first.sql.is_(None)
    else:
        further = or_(first.sql < value, first.sql.is_(None)) if first.descending else first.sql > value
        same = first.sql == value
    if not rest:
        return further if further is not None else same & ~same
    inside = and_(same, _behind(rest, after[1:]))
    if value is not None and not first.descending:
        return and_(first.sql >= value, or_(first.sql > value, inside))  # the plain bound lets an index help
    return inside if further is None else or_(further, inside)


_MOST_COMPILED = 500
_compiled: OrderedDict[object, Compiled] = OrderedDict()


def compile_select(statement: Select[Any]) -> tuple[str, list[Any]]:
    """Return a statement's text and parameters for the driver; statements alike but for their values compile once."""
    cache_key = statement._generate_cache_key()  # as a connection does it, without the rest of a connection's work
    assert cache_key is not None, "a statement that cannot be cached"
    compiled = _compiled.get(cache_key.key)
    if compiled is None:
        compiled = _compiled[cache_key.key] = _DIALECT.statement_compiler(_DIALECT, statement, cache_key=cache_key)
        while len(_compiled) > _MOST_COMPILED:
            _compiled.popitem(last=False)
    values = compiled.construct_params(extracted_parameters=cache_key.bindparams)
    return str(compiled), [values[name] for name in compiled.positiontup or ()]


def run(reader: Reader, statement: Select[Any]) -> list[Any]:
    """Run a statement and return its rows as tuples."""
    sql, parameters = compile_select(statement)
    return reader.query(sql, parameters)
