"""By what records are matched: criteria by field in groups of priority, and the keys they make of a record."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache, reduce
from itertools import groupby
from typing import Any, TypeAlias

from flask_coupling.errors import MappingInvalid

from .mapping import FieldMapping, TableMapping
from .record import BLANKS, Record, Value
from .reference import References, UnplannableError, translate
from .side import Side

Key: TypeAlias = tuple[Value, ...]
"""A record's values for one group of criteria, made comparable; None where blank, and empty when it has no key."""

Keys: TypeAlias = tuple[Key, ...]
"""One key for each group, in order of priority."""

Normalize: TypeAlias = Callable[[str], str]


def _without_accents(text: str) -> str:
    """Å as A, é as e, and the letters that do not fall apart by themselves (ø, æ, ß, ł) as they are written without."""
    return "".join(each for each in unicodedata.normalize("NFKD", text.translate(_PLAIN)) if not _is_accent(each))


_PLAIN = str.maketrans({"ø": "o", "Ø": "O", "æ": "ae", "Æ": "AE", "œ": "oe", "Œ": "OE", "ß": "ss", "ł": "l", "Ł": "L"})


@cache
def _is_accent(letter: str) -> bool:
    return unicodedata.combining(letter) != 0


def _phone_digits(text: str) -> str:
    """The digits alone; 00 at the beginning is another way to write a plus."""
    digits = "".join(filter(str.isdecimal, text))
    return digits.removeprefix("00") if text.lstrip().startswith("00") else digits


def _email(text: str) -> str:
    """An e-mail address means the same in any case."""
    return text.strip().casefold()


NORMALIZATIONS: Mapping[str, Normalize] = {
    "trim": lambda text: " ".join(text.split()),
    "accents": _without_accents,
    "digits": _phone_digits,
    "email": _email,
}
"""What can be evened out before two texts are compared: blanks, accents, all but the digits, an e-mail's case."""


_BLANKS = frozenset(BLANKS)


@cache
def _comparing(normalize: tuple[str, ...], case_sensitive: bool) -> Callable[[str], str | None]:
    """What makes a text comparable, put together once; None of it when nothing is left."""
    steps = [NORMALIZATIONS[name] for name in normalize]
    return lambda text: _folded(reduce(lambda told, step: step(told), steps, text), case_sensitive) or None


def _folded(text: str, case_sensitive: bool) -> str:
    return text if case_sensitive else text.casefold()


@dataclass(frozen=True, slots=True)
class Criterion:
    """Match on one field (Use For Match-Based Coupling), by its name in the mapping.

    Criteria of one `priority` must all hold; lower numbers are tried first, each for itself. Without
    `case_sensitive` texts are compared without case; `normalize` names what else is evened out.
    """

    field: str
    priority: int = 0
    case_sensitive: bool = False
    normalize: tuple[str, ...] = ("trim",)

    def __post_init__(self) -> None:
        if self.priority < 0:
            raise MappingInvalid(mapping="-", detail=f"the match priority of {self.field} is below zero")
        for unknown in set(self.normalize) - NORMALIZATIONS.keys():
            detail = f"{self.field} is matched by {unknown}; it may be one of {', '.join(NORMALIZATIONS)}"
            raise MappingInvalid(mapping="-", detail=detail)

    def comparable(self, value: Value) -> Value:
        """The value as it is compared; None when it says nothing."""
        return self.comparing()(value)

    def comparing(self) -> Callable[[Value], Value]:
        """What makes values comparable, for many of them."""
        if self.normalize == ("trim",) and not self.case_sensitive:
            return _compared_usually
        even = _comparing(self.normalize, self.case_sensitive)

        def compared(value: Value) -> Value:
            if isinstance(value, str):
                return None if value in _BLANKS else even(value)
            return _as_number(value)

        return compared


def _compared_usually(value: Value) -> Value:
    """Values as they nearly always are compared: the same as with a call for each step, in a third of the time."""
    if isinstance(value, str):
        return None if value in _BLANKS else " ".join(value.split()).casefold() or None
    return _as_number(value)


def _as_number(value: Value) -> Value:
    return value if value is None or isinstance(value, bool | Decimal) else Decimal(str(value))


@dataclass(frozen=True, slots=True)
class Part:
    """One criterion with the field mapping it compares by."""

    criterion: Criterion
    field: FieldMapping


Group: TypeAlias = tuple[Part, ...]


def default_criteria(mapping: TableMapping) -> tuple[Criterion, ...]:
    """The criteria of the declaration: all fields of `match_on` together."""
    return tuple(Criterion(name) for name in mapping.match_on)


def in_groups(criteria: Iterable[Criterion], mapping: TableMapping) -> tuple[Group, ...]:
    """The criteria by priority, lowest first.

    Raises MappingInvalid for a field that the mapping does not compare, or one named twice in a group.
    """
    known = {field.name: field for field, _ in mapping.pairs}
    groups: list[Group] = []
    for _, part in groupby(sorted(criteria, key=_priority), key=_priority):
        together = list(part)
        names = [each.field for each in together]
        if unknown := sorted(set(names) - known.keys()):
            raise MappingInvalid(mapping=mapping.name, detail=f"it matches on {', '.join(unknown)}, not mapped")
        if repeated := sorted({name for name in names if names.count(name) > 1}):
            raise MappingInvalid(mapping=mapping.name, detail=f"it matches twice on {', '.join(repeated)}")
        groups.append(tuple(Part(each, known[each.field]) for each in together))
    return tuple(groups)


def _priority(criterion: Criterion) -> int:
    return criterion.priority


def fields_of(groups: Sequence[Group]) -> tuple[FieldMapping, ...]:
    """The fields the groups compare, each once."""
    return tuple(dict.fromkeys(part.field for group in groups for part in group))


def keys_of(side: Side, records: Sequence[Record], groups: Sequence[Group], references: References) -> list[Keys]:
    """What each record is matched by, a Business Central one as Sales would write it."""
    keys = [_keys(side, records, group, references) for group in groups]
    return list(zip(*keys, strict=True)) if keys else [()] * len(records)


def _keys(side: Side, records: Sequence[Record], group: Group, references: References) -> list[Key]:
    columns = [_column(side, records, part, references) for part in group]
    return [() if _UNKNOWN in key or key.count(None) == len(key) else key for key in zip(*columns, strict=True)]


def _column(side: Side, records: Sequence[Record], part: Part, references: References) -> list[Value]:
    name, field = part.field.of(side) or "", part.field
    compare, values = part.criterion.comparing(), [record.values.get(name) for record in records]
    if side is Side.BC and not field.is_plain:
        return [_told(field, value, references, compare) for value in values]
    return list(map(compare, values))


_UNKNOWN: Any = object()
"""What a reference becomes whose record has no partner yet, so that no row of Sales can hold the same."""


def _told(field: FieldMapping, value: Value, references: References, compare: Callable[[Value], Value]) -> Value:
    try:
        return compare(translate(field, Side.BC, value, references))
    except UnplannableError:
        unknown: Value = _UNKNOWN
        return unknown
