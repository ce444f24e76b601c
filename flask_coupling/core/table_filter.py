"""Which records take part in a table mapping: evaluated on a record, or rendered as an OData `$filter`."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from itertools import product

from flask_coupling.errors import MappingInvalid

from .record import Record, Value, is_blank, same_value

Test = Callable[[Value, Value], bool]


def _folded(value: Value) -> Value:
    return value.casefold() if isinstance(value, str) else value


def _ordered(compare: Callable[[object, object], bool]) -> Test:
    def test(actual: Value, wanted: Value) -> bool:
        if actual is None or isinstance(actual, str) != isinstance(wanted, str):
            return False
        return compare(actual, wanted)

    return test


_OPERATORS: dict[str, tuple[Test, str]] = {
    "eq": (same_value, "{field} eq {value}"),
    "ne": (lambda actual, wanted: not same_value(actual, wanted), "{field} ne {value}"),
    "gt": (_ordered(lambda a, b: a > b), "{field} gt {value}"),  # type: ignore[operator]
    "ge": (_ordered(lambda a, b: a >= b), "{field} ge {value}"),  # type: ignore[operator]
    "lt": (_ordered(lambda a, b: a < b), "{field} lt {value}"),  # type: ignore[operator]
    "le": (_ordered(lambda a, b: a <= b), "{field} le {value}"),  # type: ignore[operator]
    "startswith": (lambda a, b: a is not None and str(a).startswith(str(b)), "startswith({field},{value})"),
    "endswith": (lambda a, b: a is not None and str(a).endswith(str(b)), "endswith({field},{value})"),
    "contains": (lambda a, b: a is not None and str(b) in str(a), "contains({field},{value})"),
    "blank": (lambda actual, _: is_blank(actual), "{field} eq {value}"),
    "not_blank": (lambda actual, _: not is_blank(actual), "{field} ne {value}"),
}


@dataclass(frozen=True, slots=True)
class Condition:
    """One comparison; `value` is ignored by `blank` and `not_blank`, which render it as the service's blank."""

    field: str
    operator: str
    value: Value = None

    def __post_init__(self) -> None:
        if self.operator not in _OPERATORS:
            known = ", ".join(_OPERATORS)
            detail = f"the filter on {self.field} uses {self.operator}; it may use {known}"
            raise MappingInvalid(mapping="-", detail=detail)

    def admits(self, record: Record, *, ignore_case: bool = False) -> bool:
        """Whether the record fulfils this condition."""
        actual, wanted = record.values.get(self.field), self.value
        if ignore_case:
            actual, wanted = _folded(actual), _folded(wanted)
        return _OPERATORS[self.operator][0](actual, wanted)

    def admitted(self, records: Iterable[Record], *, ignore_case: bool = False) -> list[Record]:
        """Those of many records that fulfil it."""
        test, field, wanted = _OPERATORS[self.operator][0], self.field, self.value
        if not ignore_case:
            return [record for record in records if test(record.values.get(field), wanted)]
        wanted = _folded(wanted)
        return [record for record in records if test(_folded(record.values.get(field)), wanted)]

    def render(self) -> str:
        """This condition in OData's words."""
        return _OPERATORS[self.operator][1].format(field=self.field, value=literal(self.value))

    def __str__(self) -> str:
        words = self.operator.replace("_", " ")
        return f"{self.field} {words}" if self.operator.endswith("blank") else f"{self.field} {words} {self.value!r}"


@dataclass(frozen=True, slots=True)
class AnyOf:
    """Conditions of which one must hold: `(country eq 'DK' or country eq 'SE')`."""

    conditions: tuple[Condition, ...]

    @property
    def fields(self) -> tuple[str, ...]:
        """The properties the conditions are about, each once."""
        return tuple(dict.fromkeys(each.field for each in self.conditions))

    def admits(self, record: Record, *, ignore_case: bool = False) -> bool:
        """Whether the record fulfils one of the conditions."""
        return any(each.admits(record, ignore_case=ignore_case) for each in self.conditions)

    def admitted(self, records: Iterable[Record], *, ignore_case: bool = False) -> list[Record]:
        """Those of many records that fulfil one of them."""
        return [record for record in records if self.admits(record, ignore_case=ignore_case)]

    def render(self) -> str:
        """The conditions in OData's words, in parentheses."""
        return "(" + " or ".join(each.render() for each in self.conditions) + ")"

    def __str__(self) -> str:
        return " or ".join(map(str, self.conditions))


