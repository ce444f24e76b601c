"""How a value of one side reads on the other: transformations, and references by coupling."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

from .mapping import FieldMapping
from .record import EMPTY_GUID, Value, is_blank, same_value
from .side import Side
from .transformation import get_transformation

References: TypeAlias = Mapping[tuple[str, Side, Value], Value]
"""Partner values of references: `(table mapping, side the value is from, value)` gives the value for the other side.

An entry for None tells what a blank stands for (Business Central's blank currency is Sales' base currency).
"""


class MissingReferenceError(Exception):
    """A value points to a record that is not coupled; internal to the core, where it becomes a Skip."""

    def __init__(self, field: FieldMapping, value: Value) -> None:
        assert field.reference is not None
        super().__init__(f"{field.name}={value!r}")
        self.facts = (("field", field.name), ("value", value), ("mapping", field.reference.mapping))


def translate(field: FieldMapping, source: Side, value: Value, references: References) -> Value:
    """Return `value` of side `source` as the other side writes it.

    Blank text for Sales becomes None (Dataverse stores no empty text). Raises MissingReferenceError when a referenced
    record is not coupled and the field may not be left blank.
    """
    if field.reference is not None:
        return _refer(field, source, value, references)
    if field.transformation is not None:
        value = get_transformation(field.transformation).towards(source.other)(value)
    return None if source is Side.BC and is_blank(value) else value


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
    raise MissingReferenceError(field, value)


_ABSENT: Value = "\x00absent"


def _blank_reference(field: FieldMapping, target: Side) -> Value:
    """What clears a reference: null in Dataverse, zeros for an id and nothing for a code in Business Central."""
    assert field.reference is not None
    if target is Side.SALES:
        return None
    return "" if field.reference.bc_key else EMPTY_GUID


def agree(field: FieldMapping, bc: Value, sales: Value, references: References) -> bool:
    """Whether the two sides' values say the same once translated, whichever way loses less."""
    return _becomes(field, Side.BC, bc, sales, references) or _becomes(field, Side.SALES, sales, bc, references)


def _becomes(field: FieldMapping, source: Side, value: Value, wanted: Value, references: References) -> bool:
    try:
        return same_value(translate(field, source, value, references), wanted)
    except MissingReferenceError:
        return False
