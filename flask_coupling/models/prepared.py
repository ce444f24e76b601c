"""Statements compiled once: the driver gets their text and the values, without SQLAlchemy's work for each execution."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, CursorResult, Dialect, Table

Convert = Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class Prepared:
    """A compiled statement, and how each column's values are told to the driver.

    `names` are those of its parameters, in their order where the driver takes them by position.
    """

    text: str
    names: tuple[str, ...]
    is_positional: bool
    converters: Mapping[str, Convert]
    defaults: Mapping[str, Any]

    def convert(self, name: str, value: Any) -> Any:
        """One value as the driver takes it."""
        return self.converters[name](value) if name in self.converters else value

    def execute(self, connection: Connection, values: Mapping[str, Any]) -> CursorResult[Any]:
        """Execute it once with values by parameter."""
        told = {name: self.convert(name, values[name]) for name in self.names}
        return connection.exec_driver_sql(self.text, tuple(told.values()) if self.is_positional else told)


def prepare(
    statement: Any, dialect: Dialect, table: Table, columns: Mapping[str, str], defaults: Mapping[str, Any]
) -> Prepared:
    """Compile a statement; `columns` tells for each parameter the column of the table whose type it has."""
    compiled = statement.compile(dialect=dialect)
    converters = {}
    for name, column in columns.items():
        convert = table.c[column].type.dialect_impl(dialect).bind_processor(dialect)
        if convert is not None:
            converters[name] = convert
    order: Sequence[str] | None = compiled.positiontup
    return Prepared(str(compiled), tuple(order or compiled.params), order is not None, converters, defaults)
