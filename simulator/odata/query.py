"""Read an OData query string: $select, $expand, $filter, $orderby, $top and the rest, as one frozen value."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import unquote_plus

from simulator.odata.parser import parse
from simulator.odata.syntax import FilterError, Node, Path, SyntaxProblem


class BadOption(FilterError):
    """A query option whose value cannot be used."""


@dataclass(frozen=True, slots=True)
class Order:
    """One part of $orderby."""

    path: tuple[str, ...]
    descending: bool = False


@dataclass(frozen=True, slots=True)
class Query:
    """The query options of one request (or of one $expand); None or empty where an option was not given.

    `options` holds every option as it came, decoded, by lower-case name without change of its value.
    """

    select: tuple[str, ...] = ()
    expand: tuple[Expand, ...] = ()
    filter: Node | None = None
    order: tuple[Order, ...] = ()
    top: int | None = None
    skip: int | None = None
    count: bool = False
    options: Mapping[str, str] = field(default_factory=dict)

    @property
    def skip_token(self) -> str | None:
        """Where the next page starts, as the service wrote it into a nextLink."""
        return self.options.get("$skiptoken")


@dataclass(frozen=True, slots=True)
class Expand:
    """One navigation of $expand with its own options."""

    name: str
    query: Query


_EVERYTHING = Query()
_NESTING = re.compile(r"['()\[\]]")


def parse_options(text: str) -> dict[str, str]:
    """Return the options of a query string, percent-decoded; names that start with $ in lower case; the last wins."""
    options: dict[str, str] = {}
    if not text:
        return options
    for part in text.split("&"):
        name, _, value = part.partition("=")
        if name:
            name = unquote_plus(name)
            options[name.lower() if name[:1] == "$" else name] = unquote_plus(value)
    return options


def parse_query(options: Mapping[str, str]) -> Query:
    """Return the query of decoded options; FilterError says which one is wrong."""
    if not options:
        return _EVERYTHING
    aliases = {name: value for name, value in options.items() if name[:1] == "@"}
    text = options.get("$filter")
    return Query(
        select=_names(options.get("$select", "")),
        expand=parse_expand(options.get("$expand", ""), aliases),
        filter=parse(text, aliases) if text is not None else None,
        order=parse_order(options.get("$orderby", "")),
        top=_number("$top", options.get("$top")),
        skip=_number("$skip", options.get("$skip")),
        count=_flag(options.get("$count")),
        options=options,
    )


def _names(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for part in text.split(",") if (name := part.strip()) and name != "*"))


def _number(name: str, text: str | None) -> int | None:
    if text is None:
        return None
    if not re.fullmatch(r"\d{1,18}", text.strip(), re.ASCII):
        raise BadOption(
            f"Invalid value '{text}' for {name} query option found. The {name} query option requires a non-negative "
            "integer value."
        )
    return int(text)


def _flag(text: str | None) -> bool:
    if text is None:
        return False
    if text.lower() not in ("true", "false"):
        raise BadOption(f"Invalid value '{text}' for $count query option found. Valid values are 'true' and 'false'.")
    return text.lower() == "true"


def parse_order(text: str) -> tuple[Order, ...]:
    """Return the parts of a $orderby."""
    return tuple(_order(part) for part in split(text, ",") if part.strip())


def _order(text: str) -> Order:
    words = text.split()
    direction = words.pop() if len(words) > 1 and words[-1].lower() in ("asc", "desc") else "asc"
    node = parse(" ".join(words))
    if not isinstance(node, Path):
        raise BadOption(f"The $orderby expression '{text.strip()}' must be a property.")
    return Order(node.names, direction.lower() == "desc")


def parse_expand(text: str, aliases: Mapping[str, str], depth: int = 0) -> tuple[Expand, ...]:
    """Return the parts of an $expand, each with the options in its parentheses."""
    if depth > 10:
        raise BadOption("The $expand nests too deeply.")
    return tuple(_expand(part.strip(), aliases, depth) for part in split(text, ",") if part.strip())


def _expand(text: str, aliases: Mapping[str, str], depth: int) -> Expand:
    found = re.fullmatch(r"([^\s()/;$]+)(?:/\$ref)?(?:\((.*)\))?", text, re.DOTALL)
    if found is None:
        raise SyntaxProblem(f"Syntax error in $expand at '{text}'.")
    name, inner = found.groups()
    if not inner:
        return Expand(name, Query())
    options: dict[str, str] = {}
    for part in split(inner, ";"):
        key, _, value = part.partition("=")
        options[key.strip().lower()] = value.strip()
    nested = options.pop("$expand", "")
    query = parse_query({**aliases, **options})
    return Expand(name, _with_expand(query, parse_expand(nested, aliases, depth + 1)))


def _with_expand(query: Query, expand: tuple[Expand, ...]) -> Query:
    return Query(query.select, expand, query.filter, query.order, query.top, query.skip, query.count, query.options)


def split(text: str, mark: str) -> list[str]:
    """Split at a mark outside quotes and parentheses."""
    if not _NESTING.search(text):
        return text.split(mark)
    parts, depth, start, quoted = [], 0, 0, False
    for place, one in enumerate(text):
        if one == "'":
            quoted = not quoted
        elif quoted:
            continue
        elif one in "([":
            depth += 1
        elif one in ")]":
            depth -= 1
        elif one == mark and depth == 0:
            parts.append(text[start:place])
            start = place + 1
    parts.append(text[start:])
    return parts
