"""Find partners by value: unique, ambiguous or none."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from .mapping import FieldMapping, TableMapping
from .record import Record, Value, is_blank
from .reference import References, UnplannableError, translate
from .side import Side


@dataclass(frozen=True, slots=True)
class Match:
    """What was found for one Business Central record: exactly one candidate is a partner, several are ambiguous."""

    bc_id: str
    candidates: tuple[str, ...]

    @property
    def is_unique(self) -> bool:
        """Whether exactly one candidate was found."""
        return len(self.candidates) == 1


def match(bc: Iterable[Record], sales: Iterable[Record], mapping: TableMapping, references: References) -> list[Match]:
    """Return one Match for each Business Central record, by equality of all fields in `mapping.match_on`.

    Text compares without case and surrounding blanks (BC-074). A record whose every match value is blank matches
    nothing (BC-075). A Sales record claimed by several records makes all of them ambiguous or none: its id stands
    among the candidates of each, and `unique_pairs` leaves them out (BC-067).
    """
    fields = tuple(mapping.field(name) for name in mapping.match_on)
    by_key: dict[tuple[Value, ...], list[str]] = defaultdict(list)
    for record in sales:
        if key := _key([record.values.get(field.sales or "") for field in fields]):
            by_key[key].append(record.id)
    return [Match(record.id, tuple(by_key.get(_bc_key(record, fields, references), ()))) for record in bc]


def unique_pairs(matches: Iterable[Match]) -> list[tuple[str, str]]:
    """Return `(bc id, sales id)` of the matches that are unique on both sides."""
    matches = list(matches)
    claims: dict[str, int] = defaultdict(int)
    for found in matches:
        for candidate in found.candidates:
            claims[candidate] += 1
    return [
        (found.bc_id, found.candidates[0]) for found in matches if found.is_unique and claims[found.candidates[0]] == 1
    ]


def _bc_key(record: Record, fields: tuple[FieldMapping, ...], references: References) -> tuple[Value, ...]:
    try:
        values = [translate(field, Side.BC, record.values.get(field.bc or ""), references) for field in fields]
    except UnplannableError:
        return ()
    return _key(values)


def _key(values: list[Value]) -> tuple[Value, ...]:
    if all(is_blank(value) for value in values):
        return ()
    return tuple(value.strip().casefold() if isinstance(value, str) else value for value in values)
