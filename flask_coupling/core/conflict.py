"""What a conflict is, and the rules by which one is resolved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from .action import Insert, Modify, Skip
from .record import Pair, Value, same_value
from .side import Side


class ConflictKind(StrEnum):
    """Both sides moved the same field, or one side of a pair is gone."""

    UPDATE = "update"
    DELETION = "deletion"


class ConflictScope(StrEnum):
    """Whether a conflict concerns a field, or (Business Central's rule) the whole record."""

    FIELD = "field"
    RECORD = "record"


class UpdateConflictResolution(StrEnum):
    """What to do when both sides changed the same field to different values."""

    NONE = "none"
    SEND_TO_SALES = "send_to_sales"
    GET_FROM_SALES = "get_from_sales"
    NEWEST = "newest"

    def winner(self, pair: Pair) -> Side | None:
        """The side whose value is kept, or None when a person decides: no rule, or changed at the same moment."""
        return newest_side(pair) if self is UpdateConflictResolution.NEWEST else _WINNERS[self]


class DeletionConflictResolution(StrEnum):
    """What to do when one record of a pair was deleted."""

    NONE = "none"
    RESTORE_RECORD = "restore_record"
    REMOVE_COUPLING = "remove_coupling"
    DELETE_RECORD = "delete_record"


def newest_side(pair: Pair) -> Side | None:
    """The side whose record was changed last, by each service's own clock; None when that cannot be told."""
    if pair.bc is None or pair.sales is None:
        return None
    try:
        bc, sales = (datetime.fromisoformat(record.modified_on) for record in (pair.bc, pair.sales))
    except ValueError:
        return None
    return None if bc == sales else (Side.BC if bc > sales else Side.SALES)


_WINNERS = {
    UpdateConflictResolution.NONE: None,
    UpdateConflictResolution.SEND_TO_SALES: Side.BC,
    UpdateConflictResolution.GET_FROM_SALES: Side.SALES,
}


@dataclass(frozen=True, slots=True)
class Write:
    """One property and the value to write to it."""

    property: str
    value: Value


@dataclass(frozen=True, slots=True)
class FieldConflict:
    """One field both sides moved: its name in the mapping, the last agreed values and the present ones.

    `to_sales` and `to_bc` are the present values as they would be written to the other side, None where this run does
    not write.
    """

    field: str
    base_bc: Value
    base_sales: Value
    bc: Value
    sales: Value
    to_sales: Write | None
    to_bc: Write | None

    def sent_from(self, winner: Side) -> Write | None:
        """What has to be written for `winner`'s value to be kept, None where this run does not write."""
        return self.to_sales if winner is Side.BC else self.to_bc


@dataclass(frozen=True, slots=True)
class Conflict:
    """Two intentions that meet in one pair.

    An UPDATE conflict lists its `fields`, decided all or none when it concerns the `whole` record. A DELETION conflict
    names the side whose record is `missing`, and how it could be restored: a Skip says why it cannot, None that this
    run does not go that way. `may_follow` says that the other record may be deleted too by a rule: the pair agreed
    before, nobody edited it since, and mapping and run go that way. `release` is what is written to the survivor when
    its coupling is removed.
    """

    kind: ConflictKind
    fields: tuple[FieldConflict, ...] = ()
    missing: Side | None = None
    restore: Insert | Skip | None = None
    whole: bool = False
    may_follow: bool = False
    release: tuple[Modify, ...] = ()


@dataclass(frozen=True, slots=True)
class Policy:
    """How conflicts are resolved: for a field its own rule if it has one, else the general one.

    A person's choice is a policy too (`by_person`): it may delete a record that was edited meanwhile, and holds only
    for the values that were shown, which `expected` gives by field as `(bc, sales)`.
    """

    update: UpdateConflictResolution = UpdateConflictResolution.NONE
    deletion: DeletionConflictResolution = DeletionConflictResolution.NONE
    fields: Mapping[str, UpdateConflictResolution] = field(default_factory=dict)
    expected: Mapping[str, tuple[Value, Value]] = field(default_factory=dict)
    by_person: bool = False

    def winner(self, conflict: FieldConflict, pair: Pair) -> Side | None:
        """The side whose value is kept for a field, or None when a person decides."""
        shown = self.expected.get(conflict.field)
        if shown is not None and not (same_value(shown[0], conflict.bc) and same_value(shown[1], conflict.sales)):
            return None
        return self.fields.get(conflict.field, self.update).winner(pair)
