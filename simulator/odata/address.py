"""Read the path of a request: segments with their keys."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache

from simulator.odata.parser import parse_list
from simulator.odata.query import split
from simulator.odata.syntax import FilterError, Literal, Path, SyntaxProblem

_PLAIN_KEY = re.compile(r"([\w.]+)\(([0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12})\)", re.ASCII)


@dataclass(frozen=True, slots=True)
class Segment:
    """One segment: a name, and a key when it has parentheses.

    `key` is the single unnamed value as text, `named` the named values (alternate keys, function parameters; an
    `@alias` is kept as the text it was). An empty pair of parentheses gives `has_key` with neither.
    """

    name: str
    key: str | None = None
    named: tuple[tuple[str, object], ...] = field(default=())
    has_key: bool = False


class BadKey(FilterError):
    """A key in parentheses that cannot be read."""


@lru_cache(maxsize=4096)
def parse_path(path: str) -> tuple[Segment, ...]:
    """Return the segments of a percent-decoded path; BadKey when a key cannot be read."""
    parts = [part for part in (split(path, "/") if "'" in path else path.split("/")) if part]
    if len(parts) > 20:
        raise BadKey("The request URI has too many segments.")
    return tuple(_segment(part) for part in parts)


def _segment(text: str) -> Segment:
    plain = _PLAIN_KEY.fullmatch(text)
    if plain is not None:
        return Segment(plain[1], plain[2].lower(), has_key=True)
    name, mark, rest = text.partition("(")
    if not mark:
        return Segment(name)
    if not rest.endswith(")"):
        raise BadKey(f"Bad Request - Error in query syntax. Segment '{text}' has no closing parenthesis.")
    return _keyed(name, rest[:-1])


def _keyed(name: str, inside: str) -> Segment:
    if not inside.strip():
        return Segment(name, has_key=True)
    aliased = {}
    for part in split(inside, ","):
        label, mark, value = part.partition("=")
        if mark and value.strip()[:1] == "@":
            aliased[label.strip()] = value.strip()
    if aliased:
        return Segment(name, named=tuple(aliased.items()), has_key=True)
    try:
        parts = parse_list(inside)
    except SyntaxProblem as problem:
        raise BadKey(f"Bad Request - Error in query syntax. {problem}") from problem
    named = tuple((label, _value(value)) for label, value in parts if label is not None)
    single = [_value(value) for label, value in parts if label is None]
    if len(single) > 1 or (single and named):
        raise BadKey(f"Bad Request - Error in query syntax. The key '{inside}' is not a key of '{name}'.")
    return Segment(name, str(single[0]) if single else None, named, has_key=True)


def _value(node: object) -> object:
    if isinstance(node, Literal):
        return node.value
    if isinstance(node, Path) and len(node.names) == 1:
        return node.names[0]
    raise BadKey("Bad Request - Error in query syntax. A key must be a constant.")
