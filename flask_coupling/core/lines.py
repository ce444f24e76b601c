"""Which lines of a document belong together, when they were never coupled; no I/O."""

from __future__ import annotations

from collections.abc import Sequence

from .mapping import FieldMapping, TableMapping
from .record import Record
from .reference import References, agree


def pair_lines(
    bc: Sequence[Record], sales: Sequence[Record], mapping: TableMapping, references: References
) -> list[tuple[Record, Record]]:
    """Return the partners among lines of one document: they agree in the fields the mapping matches on.

    Lines that agree in all of them come first, then those that agree in all but the last, and so on (a service may have
    filled in what a line did not say): the first field always has to. Lines that look alike are taken in order, and
    each once. A mapping that matches on nothing pairs none.
    """
    fields = [mapping.field(name) for name in mapping.match_on]
    left, free, pairs = list(bc), list(sales), list[tuple[Record, Record]]()
    for count in range(len(fields), 0, -1):
        rest: list[Record] = []
        for ours in left:
            place = _place(ours, free, fields[:count], references)
            if place is None:
                rest.append(ours)
            else:
                pairs.append((ours, free.pop(place)))
        left = rest
    return pairs


def _place(ours: Record, free: Sequence[Record], fields: Sequence[FieldMapping], references: References) -> int | None:
    for place, theirs in enumerate(free):
        if all(_agree(each, ours, theirs, references) for each in fields):
            return place
    return None


def _agree(field: FieldMapping, ours: Record, theirs: Record, references: References) -> bool:
    return agree(field, ours.values.get(field.bc or ""), theirs.values.get(field.sales or ""), references)
