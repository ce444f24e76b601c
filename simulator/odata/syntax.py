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


def walk(node: Node | None) -> Iterator[Node]:
    """Yield a node and everything below it."""
    if node is None:
        return
    yield node
    for child in _children(node):
        yield from walk(child)


def _children(node: Node) -> Iterator[Node | None]:
    match node:
        case Logic(_, parts):
            yield from parts
        case Not(part):
            yield part
        case Compare(_, left, right) | Arithmetic(_, left, right):
            yield from (left, right)
        case In(left, items):
            yield from (left, *items)
        case Call(_, arguments, named):
            yield from (*arguments, *(value for _, value in named))
        case Lambda(_, _, _, body):
            yield body


def names_of(node: Node | None) -> Iterator[str]:
    """Yield the paths of the properties that a filter mentions."""
    return ("/".join(one.names) for one in walk(node) if isinstance(one, Path))
