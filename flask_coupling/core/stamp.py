"""Give rows of Sales their company, take it away again, and leave those of other companies alone."""

from __future__ import annotations

from dataclasses import replace
from typing import TypeGuard

from .action import Action, Modify, Skip, Unchanged
from .mapping import TableMapping
from .record import Pair, Record, Values, is_blank
from .side import Side

OTHER_COMPANY = "other_company"
"""The reason for which a row of another company is set aside."""

_NONE: Values = {}


def stamp_of(pair: Pair, mapping: TableMapping) -> Values:
    """What the row of Sales is to be given because it becomes ours, or is: its company, where it carries none."""
    scope, record = mapping.scope, pair.sales
    if scope is None or record is None or not is_blank(record.values.get(scope.column)):
        return _NONE
    if not mapping.stampable.admits(record):
        return _NONE
    return {scope.column: scope.id}


def with_stamp(actions: tuple[Action, ...], pair: Pair, mapping: TableMapping) -> tuple[Action, ...]:
    """The actions for a pair, with the company among what is written to the row of Sales."""
    if mapping.scope is None:
        return actions
    values, record = stamp_of(pair, mapping), pair.sales
    if not values or record is None:
        return actions
    told = [each for each in actions if isinstance(each, Modify) and each.side is Side.SALES]
    if told:
        more = replace(told[0], values={**told[0].values, **values})
        return tuple(more if each is told[0] else each for each in actions)
    others = tuple(each for each in actions if not isinstance(each, Unchanged))
    return (Modify(Side.SALES, record.id, values, record.etag, ()), *others)


def is_stamp(action: Action, mapping: TableMapping) -> bool:
    """Whether an action writes nothing but a row's company."""
    scope = mapping.scope
    return scope is not None and isinstance(action, Modify) and action.values.keys() == {scope.column}


def release(record: Record | None, mapping: TableMapping) -> Modify | None:
    """What takes our company away from a row of Sales that is no longer coupled; None where it does not carry it."""
    scope = mapping.scope
    if scope is None or record is None or not (_is_ours(record, mapping) and mapping.stampable.admits(record)):
        return None
    return Modify(Side.SALES, record.id, {scope.column: None}, record.etag, ())


def released(pair: Pair, mapping: TableMapping) -> tuple[Modify, ...]:
    """The same as actions, none or one."""
    told = release(pair.sales, mapping)
    return () if told is None else (told,)


def skip_foreign(record: Record, side: Side, mapping: TableMapping) -> Skip | None:
    """Why a record may not be touched: it is a row of another company. None where it may."""
    scope = mapping.scope
    if scope is None or side is Side.BC:
        return None
    held = record.values.get(scope.column)
    if is_blank(held) or _is_ours(record, mapping):
        return None
    title = record.values.get(mapping.sales.title) or record.id
    told = (("record", title), ("company", scope.name or scope.id), ("other", held), ("mapping", mapping.name))
    return Skip(OTHER_COMPANY, (*told, ("side", side.value)))


def is_foreign(action: Action | None) -> TypeGuard[Skip]:
    """Whether a record is set aside because it is another company's."""
    return isinstance(action, Skip) and action.reason == OTHER_COMPANY


def _is_ours(record: Record, mapping: TableMapping) -> bool:
    scope = mapping.scope
    held = record.values.get(scope.column) if scope is not None else None
    return scope is not None and isinstance(held, str) and held.casefold() == scope.id.casefold()
