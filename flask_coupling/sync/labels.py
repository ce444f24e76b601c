"""What a coupling is found by: number, names, the text that is searched, and what other records refer to it by."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TypeAlias

from flask_coupling.core.mapping import TableMapping
from flask_coupling.core.record import Record, Value
from flask_coupling.core.side import Side

Labels: TypeAlias = dict[str, Sequence[str | None]]
"""Columns of coupling rows, of many couplings at once."""


def text_of(record: Record | None, name: str) -> str:
    """A property as short text for lists; empty when the record or the value is not there."""
    return texts_of([record.values.get(name) if record is not None and name else None])[0]


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


def label_columns(ends: Sequence[tuple[Record | None, Record | None]], mapping: TableMapping) -> Labels:
    """The same of many couplings at once; `ends` are the records of both sides."""
    records = {Side.BC: [bc for bc, _ in ends], Side.SALES: [sales for _, sales in ends]}

    def tell(side: Side, name: str) -> list[str]:
        return texts_of(None if each is None else each.values.get(name) for each in records[side])

    return told_labels(len(ends), tell, mapping)


def told_labels(count: int, tell: Callable[[Side, str], list[str]], mapping: TableMapping) -> Labels:
    """The same of `count` couplings, where `tell` gives one property of all records of a side, as text."""

    def told(side: Side, name: str) -> list[str]:
        return tell(side, name) if name else [""] * count

    def references(side: Side) -> Sequence[str | None]:
        name = mapping.reference_keys.get(side, "")
        return [text or None for text in tell(side, name)] if name else [None] * count

    numbers = [text[:_NUMBER_ROOM] for text in told(Side.BC, mapping.bc.number)]
    titles, others = told(Side.BC, mapping.bc.title), told(Side.SALES, mapping.sales.title)
    words = list(map(_search_text, numbers, titles, others))
    return dict(zip(LABELS, (numbers, titles, others, words, *map(references, Side)), strict=True))


_NUMBER_ROOM, _TEXT_ROOM = 100, 255


def _search_text(number: str, title: str, sales_title: str) -> str:
    """A name both sides have stands there once: a search that few fit reads this text of every coupling."""
    text = fold(f"{number} {title}")
    if title != sales_title and (other := fold(sales_title)) not in text:
        return f"{text} {other}"
    return text


def texts_of(values: Iterable[Value]) -> list[str]:
    """Values as short texts; empty where there is none."""
    return ["" if value is None else str(value)[:_TEXT_ROOM] for value in values]


def fold(text: str) -> str:
    """Text as it is searched for: without case, in every script (databases fold ASCII only, or by their own rules)."""
    return text.casefold().strip()[:620]
