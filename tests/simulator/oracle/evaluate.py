"""A small evaluator of filters over answered rows: what a filter means, told without a database."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

Row = Mapping[str, Any]
Truth = bool | None  # None: unknown, because a value is missing

_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "eq": operator.eq,
    "ne": operator.ne,
    "lt": operator.lt,
    "le": operator.le,
    "gt": operator.gt,
    "ge": operator.ge,
}


@dataclass(frozen=True, slots=True)
class Field:
    """A property of a set: its name on the wire and what kind of value it holds."""

    name: str
    kind: str  # text, code, number, boolean, guid, date, moment, enum
    members: tuple[str, ...] = ()  # of an enum, as the wire writes them, in the order of their numbers


@dataclass(frozen=True, slots=True)
class Compare:
    """`field operator value`; `folded` when the field is inside tolower."""

    field: Field
    operator: str
    value: Any
    folded: bool = False


@dataclass(frozen=True, slots=True)
class Match:
    """`contains(field,'text')` and its like."""

    function: str
    field: Field
    text: str
    folded: bool = False


@dataclass(frozen=True, slots=True)
class Within:
    """`field in (…)`."""

    field: Field
    values: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Opposite:
    """`not (…)`."""

    part: Tree


@dataclass(frozen=True, slots=True)
class Joined:
    """`(…) and (…)`, or the same with or."""

    word: str
    parts: tuple[Tree, ...]


Tree = Compare | Match | Within | Opposite | Joined


@dataclass(frozen=True, slots=True)
class Manner:
    """How one service compares: does it ignore case, has it blanks instead of nulls, are % and _ wild in a search."""

    ignores_case: bool
    blanks: bool
    wildcards: bool


BUSINESS_CENTRAL = Manner(ignores_case=False, blanks=True, wildcards=False)
SALES = Manner(ignores_case=True, blanks=False, wildcards=True)

_BLANKS: dict[str, Any] = {
    "text": "", "code": "", "number": Decimal(0), "boolean": False, "guid": UUID(int=0), "date": date(1, 1, 1),
    "moment": datetime(1, 1, 1, tzinfo=UTC), "enum": 0,
}  # fmt: skip


def holds(tree: Tree, row: Row, manner: Manner) -> Truth:
    """Whether a row answers a filter; None when it cannot be said, which finds no row either."""
    match tree:
        case Joined("and", parts):
            truths = [holds(part, row, manner) for part in parts]
            return False if False in truths else None if None in truths else True
        case Joined(_, parts):
            truths = [holds(part, row, manner) for part in parts]
            return True if True in truths else None if None in truths else False
        case Opposite(part):
            truth = holds(part, row, manner)
            return None if truth is None else not truth
        case Compare():
            return _compare(tree, row, manner)
        case Match():
            return _match(tree, row, manner)
        case Within(field, values):
            return holds(Joined("or", tuple(Compare(field, "eq", value) for value in values)), row, manner)


def read(field: Field, answered: Any) -> Any:
    """Return an answered value as a value of Python that compares as the service's does, or None for null."""
    if answered is None:
        return None
    if field.kind == "guid":
        return UUID(answered)
    if field.kind == "number":
        return Decimal(answered)
    if field.kind == "date":
        return date.fromisoformat(answered)
    if field.kind == "moment":
        return datetime.fromisoformat(answered)
    if field.kind == "enum":
        return field.members.index(answered)
    return answered


def fields_of(tree: Tree) -> set[str]:
    """Return the names of the fields a filter mentions."""
    match tree:
        case Joined(_, parts):
            return set().union(*(fields_of(part) for part in parts))
        case Opposite(part):
            return fields_of(part)
        case _:
            return {tree.field.name}


def ors_of_several_fields(tree: Tree) -> bool:
    """Whether an `or` anywhere in the filter mentions more than one field, which Business Central refuses."""
    match tree:
        case Joined(word, parts):
            own = word == "or" and len(fields_of(tree)) > 1
            return own or any(ors_of_several_fields(part) for part in parts)
        case Opposite(part):
            return ors_of_several_fields(part)
        case _:
            return False


def _text(field: Field, value: Any, folded: bool, manner: Manner) -> Any:
    """A Code is in capitals, whatever was asked for; case counts only in Business Central, and not in tolower."""
    if not isinstance(value, str):
        return value
    if folded or manner.ignores_case:
        return value.casefold()
    return value.upper() if field.kind == "code" else value


def _compare(tree: Compare, row: Row, manner: Manner) -> Truth:
    own, value = read(tree.field, row[tree.field.name]), tree.value
    if value is None:
        if not manner.blanks:
            return {"eq": own is None, "ne": own is not None}[tree.operator]
        value = _BLANKS[tree.field.kind]
    if own is None:
        return None
    own, value = (_text(tree.field, one, tree.folded, manner) for one in (own, value))
    if isinstance(own, datetime) and not isinstance(value, datetime):
        value = datetime(value.year, value.month, value.day, tzinfo=UTC)
    return _COMPARE[tree.operator](own, value)


def _match(tree: Match, row: Row, manner: Manner) -> Truth:
    own = read(tree.field, row[tree.field.name])
    if own is None:
        return None
    own, text = (_text(tree.field, one, tree.folded, manner) for one in (own, tree.text))
    pattern = "".join(map(_wild, _PARTS.findall(text))) if manner.wildcards else re.escape(text)
    pattern = {"contains": ".*{}.*", "startswith": "{}.*", "endswith": ".*{}"}[tree.function].format(pattern)
    return re.fullmatch(pattern, own, re.DOTALL) is not None


_PARTS = re.compile(r"\[\^?[^]]+\]|.", re.DOTALL)


def _wild(part: str) -> str:
    """One piece of a text in which `%` is any text, `_` any character, and brackets hold characters to choose from.

    Nothing answers to a bracket that is not closed.
    """
    if len(part) > 1:
        inside = part[1:-1].removeprefix("^")
        chosen = re.escape(inside).replace(r"\-", "-")
        return f"[{'^' if part[1] == '^' else ''}{chosen}]"
    return {"%": ".*", "_": ".", "[": "(?!)"}.get(part, re.escape(part))
