"""The next baseline of a pair: what both services answered, except where something is not carried yet."""

from __future__ import annotations

from collections.abc import Sequence

import orjson

from flask_coupling.core.action import Modify
from flask_coupling.core.mapping import FieldMapping, TableMapping
from flask_coupling.core.record import Pair, Record, Values
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
    pending, get = pending_fields(work), record.values.get
    if not pending:
        return {name: get(name) for name in mapping.remembered(side)}
    mapped = mapping.mapped(side)
    values: dict[str, object] = {name: get(name) for name in mapping.remembered(side) if name not in mapped}
    old = _old_values(work.plan.pair, side)
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


def snapshot_text(record: Record, names: Sequence[str]) -> str:
    """These values of a record as JSON text."""
    get = record.values.get
    return orjson.dumps({name: get(name) for name in names}).decode()


def _name(field: FieldMapping, side: Side) -> str:
    name = field.of(side)
    assert name is not None
    return name


def _old_values(pair: Pair, side: Side) -> Values:
    return pair.baseline.of(side).values if pair.baseline is not None else {}


def text_of(record: Record | None, name: str) -> str:
    """A property as short text for lists; empty when the record or the value is not there."""
    if record is None or not name:
        return ""
    value = record.values.get(name)
    return "" if value is None else str(value)[:255]


LABELS = ("bc_number", "bc_title", "sales_title", "search_text", "bc_reference", "sales_reference")
"""The columns of a coupling row by which people find it and other records refer to it."""


def labels(bc: Record | None, sales: Record | None, mapping: TableMapping) -> tuple[str | None, ...]:
    """What stands in these columns."""
    number, title = text_of(bc, mapping.bc.number)[:100], text_of(bc, mapping.bc.title)
    sales_title = text_of(sales, mapping.sales.title)
    search_text = fold(f"{number} {title}")
    # a name both sides have stands there once: a search that few fit reads this text of every coupling
    if title != sales_title and (other := fold(sales_title)) not in search_text:
        search_text = f"{search_text} {other}"
    if not mapping.reference_keys:
        return number, title, sales_title, search_text, None, None
    bc_key, sales_key = (mapping.reference_keys.get(side, "") for side in Side)
    return number, title, sales_title, search_text, text_of(bc, bc_key) or None, text_of(sales, sales_key) or None


def label_columns(bc: Record | None, sales: Record | None, mapping: TableMapping) -> dict[str, str | None]:
    """The same by the names of the columns."""
    return dict(zip(LABELS, labels(bc, sales, mapping), strict=True))


def fold(text: str) -> str:
    """Text as it is searched for: without case, in every script (databases fold ASCII only, or by their own rules)."""
    return text.casefold().strip()[:620]
