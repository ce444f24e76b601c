"""What a synchronization would make of the differences between two records, read in its plan."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from .action import Delete, Insert, Modify, Skip
from .mapping import FieldMapping, TableMapping
from .plan import Plan
from .side import Direction, Side


class Fate(StrEnum):
    """What becomes of a field in which two records differ, or of a line that only one side has."""

    OVERWRITTEN_IN_BC = "overwritten_in_bc"
    OVERWRITTEN_IN_SALES = "overwritten_in_sales"
    CONFLICT = "conflict"
    """Both sides moved: a person decides."""
    KEPT_TO_BC = "kept_to_bc"
    """It flows only to Business Central, and what it would get did not move."""
    KEPT_TO_SALES = "kept_to_sales"
    KEPT = "kept"
    """Neither side moved since they last agreed, or it flows when a record is created and never again."""
    SET_ASIDE = "set_aside"
    """The record as a whole is not synchronized for now: it is paused, failed, or does not take part."""
    CREATED_IN_BC = "created_in_bc"
    CREATED_IN_SALES = "created_in_sales"
    DELETED_IN_BC = "deleted_in_bc"
    DELETED_IN_SALES = "deleted_in_sales"
    GONE = "gone"
    """One of the two records is: a deletion conflict."""

    @property
    def is_change(self) -> bool:
        """Whether a synchronization changes something, or asks a person."""
        return self not in _CALM


_CALM = (Fate.KEPT_TO_BC, Fate.KEPT_TO_SALES, Fate.KEPT, Fate.SET_ASIDE)

_OVERWRITTEN = {Side.BC: Fate.OVERWRITTEN_IN_BC, Side.SALES: Fate.OVERWRITTEN_IN_SALES}
_CREATED = {Side.BC: Fate.CREATED_IN_BC, Side.SALES: Fate.CREATED_IN_SALES}
_DELETED = {Side.BC: Fate.DELETED_IN_BC, Side.SALES: Fate.DELETED_IN_SALES}
_KEPT = {Direction.TO_SALES: Fate.KEPT_TO_SALES, Direction.FROM_SALES: Fate.KEPT_TO_BC}


def fates_of(differing: Sequence[FieldMapping], plan: Plan, mapping: TableMapping, *, waits: bool) -> list[Fate]:
    """What becomes of each of these fields by a plan for the pair; `waits` says that the pair is left alone."""
    if waits or any(isinstance(each, Skip) for each in plan.actions):
        return [Fate.SET_ASIDE] * len(differing)
    written = {
        name: _OVERWRITTEN[each.side] for each in plan.actions if isinstance(each, Modify) for name in each.fields
    }
    undecided = {each.field for each in plan.conflict.fields} if plan.conflict is not None else set()
    flows = {field.name: flow for field, flow in mapping.pairs}
    return [
        written.get(each.name) or (Fate.CONFLICT if each.name in undecided else _kept(each, flows[each.name]))
        for each in differing
    ]


def _kept(field: FieldMapping, flow: Direction) -> Fate:
    return Fate.KEPT if field.only_new else _KEPT.get(flow, Fate.KEPT)


def fate_of_one(plan: Plan, *, waits: bool) -> Fate:
    """What becomes of a record that only one side has."""
    for each in () if waits else plan.actions:
        if isinstance(each, Insert):
            return _CREATED[each.side]
        if isinstance(each, Delete):
            return _DELETED[each.side]
        if isinstance(each, Skip):
            return Fate.SET_ASIDE
    if waits:
        return Fate.SET_ASIDE
    return Fate.CONFLICT if plan.conflict is not None and not plan.actions else Fate.KEPT
