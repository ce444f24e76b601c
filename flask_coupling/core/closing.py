"""A document's plan in two parts: what is written before its lines, and what after them; no I/O."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal

from .action import Action, Insert, Modify, Unchanged
from .mapping import TableMapping
from .plan import Plan
from .record import Record, Value, Values
from .side import Side, direction_from
from .stamp import is_stamp


def defer_closing(plan: Plan, mapping: TableMapping) -> Plan:
    """The plan without the fields that are written last; it holds those it would have written."""
    closing = {side: _properties(mapping, side) for side in Side}
    actions, held = list[Action](), set[str]()
    for action in plan.actions:
        if not isinstance(action, Insert | Modify) or not action.values.keys() & closing[action.side]:
            actions.append(action)
            continue
        held.update(name for name in mapping.closing if mapping.field(name).of(action.side) in action.values)
        values = {name: value for name, value in action.values.items() if name not in closing[action.side]}
        if isinstance(action, Insert):
            actions.append(replace(action, values=values))
        elif values:
            fields = tuple(name for name in action.fields if name not in mapping.closing)
            actions.append(replace(action, values=values, fields=fields))
    if not held:
        return plan
    return replace(plan, actions=tuple(actions) or (Unchanged(),), held=plan.held | held)


def hold_returning(plan: Plan, mapping: TableMapping) -> Plan:
    """The plan that keeps the old baseline of what a written record tells back: numbers and amounts its service makes.

    Looked at once more, the pair then brings these fields over.
    """
    told = (each for each in plan.actions if isinstance(each, Insert | Modify) and not is_stamp(each, mapping))
    written = {action.side for action in told}
    returning = {each.name for each, flow in mapping.pairs for side in written if flow is direction_from(side)}
    return replace(plan, held=plan.held | returning) if returning else plan


def closing_constants(mapping: TableMapping, side: Side) -> dict[str, Value]:
    """What is written last to every document that was created on a side, whatever its partner says."""
    fields = [each for each in mapping.enabled_fields if each.name in mapping.closing]
    return {each.of(side) or "": each.constant for each in fields if not each.is_pair and each.of(side)}


def with_values(plan: Plan, side: Side, values: Values) -> Plan:
    """The plan that also writes these values to the record of a side, as far as it does not hold them yet."""
    record = plan.pair.of(side)
    wanted = {name: value for name, value in values.items() if record and record.values.get(name) != value}
    if record is None or not wanted:
        return plan
    others = [each for each in plan.actions if not isinstance(each, Unchanged)]
    for place, action in enumerate(others):
        if isinstance(action, Modify) and action.side is side:
            others[place] = replace(action, values={**action.values, **wanted})
            return replace(plan, actions=tuple(others))
    return replace(plan, actions=(*others, Modify(side, record.id, wanted, record.etag, ())))


def differing_totals(mapping: TableMapping, bc: Record, sales: Record) -> tuple[Decimal, Decimal] | None:
    """The first total in which two documents differ, as (Business Central, Sales); None when all are equal."""
    for ours, theirs in mapping.totals:
        both = _money(bc.values.get(ours)), _money(sales.values.get(theirs))
        if both[0] != both[1]:
            return both
    return None


def tells_totals(mapping: TableMapping, bc: Record | None, sales: Record | None) -> bool:
    """Whether both documents were read with their totals; one taken from its baseline does not tell them."""
    ends = ((bc, 0), (sales, 1))
    return all(record is None or all(both[place] in record.values for both in mapping.totals) for record, place in ends)


def _money(value: Value) -> Decimal:
    return Decimal(str(value or 0))


def _properties(mapping: TableMapping, side: Side) -> frozenset[str]:
    names: Iterable[str | None] = (mapping.field(name).of(side) for name in mapping.closing)
    return frozenset(name for name in names if name)
