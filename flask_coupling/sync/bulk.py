"""Insert or change many rows at once, with as little work for each as the driver allows.

SQLAlchemy prepares each row of an `executemany` anew, which costs more than the database does. Here a statement is
compiled and its columns' conversions are looked up once, and the rows go to the driver as they are.
"""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from functools import lru_cache
from itertools import repeat
from operator import itemgetter
from typing import Any

from sqlalchemy import Dialect, Table, bindparam, delete, insert, update
from sqlalchemy.orm import Session, scoped_session

from flask_coupling.models.prepared import Prepared, prepare

AnySession = Session | scoped_session[Session]

_KEY = "b_id"

IN_LIMIT = 500
"""Values in one IN list: below what every supported database takes, and long enough to be cheap."""


def insert_rows(
    session: AnySession, table: Table, rows: Sequence[Mapping[str, Any]], common: Mapping[str, Any] | None = None
) -> None:
    """Insert rows that name the same columns; `common` holds the values all of them have."""
    if rows:
        insert_columns(session, table, _columns(rows), common)


def insert_columns(
    session: AnySession,
    table: Table,
    columns: Mapping[str, Sequence[Any]],
    common: Mapping[str, Any] | None = None,
    *,
    ready: Container[str] = (),
) -> None:
    """Insert rows given column by column; those named `ready` are in the database's own spelling (JSON as text)."""
    names = frozenset(columns).union(common or ())
    _execute(session, _inserting(session.connection().dialect, table, names), columns, common or {}, ready)


def update_rows(
    session: AnySession, table: Table, rows: Sequence[Mapping[str, Any]], *, ready: Container[str] = ()
) -> int:
    """Change rows by their id, which they hold as `b_id`; all name the same columns. Returns how many were changed.

    A value under `was(column)` is what the column must still hold; else the row is left as it is.
    """
    if not rows:
        return 0
    statement = _updating(session.connection().dialect, table, frozenset(rows[0]) - {_KEY})
    return _execute(session, statement, _columns(rows), {}, ready)


def was(column: str) -> str:
    """Under which name a row to change holds what a column was when it was read."""
    return f"was_{column}"


def delete_rows(
    session: AnySession, table: Table, fixed: Mapping[str, Any], column: str, values: Sequence[Any]
) -> None:
    """Delete the rows with these `fixed` values whose `column` is one of `values`."""
    if values:
        statement = _deleting(session.connection().dialect, table, tuple(fixed), column)
        _execute(session, statement, {column: values}, fixed, ())


def _columns(rows: Sequence[Mapping[str, Any]]) -> dict[str, Sequence[Any]]:
    return {name: list(map(itemgetter(name), rows)) for name in rows[0]}


def _execute(
    session: AnySession,
    statement: Prepared,
    columns: Mapping[str, Sequence[Any]],
    common: Mapping[str, Any],
    ready: Container[str],
) -> int:
    shared = {name: statement.convert(name, value) for name, value in {**statement.defaults, **common}.items()}
    told = {
        name: map(statement.converters[name], values) if name in statement.converters and name not in ready else values
        for name, values in columns.items()
    }
    rows = zip(*(told[name] if name in told else repeat(shared[name]) for name in statement.names), strict=False)
    parameters: Any = (
        list(rows) if statement.is_positional else [dict(zip(statement.names, row, strict=True)) for row in rows]
    )
    return session.connection().exec_driver_sql(statement.text, parameters).rowcount


@lru_cache(maxsize=64)
def _inserting(dialect: Dialect, table: Table, names: frozenset[str]) -> Prepared:
    unnamed = [column for column in table.columns if column.name not in names and column.default is not None]
    defaults = {column.name: getattr(column.default, "arg", None) for column in unnamed}
    return _compiled(insert(table).inline(), dialect, table, sorted({*names, *defaults}), defaults)


@lru_cache(maxsize=64)
def _updating(dialect: Dialect, table: Table, names: frozenset[str]) -> Prepared:
    columns = {was(column.name): column for column in table.columns}
    unmoved = [columns[name].is_not_distinct_from(bindparam(name)) for name in sorted(names & columns.keys())]
    statement = update(table).where(table.c.id == bindparam(_KEY), *unmoved)
    told = {name: columns[name].name if name in columns else name for name in sorted(names)}
    values: Any = {name: bindparam(name) for name in told if name not in columns}
    return prepare(statement.values(values), dialect, table, told, {})


@lru_cache(maxsize=64)
def _deleting(dialect: Dialect, table: Table, fixed: tuple[str, ...], column: str) -> Prepared:
    names = (*fixed, column)
    statement = delete(table).where(*(table.c[name] == bindparam(name) for name in names))
    return _prepared(statement, dialect, table, names, {})


def _compiled(
    statement: Any, dialect: Dialect, table: Table, names: Sequence[str], defaults: Mapping[str, Any]
) -> Prepared:
    return _prepared(statement.values({name: bindparam(name) for name in names}), dialect, table, names, defaults)


def _prepared(
    statement: Any, dialect: Dialect, table: Table, names: Sequence[str], defaults: Mapping[str, Any]
) -> Prepared:
    return prepare(statement, dialect, table, {name: name for name in names}, defaults)
