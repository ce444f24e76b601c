"""The functions a filter may call: name, number of arguments, SQL; a new one is a row in the table."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from sqlalchemy import ColumnElement, and_, func, literal

from simulator.odata.literals import Typed, fold_literal, text_literal
from simulator.odata.syntax import TypeProblem


def _texts(name: str, arguments: list[Typed]) -> tuple[Typed, Any]:
    left, right = arguments
    if left.kind != "text" or right.kind not in ("text", "json") or not isinstance(right.sql, str):
        raise TypeProblem(f"No function signature for the function with name '{name}' matches the arguments.")
    if isinstance(left.sql, str):
        left = Typed(literal(fold_literal(left, left.sql)), "text", None, left.is_folded)
    return left, text_literal(left, right.sql)


def _wild(wildcards: bool, text: str) -> bool:
    return wildcards and any(mark in text for mark in "%_[")


def matches(text: Any, pattern: str) -> ColumnElement[bool]:
    """The condition that a text is like a pattern with `%`, `_`, `[a-f]`, `[^a-f]`, and `[%]` for the sign itself.

    Nothing is like a pattern whose bracket is not closed. Brackets mean the same to SQLite's GLOB, whose other two
    signs are its own.
    """
    parts = _PART.findall(pattern)
    glob = "[" if "[" in parts else "".join(_GLOB.get(part, part) for part in parts)
    found: ColumnElement[bool] = text.op("GLOB", is_comparison=True)(glob)
    return found


_PART = re.compile(r"\[\^?[^]]+\]|.", re.DOTALL)
_GLOB = {"%": "*", "_": "?", "*": "[*]", "?": "[?]"}


def _contains(wildcards: bool, name: str, arguments: list[Typed]) -> Typed:
    left, text = _texts(name, arguments)
    if _wild(wildcards, text):
        return Typed(matches(left.sql, f"%{text}%"), "condition")
    return Typed(func.instr(left.sql, text) > 0, "condition")


def _startswith(wildcards: bool, name: str, arguments: list[Typed]) -> Typed:
    left, text = _texts(name, arguments)
    if _wild(wildcards, text):
        return Typed(matches(left.sql, f"{text}%"), "condition")
    # the range lets an index narrow the search, the prefix decides
    return Typed(and_(left.sql >= text, func.substr(left.sql, 1, len(text)) == text), "condition")


def _endswith(wildcards: bool, name: str, arguments: list[Typed]) -> Typed:
    left, text = _texts(name, arguments)
    if _wild(wildcards, text):
        return Typed(matches(left.sql, f"%{text}"), "condition")
    if not text:
        return Typed(left.sql.is_not(None), "condition")
    return Typed(func.substr(left.sql, -len(text)) == text, "condition")


def _folded(wildcards: bool, name: str, arguments: list[Typed]) -> Typed:
    (one,) = arguments
    if one.kind != "text":
        raise TypeProblem(f"No function signature for the function with name '{name}' matches the arguments.")
    if isinstance(one.sql, str):
        return Typed(one.sql.casefold(), "text", None, True)
    return Typed(func.fold(one.sql), "text", None, True)


def _substring(wildcards: bool, name: str, arguments: list[Typed]) -> Typed:
    one, *numbers = arguments
    if one.kind != "text" or any(type(number.sql) is not int or number.sql < 0 for number in numbers):
        raise TypeProblem(f"No function signature for the function with name '{name}' matches the arguments.")
    sql = func.substr(one.sql, numbers[0].sql + 1, *(number.sql for number in numbers[1:]))
    return Typed(sql, "text", None, one.is_folded)


FUNCTIONS: dict[str, tuple[int, int, Callable[[bool, str, list[Typed]], Typed]]] = {
    "contains": (2, 2, _contains),
    "startswith": (2, 2, _startswith),
    "endswith": (2, 2, _endswith),
    "tolower": (1, 1, _folded),
    "toupper": (1, 1, _folded),
    "substring": (2, 3, _substring),
}
