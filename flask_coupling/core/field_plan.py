"""Decide one field of a pair."""

from __future__ import annotations

from dataclasses import dataclass

from .change import Change, change_of, has_base
from .conflict import FieldConflict, Write
from .mapping import FieldMapping
from .record import Pair, Value
from .reference import References, agree, translate
from .side import Direction, Side


@dataclass(frozen=True, slots=True)
class FieldPlan:
    """What to do with one field: a value to `send` to side `to`, a `conflict`, or nothing.

    `is_held` says that the field's baseline must stay, because what moved is not carried by this plan.
    """

    name: str
    changes: tuple[Change, ...] = ()
    to: Side = Side.SALES
    send: Write | None = None
    conflict: FieldConflict | None = None
    is_held: bool = False


def plan_field(
    field: FieldMapping, flow: Direction, pair: Pair, references: References, run: Direction
) -> FieldPlan | None:
    """Decide one field that both sides have; None when there is nothing to do and nothing moved.

    `flow` is the way the field may flow at all, `run` the way this run goes. Raises MissingReferenceError.
    """
    if not has_base(field, pair):
        return _first(field, flow, pair, references, run)
    in_bc, in_sales = change_of(field, Side.BC, pair), change_of(field, Side.SALES, pair)
    if in_bc is None and in_sales is None:
        return None
    moved = tuple(change for change in (in_bc, in_sales) if change is not None)
    if flow is not Direction.BIDIRECTIONAL:
        return _one_way(field, _giver(flow), moved, pair, references, run)
    if len(moved) == 1:
        return _carry(field, moved[0].side, moved, pair, references, run)
    if agree(field, *_values(field, pair), references):
        return FieldPlan(field.name, moved)  # the same edit was made twice
    return _conflict(field, moved, pair, references)


def _giver(flow: Direction) -> Side:
    return Side.BC if flow is Direction.TO_SALES else Side.SALES


def _values(field: FieldMapping, pair: Pair) -> tuple[Value, Value]:
    assert field.bc is not None and field.sales is not None and pair.bc is not None and pair.sales is not None
    return pair.bc.values.get(field.bc), pair.sales.values.get(field.sales)


def _first(
    field: FieldMapping, flow: Direction, pair: Pair, references: References, run: Direction
) -> FieldPlan | None:
    """A field the pair never agreed on: take the side chosen, the only way it flows, or ask."""
    if agree(field, *_values(field, pair), references):
        return None
    if flow is not Direction.BIDIRECTIONAL:
        return _carry(field, _giver(flow), (), pair, references, run)
    source = pair.source or (None if run is Direction.BIDIRECTIONAL else _giver(run))
    if source is None:
        return _conflict(field, (), pair, references)
    return _carry(field, source, (), pair, references, run)


def _one_way(
    field: FieldMapping, giver: Side, moved: tuple[Change, ...], pair: Pair, references: References, run: Direction
) -> FieldPlan:
    """A one-way field never conflicts: when the giver moved its value is sent; a lone edit at the taker stands."""
    if all(change.side is not giver for change in moved) or agree(field, *_values(field, pair), references):
        return FieldPlan(field.name, moved)
    return _carry(field, giver, moved, pair, references, run)


def _carry(
    field: FieldMapping, source: Side, moved: tuple[Change, ...], pair: Pair, references: References, run: Direction
) -> FieldPlan:
    if not run.allows(source):
        return FieldPlan(field.name, moved, is_held=True)
    return FieldPlan(field.name, moved, source.other, _write(field, source, pair, references))


def _write(field: FieldMapping, source: Side, pair: Pair, references: References) -> Write:
    ours, theirs = _values(field, pair) if source is Side.BC else reversed(_values(field, pair))
    target = field.of(source.other)
    assert target is not None
    value = translate(field, source, ours, references)
    if source is Side.SALES and value is None:
        value = _blank_like(theirs)
    return Write(target, value)


def _blank_like(present: Value) -> Value:
    """Business Central has no nulls: the blank of a number is 0, of a Boolean false, of all else empty text."""
    if isinstance(present, bool):
        return False
    return "" if isinstance(present, str) or present is None else 0


def _conflict(field: FieldMapping, moved: tuple[Change, ...], pair: Pair, references: References) -> FieldPlan:
    bc, sales = _values(field, pair)
    base_bc = pair.baseline.bc.values.get(field.bc or "") if pair.baseline else None
    base_sales = pair.baseline.sales.values.get(field.sales or "") if pair.baseline else None
    to_sales, to_bc = _write(field, Side.BC, pair, references), _write(field, Side.SALES, pair, references)
    found = FieldConflict(field.name, base_bc, base_sales, bc, sales, to_sales, to_bc)
    return FieldPlan(field.name, moved, conflict=found, is_held=True)
