"""Fill the new partner of a record: the values it starts with."""

from __future__ import annotations

from collections.abc import Callable

from .mapping import FieldMapping, TableMapping
from .record import BLANKS, Record, Value, is_blank
from .reference import References, ValueMissingError, translate
from .side import Side
from .template import choose_template

Translate = Callable[[Value], Value]


def insert_values(record: Record, source: Side, mapping: TableMapping, references: References) -> dict[str, Value]:
    """The values a new partner starts with; see `Filling`."""
    return Filling(source, mapping, references).values_for(record)


class Filling:
    """Fills the new partners of records of one side; what a reference becomes is worked out once for each value."""

    def __init__(self, source: Side, mapping: TableMapping, references: References) -> None:
        self._source, self._mapping, self._references = source, mapping, references
        self._filled = mapping.filled_from(source)
        self._known: list[dict[Value, Value]] = [{} for _ in self._filled.translated]

    def values_for(self, record: Record) -> dict[str, Value]:
        """All that flow towards a new partner, without the blanks, the constants, a template's.

        Raises UnplannableError.
        """
        filled, mapping = self._filled, self._mapping
        copied = zip(filled.targets, filled.take(record.values), strict=True)
        values: dict[str, Value] = {name: value for name, value in copied if value not in BLANKS}
        for (name, target, field), known in zip(filled.translated, self._known, strict=True):
            value = record.values.get(name)
            told = known[value] if value in known else self._told(field, value, known)
            if told not in BLANKS:
                values[target] = told
        template = choose_template(mapping.templates, self._source.other, record) if mapping.templates else None
        given = {**template.values, **filled.constants} if template is not None else filled.constants
        return {**given, **values} if given else values

    def _told(self, field: FieldMapping, value: Value, known: dict[Value, Value]) -> Value:
        if field.required_from is self._source and is_blank(value):
            raise ValueMissingError(field, value, side=self._source.value, mapping=self._mapping.name)
        told = translate(field, self._source, value, self._references)
        if field.reference is not None:  # few, and met again and again
            known[value] = told
        return told
