"""Evaluate a filter over plain dictionaries: for the small documents that are not in the store."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from typing import Any

from simulator.odata.syntax import Call, Compare, In, Literal, Logic, Node, Not, NotSupported, Path

_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "eq": operator.eq,
    "ne": operator.ne,
    "gt": operator.gt,
    "ge": operator.ge,
    "lt": operator.lt,
    "le": operator.le,
}
_FUNCTIONS: dict[str, Callable[[str, str], bool]] = {
    "contains": lambda text, part: part in text,
    "startswith": str.startswith,
    "endswith": str.endswith,
}


def evaluate(node: Node, row: Mapping[str, Any]) -> bool:
    """Whether a document matches a filter; what this small evaluator does not know is NotSupported."""
    match node:
        case Logic("and", parts):
            return all(evaluate(part, row) for part in parts)
        case Logic(_, parts):
            return any(evaluate(part, row) for part in parts)
        case Not(part):
            return not evaluate(part, row)
        case Compare(name, left, right):
            return _compare(name, _value(left, row), _value(right, row))
        case In(left, items):
            return _value(left, row) in [_value(item, row) for item in items]
        case Call(name, (left, right)) if name in _FUNCTIONS:
            text, part = _value(left, row), _value(right, row)
            return isinstance(text, str) and _FUNCTIONS[name](text.lower(), str(part).lower())
        case Path() | Literal():
            return _value(node, row) is True
    raise NotSupported("This expression is not supported in a metadata query.")


def _compare(name: str, left: Any, right: Any) -> bool:
    if name in ("eq", "ne"):
        return _COMPARE[name](left, right)
    return type(left) is type(right) and left is not None and _COMPARE[name](left, right)


def _value(node: Node, row: Mapping[str, Any]) -> Any:
    if isinstance(node, Literal):
        return node.value
    if isinstance(node, Path):
        found: Any = row
        for name in node.names:
            found = found.get(name) if isinstance(found, Mapping) else None
        return found
    raise NotSupported("This expression is not supported in a metadata query.")
