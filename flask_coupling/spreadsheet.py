"""Rows as a CSV file that a spreadsheet opens without running anything, written while they are read."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from io import StringIO
from itertools import chain

CSV = "text/csv"

_BYTE_ORDER_MARK = "\ufeff"  # without it Excel reads UTF-8 as the machine's old code page
_STARTS_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")

Page = Sequence[Sequence[str]]


def write_pages(header: Sequence[str], pages: Iterator[Page]) -> Iterator[str]:
    """Return the file's text piece by piece; the first page is read at once, so that its errors are raised here."""
    first = next(pages, ())
    return chain([_BYTE_ORDER_MARK + _text([header])], (_text(page) for page in chain([first], pages)))


def escape_cell(text: str) -> str:
    """Put an apostrophe before what a spreadsheet would take for a formula."""
    return f"'{text}" if text.startswith(_STARTS_FORMULA) else text


def _text(rows: Iterable[Sequence[str]]) -> str:
    lines = StringIO()
    csv.writer(lines).writerows([escape_cell(cell) for cell in row] for row in rows)
    return lines.getvalue()
