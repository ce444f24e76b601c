"""Filters and reading addresses in each service's own spelling of OData."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace
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


@dataclass(frozen=True, slots=True)
class Spelling:
    """How a service's filters write a value of a property, and what stands inside its text functions."""

    value: Spell
    inside: Callable[[str], str] = str

    def of_texts(self, names: Collection[str]) -> Spelling:
        """The same where these properties are known to be texts, which can look like dates."""

        def spelled(table: Table, name: str, value: object) -> str:
            is_text = name in names and isinstance(value, str) and not is_blank(value)
            return literal(str(value)) if is_text else self.value(table, name, value)

        return replace(self, value=spelled)


BC_SPELLING = Spelling(spell_bc)
SALES_SPELLING = Spelling(spell_sales, literally)


def is_like_date(value: object) -> bool:
    """Whether a value looks like a date or a point in time, which filters write without quotes."""
    return isinstance(value, str) and _DATE.fullmatch(value) is not None


def _plain(value: object) -> Value:
    return value if isinstance(value, (str, int, float)) else None if value is None else str(value)


def _spell(value: object, *, is_id: bool) -> str:
    if isinstance(value, str) and ((is_id and is_guid(value)) or is_like_date(value)):
        return value
    return literal(value if isinstance(value, (bool, int, float, str)) else _plain(value))


def wire_name(table: Table, name: str) -> str:
    """How a property is read and filtered: a lookup by its value column."""
    return f"_{name}_value" if name in table.lookups else name


def render(table: Table, where: TableFilter, spelling: Spelling) -> str:
    """A table filter as `$filter` text; empty when it admits everything."""
    return " and ".join(_render(table, condition, spelling) for condition in where.conditions)


def _render(table: Table, condition: Condition | AnyOf, spelling: Spelling) -> str:
    if isinstance(condition, AnyOf):
        return "(" + " or ".join(_render(table, each, spelling) for each in condition.conditions) + ")"
    is_inside = condition.operator in _FUNCTIONS
    value = spelling.value(
        table, condition.field, spelling.inside(str(condition.value)) if is_inside else condition.value
    )
    return _TEMPLATES[condition.operator].format(wire_name(table, condition.field), value)


def all_of(*parts: str) -> str:
    """Filter texts that must all hold; empty ones are left out."""
    kept = [part for part in parts if part]
    return " and ".join(f"({part})" if " or " in part and len(kept) > 1 else part for part in kept)


def any_of(
    table: Table, name: str, values: Sequence[object], spelling: Spelling, *, longest: int, most: int
) -> Iterator[str]:
    """Yield `a eq 1 or a eq 2 ...` texts that hold all the values, each within a length (encoded) and a number."""
    prefix = wire_name(table, name) + " eq "
    terms: list[str] = []
    length = id_weight = 0  # ids, which come by the thousand, are all of the same length
    for value in dict.fromkeys(values):
        term = prefix + spelling.value(table, name, value)
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
