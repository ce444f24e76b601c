"""Typed SQL expressions, and literals converted to what the other side of a comparison holds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from simulator.odata.edm import Property, Type
from simulator.odata.syntax import TypeProblem
from simulator.odata.values import escape_member, parse_guid, parse_ticks, unescape_member

KINDS = {
    Type.GUID: "guid",
    Type.LOOKUP: "guid",
    Type.TEXT: "text",
    Type.INTEGER: "number",
    Type.BIGINT: "number",
    Type.DECIMAL: "number",
    Type.DOUBLE: "number",
    Type.BOOLEAN: "boolean",
    Type.DATE: "date",
    Type.MOMENT: "moment",
    Type.ENUM: "enum",
    Type.CHOICE: "number",
}
_EDM_NAMES = {
    "text": "Edm.String",
    "number": "Edm.Decimal",
    "boolean": "Edm.Boolean",
    "guid": "Edm.Guid",
    "date": "Edm.Date",
    "moment": "Edm.DateTimeOffset",
    "enum": "Edm.String",
    "null": "Edm.Null",
    "json": "Edm.String",
}
_OPERATORS = {
    "eq": "Equal",
    "ne": "NotEqual",
    "gt": "GreaterThan",
    "ge": "GreaterThanOrEqual",
    "lt": "LessThan",
    "le": "LessThanOrEqual",
}


@dataclass(frozen=True, slots=True)
class Typed:
    """An SQL expression and what it holds; `is_folded` text is compared without regard to case."""

    sql: Any
    kind: str
    prop: Property | None = None
    is_folded: bool = False


def mismatch(left: str, right: str, name: str) -> TypeProblem:
    """Return the problem of two kinds that an operator cannot join."""
    return TypeProblem(
        f"A binary operator with incompatible types was detected. Found operand types '{_EDM_NAMES[left]}' and "
        f"'{_EDM_NAMES[right]}' for operator kind '{_OPERATORS[name]}'."
    )


def convert_literal(left: Typed, value: Any, kind: str, name: str = "eq") -> Any:
    """Return a literal as the left side's column holds it, or raise TypeProblem."""
    convert = _LITERALS.get((left.kind, kind))
    if convert is None:
        raise mismatch(left.kind, kind, name)
    return convert(left, value)


def fold_literal(left: Typed, value: str) -> str:
    """Return text folded when the left side ignores case."""
    return value.casefold() if left.is_folded else value


def text_literal(left: Typed, value: Any) -> Any:
    """Return text as the left side compares it: upper case for a Code, folded where case is ignored."""
    if left.prop is not None and left.prop.kind == "Code":
        return value.upper()
    return fold_literal(left, value)


def _guid_literal(left: Typed, value: Any) -> Any:
    found = parse_guid(value)
    if found is None:
        raise TypeProblem(f"Unrecognized 'Edm.String' literal '{value}'.")
    return found


def _moment_literal(left: Typed, value: Any) -> Any:
    ticks = parse_ticks(value if "T" in value or "t" in value else f"{value}T00:00:00Z")
    if ticks is None:
        raise TypeProblem(f"Unrecognized 'Edm.DateTimeOffset' literal '{value}'.")
    return ticks


def _date_literal(left: Typed, value: Any) -> Any:
    _moment_literal(left, f"{value}T00:00:00Z")  # the day must exist
    return value


def _member_literal(left: Typed, value: Any) -> Any:
    options = left.prop.options if left.prop is not None else ()
    wanted = escape_member(unescape_member(value)).lower()
    for option in options:
        if escape_member(option.label).lower() == wanted:
            return option.value
    raise TypeProblem(f"The string '{value}' is not a valid enumeration type constant.")


def _number_literal(left: Typed, value: Any) -> Any:
    return value


def _boolean_literal(left: Typed, value: Any) -> Any:
    return int(value)


_LITERALS: dict[tuple[str, str], Callable[[Typed, Any], Any]] = {
    ("text", "text"): text_literal,
    ("guid", "guid"): _guid_literal,
    ("guid", "text"): _guid_literal,
    ("number", "number"): _number_literal,
    ("boolean", "boolean"): _boolean_literal,
    ("date", "date"): _date_literal,
    ("moment", "moment"): _moment_literal,
    ("moment", "date"): _moment_literal,
    ("enum", "text"): _member_literal,
}
