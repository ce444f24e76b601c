"""How a value of one side reads on the other: transformations, and references by coupling."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, TypeAlias

from .mapping import FieldMapping
from .record import EMPTY_GUID, Value, is_blank, same_value
from .side import Direction, Side
from .transformation import get_transformation

References: TypeAlias = Mapping[tuple[str, Side, Value], Value]
"""Partner values of references: `(table mapping, side the value is from, value)` gives the value for the other side.

An entry for None tells what a blank stands for (Business Central's blank currency is Sales' base currency).
"""


class UnplannableError(Exception):
    """A value has no counterpart on the other side; internal to the core, where it becomes a Skip.

    `code` is the code of the error the Skip stands for, `facts` are its facts.
    """

    code: ClassVar[str]

    def __init__(self, field: FieldMapping, value: Value, **facts: str) -> None:
        super().__init__(f"{field.name}={value!r}")
        self.facts: tuple[tuple[str, Any], ...] = (("field", field.name), ("value", value), *facts.items())


class MissingReferenceError(UnplannableError):
    """A value points to a record that is not coupled."""

    code = "reference_missing"


class ValueMissingError(UnplannableError):
    """A record has no value where its partner needs one."""

    code = "value_missing"


class RateMissingError(UnplannableError):
    """A currency has no exchange rate."""

    code = "exchange_rate_missing"


class UntranslatableError(UnplannableError):
    """A transformation, which may be a host's own, does not take the value."""

    code = "value_untranslatable"


def translate(field: FieldMapping, source: Side, value: Value, references: References) -> Value:
    """Return `value` of side `source` as the other side writes it.

    Blank text for Sales becomes None (Dataverse stores no empty text). Raises MissingReferenceError when a referenced
    record is not coupled and the field may not be left blank, RateMissingError when a currency has no exchange rate,
    UntranslatableError when a transformation fails.
    """
    if field.reference is not None:
        return _refer(field, source, value, references)
    if field.rates is not None:
        return _rate(field, source, value, references)
    if field.transformation is not None:
        value = _transform(field, field.transformation, source, value)
    if field.cut:
        value = field.fitted(value, source.other)
    return None if source is Side.BC and is_blank(value) else value


def _transform(field: FieldMapping, name: str, source: Side, value: Value) -> Value:
    try:
        return get_transformation(name).towards(source.other)(value)
    except Exception as error:  # whatever a host's function raises concerns this record only
        detail = f"{type(error).__name__}: {error}"
        raise UntranslatableError(field, value, transformation=name, detail=detail, side=source.value) from error


def _refer(field: FieldMapping, source: Side, value: Value, references: References) -> Value:
    assert field.reference is not None
    blank = _blank_reference(field, source.other)
    if is_blank(value):
        return references.get((field.reference.mapping, source, None), blank)
    found = references.get((field.reference.mapping, source, value), _ABSENT)
    if found is not _ABSENT:
        return blank if found is None else found
    if field.blank_if_missing:
        return blank
    raise MissingReferenceError(field, value, mapping=field.reference.mapping, side=source.value)


def _rate(field: FieldMapping, source: Side, value: Value, references: References) -> Value:
    assert field.rates is not None
    units = references.get((field.rates.table.name, source, value))
    if units is None:
        raise RateMissingError(field, value)
    return units


_ABSENT: Value = "\x00absent"


def _blank_reference(field: FieldMapping, target: Side) -> Value:
    """What clears a reference: null in Dataverse, zeros for an id and nothing for a code in Business Central."""
    assert field.reference is not None
    if target is Side.SALES:
        return None
    return "" if field.reference.bc_key else EMPTY_GUID


def spell(field: FieldMapping, source: Side, value: Value, present: Value, references: References) -> Value:
    """Return `value` of side `source` as it is written over the value `present` of the other side.

    Business Central has no nulls: there the blank of a number is 0, of a Boolean false, of all else empty text.
    Raises MissingReferenceError and UntranslatableError.
    """
    told = translate(field, source, value, references)
    if told is not None or source is Side.BC:
        return told
    if isinstance(present, bool):
        return False
    return "" if isinstance(present, str) or present is None else 0


def agree(field: FieldMapping, bc: Value, sales: Value, references: References) -> bool:
    """Whether the two sides' values say the same once translated, whichever way loses less."""
    if field.is_plain and bc == sales and type(bc) is type(sales):
        return True
    if field.transformation is not None and get_transformation(field.transformation).one_way:
        if field.direction is Direction.FROM_SALES:
            return _becomes(field, Side.SALES, sales, bc, references)
        return _becomes(field, Side.BC, bc, sales, references)
    return _becomes(field, Side.BC, bc, sales, references) or _becomes(field, Side.SALES, sales, bc, references)


def _becomes(field: FieldMapping, source: Side, value: Value, wanted: Value, references: References) -> bool:
    try:
        return same_value(spell(field, source, value, wanted, references), wanted)
    except UnplannableError:
        return False
