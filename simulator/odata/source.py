"""What conditions are built from: the table in which names are looked up, and pieces of SQL with many parts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import ColumnElement, FromClause, func, null, or_, select
from sqlalchemy.sql import ColumnElement as Column

from simulator.odata.edm import Property, Type
from simulator.odata.service import Shape
from simulator.odata.syntax import Compare, FilterError, In, Literal, Node, Path


@dataclass(frozen=True, slots=True)
class Source:
    """A table that names are looked up in: the set's shape and its (aliased) table."""

    shape: Shape
    table: FromClause

    def column(self, wire: str) -> tuple[Property, Column[Any]] | None:
        """Return the property of that wire name with its column, or None."""
        found = self.shape.fields.get(wire)
        if found is None or found.prop.type is Type.STREAM:
            return None
        if found.prop.secret:  # or a filter would find out what is never answered
            return found.prop, null()
        return found.prop, self.by_name(found.prop.name)

    def by_name(self, name: str) -> Column[Any]:
        """Return the column of a declared property name; the key lives in `_key`."""
        return self.table.c["_key" if name == self.shape.key else name]


def one_of(column: Any, values: Sequence[Any]) -> ColumnElement[bool]:
    """Return whether a column is one of the values: one parameter, however many they are."""
    listed = func.json_each(orjson.dumps(list(values)).decode()).table_valued("value")
    found: ColumnElement[bool] = column.in_(select(listed.c.value))
    return found


def is_constant(node: Node) -> bool:
    """Whether a node is a literal."""
    return isinstance(node, Literal)


def gathered(parts: tuple[Node, ...]) -> list[Node]:
    """Join `x eq 1 or x eq 2 …` into one `x in (1, 2, …)`: quick, and as long as one likes."""
    equal: dict[Path, list[Node]] = {}
    others: list[Node] = []
    for part in parts:
        match part:
            case Compare("eq", Path() as path, Literal(kind) as constant) if kind != "null":
                equal.setdefault(path, []).append(constant)
            case _:
                others.append(part)
    return [*(In(path, tuple(values)) for path, values in equal.items()), *others]


_MOST_PARTS = 200  # SQLite refuses expressions deeper than 1,000


def balanced_or(parts: list[ColumnElement[bool]]) -> ColumnElement[bool]:
    """Join conditions of which one must hold; FilterError when there are too many."""
    if len(parts) > _MOST_PARTS:
        raise FilterError("The node count limit of the $filter expression has been exceeded.")
    return or_(*parts)
