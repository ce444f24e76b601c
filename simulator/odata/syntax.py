"""The tree of an OData expression: frozen values, made by the parser and read by visitors."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any


class FilterError(Exception):
    """An expression that cannot be used; subclasses say why, `str()` is the sentence."""


class SyntaxProblem(FilterError):
    """Text that is no OData expression."""


class UnknownName(FilterError):
    """A property that the type does not have."""

    def __init__(self, name: str, type_name: str) -> None:
        super().__init__(f"Could not find a property named '{name}' on type '{type_name}'.")
        self.name = name
        self.type_name = type_name


class TypeProblem(FilterError):
    """Operands that do not go together, or a literal that its property cannot hold."""


class NotSupported(FilterError):
    """An operator or function which the service does not offer."""


@dataclass(frozen=True, slots=True)
class Literal:
    """A constant: `kind` is null, text, number, boolean, guid, date, moment or json."""

    kind: str
    value: Any


@dataclass(frozen=True, slots=True)
class Path:
    """A property, possibly through navigations or a lambda variable."""

    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Call:
    """A function call with positional or named arguments."""

    name: str
    arguments: tuple[Node, ...]
    named: tuple[tuple[str, Node], ...] = ()


@dataclass(frozen=True, slots=True)
class Compare:
    """eq, ne, gt, ge, lt or le."""

    operator: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class In:
    """Membership in a list."""

    left: Node
    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Logic:
    """and, or: two or more parts."""

    operator: str
    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """Negation."""

    part: Node


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """add, sub, mul, div, mod; neg has one operand twice."""

    operator: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Lambda:
    """any or all over a collection; `body` is None for a bare any()."""

    path: tuple[str, ...]
    operator: str
    variable: str
    body: Node | None


Node = Literal | Path | Call | Compare | In | Logic | Not | Arithmetic | Lambda


def names_of(node: Node | None) -> Iterator[str]:
    """Yield the paths of the properties that a filter mentions."""
    if isinstance(node, Path):
        yield "/".join(node.names)
    elif isinstance(node, Logic):
        for part in node.parts:
            yield from names_of(part)
    elif isinstance(node, Not):
        yield from names_of(node.part)
    elif isinstance(node, Compare | Arithmetic):
        yield from names_of(node.left)
        yield from names_of(node.right)
    elif isinstance(node, In):
        yield from names_of(node.left)
    elif isinstance(node, Call):
        for argument in node.arguments:
            yield from names_of(argument)
