"""Decide one field of a pair."""

from __future__ import annotations

from dataclasses import dataclass, replace

from .change import Change, change_of, has_base
from .conflict import FieldConflict, Write
from .mapping import FieldMapping
from .record import Pair, Value, is_blank
from .reference import References, ValueMissingError, agree, spell
from .side import Direction, Side


@dataclass(frozen=True, slots=True)
class FieldPlan:
    """What to do with one field: a value to `send` to side `to`, a `conflict`, or nothing.

    `flow` is the way the field may flow at all. `is_held` says that the field's baseline must stay, because what moved
    is not carried by this plan.
    """

    field: FieldMapping
    flow: Direction
    changes: tuple[Change, ...] = ()
    to: Side = Side.SALES
    send: Write | None = None
    conflict: FieldConflict | None = None
    is_held: bool = False

    @property
    def is_open(self) -> bool:
        """Whether both sides have a say in the field, and one of them has something to tell the other."""
        return self.flow is Direction.BIDIRECTIONAL and (self.is_held or self.send is not None)


def plan_field(
    field: FieldMapping, flow: Direction, pair: Pair, references: References, run: Direction
) -> FieldPlan | None:
    """Decide one field that both sides have; None when there is nothing to do and nothing moved.

    `flow` is the way the field may flow at all, `run` the way this run goes. Raises UnplannableError.
    """
    if not has_base(field, pair):
        return _first(field, flow, pair, references, run)
    in_bc, in_sales = change_of(field, Side.BC, pair), change_of(field, Side.SALES, pair)
    if in_bc is None and in_sales is None:
        return None
    moved = FieldPlan(field, flow, tuple(change for change in (in_bc, in_sales) if change is not None))
    if agree(field, *_values(field, pair), references):
        return moved  # the same edit was made twice, or one that makes no difference over there
    if flow is not Direction.BIDIRECTIONAL:
        return _one_way(moved, _giver(flow), pair, references, run)
    if len(moved.changes) == 1:
        return _carry(moved, moved.changes[0].side, pair, references, run)
    return in_conflict(moved, pair, references, run)


def in_conflict(plan: FieldPlan, pair: Pair, references: References, run: Direction) -> FieldPlan:
    """The same field with nothing sent, both values kept, and a conflict that says what each side would write."""
    field, base = plan.field, pair.baseline
    bc, sales = _values(field, pair)
    conflict = FieldConflict(
        field=field.name,
        base_bc=base.bc.values.get(field.bc or "") if base else None,
        base_sales=base.sales.values.get(field.sales or "") if base else None,
        bc=bc,
        sales=sales,
        to_sales=_write(field, Side.BC, pair, references) if run.allows(Side.BC) else None,
        to_bc=_write(field, Side.SALES, pair, references) if run.allows(Side.SALES) else None,
    )
    return replace(plan, send=None, conflict=conflict, is_held=True)


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
    first = FieldPlan(field, flow)
    if flow is not Direction.BIDIRECTIONAL:
        return _carry(first, _giver(flow), pair, references, run)
    source = pair.source or (None if run is Direction.BIDIRECTIONAL else _giver(run))
    if source is None:
        return in_conflict(first, pair, references, run)
    return _carry(first, source, pair, references, run)


def _one_way(moved: FieldPlan, giver: Side, pair: Pair, references: References, run: Direction) -> FieldPlan:
    """A one-way field never conflicts: when the giver moved its value is sent; a lone edit at the taker stands."""
    if all(change.side is not giver for change in moved.changes):
        return moved
    return _carry(moved, giver, pair, references, run)


def _carry(plan: FieldPlan, source: Side, pair: Pair, references: References, run: Direction) -> FieldPlan:
    if not run.allows(source):
        return replace(plan, is_held=True)
    send = _write(plan.field, source, pair, references)
    if plan.field.not_null and is_blank(send.value):
        return plan
    return replace(plan, to=source.other, send=send)


def _write(field: FieldMapping, source: Side, pair: Pair, references: References) -> Write:
    ours, theirs = _values(field, pair) if source is Side.BC else reversed(_values(field, pair))
    if field.required_from is source and is_blank(ours):
        raise ValueMissingError(field, ours, side=source.value)
    target = field.of(source.other)
    assert target is not None
    return Write(target, spell(field, source, ours, theirs, references))