@dataclass(frozen=True, slots=True)
class TableFilter:
    """Conditions that must all hold; no conditions admit every record.

    What differs from a value (`ne`) may also be blank. `ignores_case` is how Dataverse compares text, and Business
    Central does not.
    """

    conditions: tuple[Condition | AnyOf, ...] = ()
    ignores_case: bool = False

    @property
    def fields(self) -> tuple[str, ...]:
        """The properties a record must carry to be evaluated."""
        return tuple(dict.fromkeys(each.field for each in self.comparisons))

    @property
    def comparisons(self) -> tuple[Condition, ...]:
        """Every comparison, whether it must hold by itself or is one of several."""
        return tuple(each for condition in self.conditions for each in alternatives(condition))

    def changed(self, change: Callable[[Condition], Condition]) -> TableFilter:
        """The same filter with each comparison changed."""
        return replace(self, conditions=tuple(_changed(each, change) for each in self.conditions))

    @property
    def of_sales(self) -> TableFilter:
        """This filter as Dataverse takes it: text of any case, and blanks asked for, which its `ne` leaves out."""
        return TableFilter(tuple(map(_with_blanks, self.conditions)), ignores_case=True)

    def admits(self, record: Record) -> bool:
        """Whether the record takes part."""
        return self.failing(record) is None

    def admitted(self, records: Iterable[Record]) -> list[Record]:
        """Those of many records that take part, in their order."""
        for condition in self.conditions:
            records = condition.admitted(records, ignore_case=self.ignores_case)
        return list(records)

    def failing(self, record: Record) -> Condition | AnyOf | None:
        """The first condition that keeps the record out, or None when it takes part."""
        for condition in self.conditions:
            if not condition.admits(record, ignore_case=self.ignores_case):
                return condition
        return None

    def excludes(self, other: TableFilter) -> bool:
        """Whether plainly no record passes both: they want different values of one property."""
        return any(_are_apart(ours, theirs) for ours in self.conditions for theirs in other.conditions)

    def render(self) -> str:
        """The whole filter as an OData `$filter` expression; empty when it admits everything."""
        return " and ".join(condition.render() for condition in self.conditions)


EVERYTHING = TableFilter()
"""The filter that admits every record."""


def alternatives(condition: Condition | AnyOf) -> tuple[Condition, ...]:
    """The comparisons of which one must hold; one that stands alone is its only one."""
    return condition.conditions if isinstance(condition, AnyOf) else (condition,)


def _changed(condition: Condition | AnyOf, change: Callable[[Condition], Condition]) -> Condition | AnyOf:
    if isinstance(condition, AnyOf):
        return AnyOf(tuple(map(change, condition.conditions)))
    return change(condition)


def _with_blanks(condition: Condition | AnyOf) -> Condition | AnyOf:
    compared = alternatives(condition)
    blanks = [Condition(each.field, "blank") for each in compared if each.operator == "ne"]
    return AnyOf((*compared, *blanks)) if blanks else condition


def _are_apart(ours: Condition | AnyOf, theirs: Condition | AnyOf) -> bool:
    pairs = product(alternatives(ours), alternatives(theirs))
    return all(
        one.operator == other.operator == "eq" and one.field == other.field and not same_value(one.value, other.value)
        for one, other in pairs
    )


def where(field: str, operator: str, value: Value = None) -> TableFilter:
    """A filter of one condition, to be combined with `both`."""
    return TableFilter((Condition(field, operator, value),))


def one_of(field: str, *values: Value) -> TableFilter:
    """A filter for records whose property has one of the values; a blank among them admits blanks."""
    return TableFilter((AnyOf(tuple(equal(field, each) for each in values)),))


def equal(field: str, value: Value, operator: str = "eq") -> Condition:
    """A comparison for (`ne`: in)equality; with a blank in words of its own, as each service spells it differently."""
    if is_blank(value):
        return Condition(field, "blank" if operator == "eq" else "not_blank", value)
    return Condition(field, operator, value)


def both(*filters: TableFilter) -> TableFilter:
    """A filter that admits what all the given ones admit."""
    return TableFilter(tuple(condition for each in filters for condition in each.conditions))


def literal(value: Value) -> str:
    """A value in OData's spelling; a text's single quotes are doubled."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return "'" + value.replace("'", "''") + "'"
    return str(value)
