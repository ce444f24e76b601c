"""What a conflict is, and the rules by which one is resolved."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from .record import Value
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

    @property
    def winner(self) -> Side | None:
        """The side whose value is kept, or None when a person decides."""
        return _WINNERS[self]


class DeletionConflictResolution(StrEnum):
    """What to do when one record of a pair was deleted."""

    NONE = "none"
    RESTORE_RECORD = "restore_record"
    REMOVE_COUPLING = "remove_coupling"


_WINNERS = {
    UpdateConflictResolution.NONE: None,
    UpdateConflictResolution.SEND_TO_SALES: Side.BC,
    UpdateConflictResolution.GET_FROM_SALES: Side.SALES,
}


@dataclass(frozen=True, slots=True)
class FieldConflict:
    """One field both sides moved: its name in the mapping, the last agreed values and the present ones."""

    field: str
    base_bc: Value
    base_sales: Value
    bc: Value
    sales: Value


@dataclass(frozen=True, slots=True)
class Conflict:
    """Two intentions that meet in one pair.

    An UPDATE conflict lists its `fields`; a DELETION conflict names the side whose record is `missing`.
    """

    kind: ConflictKind
    fields: tuple[FieldConflict, ...] = ()
    missing: Side | None = None
