"""The next baseline of a pair: what both services answered, except where something is not carried yet."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

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


def text_of(record: Record | None, name: str) -> str:
    """A property as short text for lists; empty when the record or the value is not there."""
    return _texts([record], name)[0]


LABELS = ("bc_number", "bc_title", "sales_title", "search_text", "bc_reference", "sales_reference")
"""The columns of a coupling row by which people find it and other records refer to it."""


def labels(bc: Record | None, sales: Record | None, mapping: TableMapping) -> dict[str, str | None]:
    """What stands in these columns, in their order."""
    return {name: column[0] for name, column in label_columns([(bc, sales)], mapping).items()}


def unknown_labels(bc: Record, sales: Record, mapping: TableMapping) -> list[str]:
    """Those of these columns that two records do not tell: one taken from its baseline has only what is compared."""
    keys = mapping.reference_keys
    held = {
        "bc_number": (bc, mapping.bc.number),
        "bc_title": (bc, mapping.bc.title),
        "sales_title": (sales, mapping.sales.title),
        "bc_reference": (bc, keys.get(Side.BC, "")),
        "sales_reference": (sales, keys.get(Side.SALES, "")),
    }
    unknown = [name for name, (record, property) in held.items() if property and property not in record.values]
    return [*unknown, "search_text"] if {"bc_number", "bc_title", "sales_title"} & set(unknown) else unknown


def label_columns(
    ends: Sequence[tuple[Record | None, Record | None]], mapping: TableMapping
) -> dict[str, Sequence[str | None]]:
    """The same of many couplings at once; `ends` are the records of both sides."""
    bc, sales = [each for each, _ in ends], [each for _, each in ends]
    numbers = [text[:_NUMBER_ROOM] for text in _texts(bc, mapping.bc.number)]
    titles, others = _texts(bc, mapping.bc.title), _texts(sales, mapping.sales.title)
    words = list(map(_search_text, numbers, titles, others))
    keys = mapping.reference_keys
    references = [_references(rows, keys.get(side, "")) for side, rows in ((Side.BC, bc), (Side.SALES, sales))]
    return dict(zip(LABELS, (numbers, titles, others, words, *references), strict=True))


_NUMBER_ROOM, _TEXT_ROOM = 100, 255


def _search_text(number: str, title: str, sales_title: str) -> str:
    """A name both sides have stands there once: a search that few fit reads this text of every coupling."""
    text = fold(f"{number} {title}")
    if title != sales_title and (other := fold(sales_title)) not in text:
        return f"{text} {other}"
    return text


def _texts(records: Sequence[Record | None], name: str) -> list[str]:
    if not name:
        return [""] * len(records)
    values = [None if each is None else each.values.get(name) for each in records]
    return ["" if value is None else str(value)[:_TEXT_ROOM] for value in values]


def _references(records: Sequence[Record | None], name: str) -> Sequence[str | None]:
    if not name:
        return [None] * len(records)
    return [text or None for text in _texts(records, name)]


def fold(text: str) -> str:
    """Text as it is searched for: without case, in every script (databases fold ASCII only, or by their own rules)."""
    return text.casefold().strip()[:620]
