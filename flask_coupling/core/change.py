"""What moved on one side since its own snapshot."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from .mapping import FieldMapping, TableMapping
from .record import Pair, Value, same_value
from .side import Side


@dataclass(frozen=True, slots=True)
class Change:
    """One field of one side that moved: the value it had when the pair last agreed, and the one it has now."""

    field: str
    side: Side
    before: Value
    after: Value


def has_base(field: FieldMapping, pair: Pair) -> bool:
    """Whether the pair has ever agreed on this field."""
    return pair.baseline is not None and field.bc in pair.baseline.bc.values


def change_of(field: FieldMapping, side: Side, pair: Pair) -> Change | None:
    """What moved in one field of one side, or None; the pair has a base for the field and a record on the side."""
    name, record = field.of(side), pair.of(side)
    assert name is not None and record is not None and pair.baseline is not None
    before, after = pair.baseline.of(side).values.get(name), record.values.get(name)
    return None if same_value(before, after) else Change(field.name, side, before, after)


def changes(pair: Pair, mapping: TableMapping) -> Iterator[Change]:
    """Yield what moved on either side of a pair that has agreed before."""
    for field in mapping.enabled_fields:
        if not field.is_pair or not has_base(field, pair):
            continue
        for side in Side:
            if pair.of(side) is not None and (change := change_of(field, side, pair)):
                yield change
