"""Records as seen, and how they looked when their pair last agreed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from operator import itemgetter
from typing import TypeAlias

from .side import Side

Value: TypeAlias = str | int | float | Decimal | bool | None
"""A field's value as the service's JSON holds it; a reference is the id (or key) of the record it points to."""

Values: TypeAlias = Mapping[str, Value]
"""Field values by the property name of their own service."""

EMPTY_GUID = "00000000-0000-0000-0000-000000000000"

BLANKS = (None, "", " ", EMPTY_GUID, "0001-01-01")
"""How the services say "nothing here": Business Central writes blanks where Dataverse writes null."""

_NUMBERS = (int, float, Decimal)


def is_blank(value: Value) -> bool:
    """Whether a value says "nothing here"."""
    return value in BLANKS


def same_value(left: Value, right: Value) -> bool:
    """Whether two values mean the same: all blanks are alike, and numbers compare by value, not by type."""
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    if left == right or (is_blank(left) and is_blank(right)):
        return True
    return isinstance(left, _NUMBERS) and isinstance(right, _NUMBERS) and Decimal(str(left)) == Decimal(str(right))


def taker(names: tuple[str, ...]) -> Callable[[Values], tuple[Value, ...]]:
    """What takes these values out of a record's at once, in their order; None stands for one that is missing."""
    if len(names) < 2:
        return lambda values: tuple(map(values.get, names))
    take: Callable[[Values], tuple[Value, ...]] = itemgetter(*names)

    def taken(values: Values) -> tuple[Value, ...]:
        try:
            return take(values)
        except KeyError:
            return tuple(map(values.get, names))

    return taken


def is_kept(value: Value, sent: Value) -> bool:
    """Whether a service that was sent a value may answer with this one: it trims text, and changes its case."""
    if isinstance(value, str) and isinstance(sent, str):
        return value.strip().casefold() == sent.strip().casefold()
    return same_value(value, sent)


@dataclass(frozen=True, slots=True)
class Record:
    """One row of one service, cut down to the fields a mapping looks at.

    `modified_on` is the service's own time stamp as ISO 8601 text ("" when it gave none); `etag` is opaque.
    """

    id: str
    etag: str
    modified_on: str
    values: Values


@dataclass(frozen=True, slots=True)
class Snapshot:
    """How one side's row looked when the pair last agreed."""

    etag: str
    values: Values


@dataclass(frozen=True, slots=True)
class Baseline:
    """The last agreement: one snapshot for each side, because each side is compared only with its own past."""

    bc: Snapshot
    sales: Snapshot

    def of(self, side: Side) -> Snapshot:
        """The snapshot of one side."""
        return self.bc if side is Side.BC else self.sales


@dataclass(frozen=True, slots=True)
class Pair:
    """A record and its partner as observed now, and their baseline.

    `is_coupled` tells a pair whose partner vanished from a record that never had one. `baseline` is None until the
    pair was synchronized once; a field missing from its snapshots was not. `source` is the side a person chose to
    take the data from when coupling (Synchronize After Coupling), or None; it matters only for what has no baseline.
    """

    bc: Record | None
    sales: Record | None
    baseline: Baseline | None = None
    source: Side | None = None
    is_coupled: bool = False

    def of(self, side: Side) -> Record | None:
        """The record of one side, or None when that side has none."""
        return self.bc if side is Side.BC else self.sales
