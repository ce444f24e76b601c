"""Compare many pairs of records as they are now, whatever they agreed on before."""

from __future__ import annotations

from .mapping import FieldMapping, TableMapping
from .record import BLANKS, Record, Value, taker
from .reference import References, agree
from .side import Side


class Comparison:
    """Tells which fields of a pair differ; what becomes of a reference is worked out once for each two values."""

    def __init__(self, mapping: TableMapping, references: References) -> None:
        self._references = references
        self._fields = [(each, each.is_plain, dict[tuple[Value, Value], bool]()) for each, _ in mapping.pairs]
        self._bc, self._sales = taker(mapping.mapped(Side.BC)), taker(mapping.mapped(Side.SALES))

    def differing(self, bc: Record, sales: Record) -> list[FieldMapping]:
        """The fields whose values do not say the same once translated."""
        both = zip(self._fields, self._bc(bc.values), self._sales(sales.values), strict=True)
        return [
            field
            for (field, is_plain, known), ours, theirs in both
            if not (is_plain and _is_alike(ours, theirs)) and not self._agree(field, ours, theirs, known)
        ]

    def _agree(self, field: FieldMapping, bc: Value, sales: Value, known: dict[tuple[Value, Value], bool]) -> bool:
        if field.reference is None:
            return agree(field, bc, sales, self._references)
        if (bc, sales) not in known:
            known[bc, sales] = agree(field, bc, sales, self._references)
        return known[bc, sales]


def _is_alike(ours: Value, theirs: Value) -> bool:
    return (ours == theirs and type(ours) is type(theirs)) or (ours in BLANKS and theirs in BLANKS)
