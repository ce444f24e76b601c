"""Filters and reading addresses in each service's own spelling of OData."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from urllib.parse import quote

from flask_coupling.core.mapping import Table
from flask_coupling.core.record import EMPTY_GUID, Value, is_blank
from flask_coupling.core.table_filter import AnyOf, Condition, TableFilter, literal

Spell = Callable[[Table, str, object], str]
"""A value of a table's property as a service's filters write it."""

_GUID = re.compile(r"[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}")
_DATE = re.compile(r"\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d))?")
_WILDCARD = re.compile(r"[%_[]")
_TEMPLATES = {
    "eq": "{} eq {}",
    "ne": "{} ne {}",
    "gt": "{} gt {}",
    "ge": "{} ge {}",
    "lt": "{} lt {}",
    "le": "{} le {}",
    "startswith": "startswith({},{})",
    "endswith": "endswith({},{})",
    "contains": "contains({},{})",
    "blank": "{} eq {}",
    "not_blank": "{} ne {}",
}
_FUNCTIONS = ("startswith", "endswith", "contains")


def is_guid(text: object) -> bool:
    """Whether a value is a GUID; the services' ids are."""
    return isinstance(text, str) and _GUID.fullmatch(text) is not None


def spell_bc(table: Table, name: str, value: object) -> str:
    """Business Central has no nulls: each type has its own blank, and a blank option is written `_x0020_`."""
    if is_blank(_plain(value)):
        if name.endswith("Id") or name == table.key:
            return EMPTY_GUID
        if name.endswith("Date"):
            return "0001-01-01"
        return "'_x0020_'" if value == " " else "''"
    return _spell(value, is_id=name.endswith("Id") or name == table.key)


def spell_sales(table: Table, name: str, value: object) -> str:
    """Dataverse writes nothing as null, and ids without quotes."""
    if is_blank(_plain(value)):
        return "null"
    if name in table.options:
        return str(value)
    return _spell(value, is_id=name in table.lookups or name.endswith("id"))


def literally(text: str) -> str:
    """A text for a function of Dataverse, which takes `%`, `_` and `[` for patterns unless they stand in brackets."""
    return _WILDCARD.sub(r"[\g<0>]", text)


def _plain(value: object) -> Value:
    return value if isinstance(value, (str, int, float)) else None if value is None else str(value)


def _spell(value: object, *, is_id: bool) -> str:
    if isinstance(value, str) and ((is_id and is_guid(value)) or _DATE.fullmatch(value)):
        return value
    return literal(value if isinstance(value, (bool, int, float, str)) else _plain(value))


def wire_name(table: Table, name: str) -> str:
    """How a property is read and filtered: a lookup by its value column."""
    return f"_{name}_value" if name in table.lookups else name


def render(table: Table, where: TableFilter, spell: Spell) -> str:
    """A table filter as `$filter` text; empty when it admits everything."""
    return " and ".join(_render(table, condition, spell) for condition in where.conditions)


def _render(table: Table, condition: Condition | AnyOf, spell: Spell) -> str:
    if isinstance(condition, AnyOf):
        return "(" + " or ".join(_render(table, each, spell) for each in condition.conditions) + ")"
    sought = condition.value
    if condition.operator in _FUNCTIONS and spell is spell_sales:
        sought = literally(str(sought))
    value = spell(table, condition.field, sought)
    return _TEMPLATES[condition.operator].format(wire_name(table, condition.field), value)


def all_of(*parts: str) -> str:
    """Filter texts that must all hold; empty ones are left out."""
    kept = [part for part in parts if part]
    return " and ".join(f"({part})" if " or " in part and len(kept) > 1 else part for part in kept)


def any_of(
    table: Table, name: str, values: Sequence[object], spell: Spell, *, longest: int, most: int
) -> Iterator[str]:
    """Yield `a eq 1 or a eq 2 ...` texts that hold all the values, each within a length (encoded) and a number."""
    prefix = wire_name(table, name) + " eq "
    terms: list[str] = []
    length = id_weight = 0  # ids, which come by the thousand, are all of the same length
    for value in dict.fromkeys(values):
        term = prefix + spell(table, name, value)
        weight = (is_guid(value) and id_weight) or len(quote(term)) + len("%20or%20")
        if not id_weight and is_guid(value):
            id_weight = weight
        if terms and (length + weight > longest or len(terms) >= most):
            yield " or ".join(terms)
            terms, length = [], 0
        terms.append(term)
        length += weight
    if terms:
        yield " or ".join(terms)


def with_options(path: str, **options: str | int) -> str:
    """`path?$name=value...`, encoded; blank options are left out."""
    given = [f"${name}={quote(str(value), safe=_READABLE)}" for name, value in options.items() if value != ""]
    return f"{path}?{'&'.join(given)}" if given else path


_READABLE = "(),'$/:_-"
