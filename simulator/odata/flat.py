"""A query whose answer is flat rows: joins, grouping and aggregates; what FetchXML, SQL and $apply are read into."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from simulator.odata.edm import EntitySet, Property, Type
from simulator.odata.parser import parse
from simulator.odata.query import split
from simulator.odata.syntax import (
    FilterError,
    Literal,
    Node,
    NotSupported,
    SyntaxProblem,
    TypeProblem,
    UnknownName,
)

AGGREGATES = frozenset({"count", "countcolumn", "countdistinct", "sum", "avg", "min", "max"})


@dataclass(frozen=True, slots=True)
class FlatColumn:
    """One column of the answer: a property of a source (alias "" for the base), perhaps aggregated."""

    name: str
    output: str
    source: str = ""
    aggregate: str = ""


@dataclass(frozen=True, slots=True)
class Join:
    """Another table: its `column` equals `parent_column` of the parent source; an inner join drops rows without one."""

    entity_set: str
    alias: str
    column: str
    parent_column: str
    parent: str = ""
    is_outer: bool = False
    filter: Node | None = None


@dataclass(frozen=True, slots=True)
class FlatOrder:
    """One part of the order: an output column, or a property of a source."""

    name: str
    source: str = ""
    descending: bool = False
    is_output: bool = False


@dataclass(frozen=True, slots=True)
class FlatQuery:
    """A whole flat query; `columns` empty means all of the base's. `page` counts from 1, `count` is its size."""

    entity_set: str
    columns: tuple[FlatColumn, ...] = ()
    joins: tuple[Join, ...] = ()
    filter: Node | None = None
    groups: tuple[FlatColumn, ...] = ()
    orders: tuple[FlatOrder, ...] = ()
    is_distinct: bool = False
    top: int | None = None
    page: int = 1
    count: int | None = None
    offset: int = 0
    kind: str = field(default="")

    @property
    def is_aggregate(self) -> bool:
        """Whether rows are grouped."""
        return bool(self.groups) or any(column.aggregate for column in self.columns)


def literal_of(prop: Property, text: str) -> Literal:
    """Return the literal that a text stands for beside a property; FetchXML writes every value as text."""
    convert = _FROM_TEXT.get(prop.type)
    if convert is None:
        return Literal("text", text)
    kind, pattern = convert
    if not re.fullmatch(pattern, text.strip(), re.ASCII | re.IGNORECASE):
        raise TypeProblem(f"'{text}' is not a valid value of '{prop.name}'.")
    if kind == "number":
        return Literal(kind, float(text) if "." in text or "e" in text.lower() else int(text))
    return Literal(kind, text.strip().lower() in ("1", "true") if kind == "boolean" else text.strip())


_NUMBER = ("number", r"-?\d{1,18}(\.\d+)?(e[+-]?\d{1,2})?")
_FROM_TEXT: dict[Type, tuple[str, str]] = {
    **dict.fromkeys((Type.INTEGER, Type.BIGINT, Type.DECIMAL, Type.DOUBLE, Type.CHOICE), _NUMBER),
    Type.BOOLEAN: ("boolean", "0|1|true|false"),
    Type.MOMENT: ("moment", r"\d{4}-\d\d-\d\d([t ][\d:.]+(z|[+-]\d\d:\d\d)?)?"),
    Type.DATE: ("date", r"\d{4}-\d\d-\d\d"),
}

_AGGREGATE_PART = re.compile(r"\s*([\w]+)\s+with\s+(sum|average|min|max|countdistinct)\s+as\s+(\w+)\s*")
_COUNT_PART = re.compile(r"\s*\$count\s+as\s+(\w+)\s*")
_WITH = {"average": "avg"}


def parse_apply(text: str, entity: EntitySet, namespace: str) -> FlatQuery:
    """Return the flat query of $apply: filter(…), then groupby((…), aggregate(…)) or aggregate(…)."""
    condition: Node | None = None
    steps = split(text, "/")
    if len(steps) > 1 and steps[0].strip().startswith("filter("):
        condition = parse(_inside(steps[0], "filter"))
        steps = steps[1:]
    if len(steps) != 1:
        raise NotSupported(f"The $apply '{text}' is not supported; filter, groupby and aggregate are.")
    step = steps[0].strip()
    groups, columns = _read_step(step, entity, namespace)
    return FlatQuery(entity.name, (*groups, *columns), (), condition, groups, kind="apply")


def _read_step(step: str, entity: EntitySet, namespace: str) -> tuple[tuple[FlatColumn, ...], tuple[FlatColumn, ...]]:
    if step.startswith("aggregate("):
        return (), _aggregates(_inside(step, "aggregate"), entity, namespace)
    if not step.startswith("groupby("):
        raise NotSupported(f"The $apply transformation '{step}' is not supported.")
    parts = split(_inside(step, "groupby"), ",")
    names = parts[0].strip()
    if not (names.startswith("(") and names.endswith(")")) or len(parts) > 2:
        raise SyntaxProblem(f"Syntax error in $apply at '{step}'.")
    groups = tuple(_group(name.strip(), entity, namespace) for name in names[1:-1].split(","))
    return groups, _aggregates(_inside(parts[1], "aggregate"), entity, namespace) if len(parts) == 2 else ()


def _inside(text: str, name: str) -> str:
    found = re.fullmatch(rf"\s*{name}\((.*)\)\s*", text, re.DOTALL)
    if found is None:
        raise SyntaxProblem(f"Syntax error in $apply at '{text.strip()}'.")
    return found.group(1)


def _group(wire: str, entity: EntitySet, namespace: str) -> FlatColumn:
    return FlatColumn(_by_wire(wire, entity, namespace).name, wire)


def _by_wire(wire: str, entity: EntitySet, namespace: str) -> Property:
    for prop in entity.properties:
        if prop.wire == wire:
            return prop
    raise UnknownName(wire, f"{namespace}.{entity.entity}")


def _aggregates(text: str, entity: EntitySet, namespace: str) -> tuple[FlatColumn, ...]:
    return tuple(_aggregate(part, entity, namespace) for part in split(text, ","))


def _aggregate(part: str, entity: EntitySet, namespace: str) -> FlatColumn:
    counted = _COUNT_PART.fullmatch(part)
    if counted:
        return FlatColumn(entity.key, counted.group(1), aggregate="count")
    found = _AGGREGATE_PART.fullmatch(part)
    if found is None:
        raise NotSupported(f"The aggregation '{part.strip()}' is not supported.")
    wire, how, output = found.groups()
    return FlatColumn(_by_wire(wire, entity, namespace).name, output, aggregate=_WITH.get(how, how))


__all__ = ["AGGREGATES", "FilterError", "FlatColumn", "FlatOrder", "FlatQuery", "Join", "literal_of", "parse_apply"]
