"""The next baseline of a pair: what both services answered, except where something is not carried yet."""

from __future__ import annotations

from collections.abc import Iterable

import orjson

from flask_coupling.core.action import Modify
from flask_coupling.core.mapping import FieldMapping, TableMapping
from flask_coupling.core.record import Pair, Record, Values, taker
from flask_coupling.core.side import Side

from .work import Work


def pending_fields(work: Work) -> frozenset[str]:
    """The fields whose old base must stay: held by the plan, or part of a write that did not succeed."""
    if not work.errors:
        return work.plan.held
    failed = [
        name
        for action in work.plan.actions
        if isinstance(action, Modify) and action.side in work.errors
        for name in action.fields
    ]
    return work.plan.held | frozenset(failed)


def next_values(work: Work, mapping: TableMapping, side: Side) -> dict[str, object]:
    """The snapshot of one side to remember; a pending field keeps its old value, or stays out if it had none."""
    record = work.final(side)
    assert record is not None
    pending, get, old = pending_fields(work), record.values.get, _old_values(work.plan.pair, side)
    kept: dict[str, object] = {name: old[name] for name in mapping.carried_apart(side) if name in old}
    if not pending:
        return {**{name: get(name) for name in mapping.remembered(side)}, **kept}
    mapped = mapping.mapped(side)
    values: dict[str, object] = {name: get(name) for name in mapping.remembered(side) if name not in mapped}
    values |= kept
    for field, _ in mapping.pairs:
        name = _name(field, side)
        if field.name not in pending:
            values[name] = record.values.get(name)
        elif name in old:
            values[name] = old[name]
    return values


def next_text(work: Work, mapping: TableMapping, side: Side) -> str:
    """The same as JSON text; made once for all that stores it, since a new pair's is stored three times."""
    text = work.texts.get(side)
    if text is None:
        text = work.texts[side] = orjson.dumps(next_values(work, mapping, side)).decode()
    return text


def snapshot_texts(records: Iterable[Record], names: tuple[str, ...]) -> list[str]:
    """These values of each record as JSON text."""
    take, write = taker(names), orjson.dumps
    return [write(dict(zip(names, take(each.values), strict=True))).decode() for each in records]


def _name(field: FieldMapping, side: Side) -> str:
    name = field.of(side)
    assert name is not None
    return name


def _old_values(pair: Pair, side: Side) -> Values:
    return pair.baseline.of(side).values if pair.baseline is not None else {}
