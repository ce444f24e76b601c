"""Insert or change many rows at once, with as little work for each as the driver allows.

SQLAlchemy prepares each row of an `executemany` anew, which costs more than the database does. Here a statement is
compiled and its columns' conversions are looked up once, and the rows go to the driver as they are.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from operator import itemgetter
from typing import Any

from sqlalchemy import Dialect, Table, bindparam, insert, update
from sqlalchemy.orm import Session, scoped_session

Convert = Callable[[Any], Any]

_KEY = "b_id"


@dataclass(frozen=True, slots=True)
class _Statement:
    """A compiled statement, and how each column's values are told to the driver.

    `order` is that of the parameters; empty where the driver takes them by name.
    """

    text: str
    order: tuple[str, ...]
    converters: Mapping[str, Convert]
    defaults: Mapping[str, Any]

    def convert(self, name: str, value: Any) -> Any:
        """One value as the driver takes it."""
        return self.converters[name](value) if name in self.converters else value


def insert_rows(
    session: Session | scoped_session[Session],
    table: Table,
    rows: Sequence[Mapping[str, Any]],
    common: Mapping[str, Any] | None = None,
) -> None:
    """Insert rows that name the same columns; `common` holds the values all of them have."""
    if rows:
        names = frozenset(rows[0]).union(common or ())
        _execute(session, _inserting(session.connection().dialect, table, names), rows, common or {})


def update_rows(session: Session | scoped_session[Session], table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Change rows by their id, which they hold as `b_id`; all name the same columns."""
    if rows:
        names = frozenset(rows[0]) - {_KEY}
        _execute(session, _updating(session.connection().dialect, table, names), rows, {})


def _execute(
    session: Session | scoped_session[Session],
    statement: _Statement,
    rows: Sequence[Mapping[str, Any]],
    common: Mapping[str, Any],
) -> None:
    own = rows[0].keys()
    shared = {name: statement.convert(name, value) for name, value in {**statement.defaults, **common}.items()}
    converters = [(name, convert) for name, convert in statement.converters.items() if name in own]
    told = []
    for row in rows:
        values = {**row, **shared}
        for name, convert in converters:
            values[name] = convert(values[name])
        told.append(values)
    parameters: Any = list(map(itemgetter(*statement.order), told)) if statement.order else told
    session.connection().exec_driver_sql(statement.text, parameters)


@lru_cache(maxsize=64)
def _inserting(dialect: Dialect, table: Table, names: frozenset[str]) -> _Statement:
    unnamed = [column for column in table.columns if column.name not in names and column.default is not None]
    defaults = {column.name: getattr(column.default, "arg", None) for column in unnamed}
    return _compiled(insert(table).inline(), dialect, table, sorted({*names, *defaults}), defaults)


@lru_cache(maxsize=64)
def _updating(dialect: Dialect, table: Table, names: frozenset[str]) -> _Statement:
    by_id = update(table).where(table.c.id == bindparam(_KEY))
    return _compiled(by_id, dialect, table, sorted(names), {})


def _compiled(
    statement: Any, dialect: Dialect, table: Table, names: Sequence[str], defaults: Mapping[str, Any]
) -> _Statement:
    compiled = statement.values({name: bindparam(name) for name in names}).compile(dialect=dialect)
    converters = {}
    for name in names:
        convert = table.c[name].type.dialect_impl(dialect).bind_processor(dialect)
        if convert is not None:
            converters[name] = convert
    return _Statement(str(compiled), tuple(compiled.positiontup or ()), converters, defaults)
