"""Cut the body of a large page into portions of rows: memory holds a portion, as rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import orjson

from .body import Body

PORTION = 1 << 18
"""Bytes of rows that are parsed together: about 350 customers."""

_ROWS, _END, _NEXT_ROW = b'"value":[', b"}]", b'},{"@odata.etag":'

Parse = Callable[[bytes], list[Any]]
"""Parses a JSON list; raises JSONDecodeError."""


def cut(body: Body, parse: Parse, size: int = PORTION) -> tuple[dict[str, Any], Iterator[list[Any]]] | None:
    """The page with its first rows, and the further ones; None for a body that is small, or looks otherwise.

    A portion ends where a row does: anywhere else it is no JSON, and is continued. The quotes of the mark by which a
    row begins cannot stand inside a text.
    """
    begin, end = body.find(_ROWS) + len(_ROWS), body.rfind(_END) + 1
    if len(body) <= size or begin < len(_ROWS) or end <= begin:
        return None
    rows = _portions(body, begin, end, parse, size)
    try:
        page = orjson.loads(body[:begin] + body[end:])
        return {**page, "value": next(rows)}, rows
    except (orjson.JSONDecodeError, TypeError):
        return None


def _portions(body: Body, begin: int, end: int, parse: Parse, size: int) -> Iterator[list[Any]]:
    while begin < end:
        rows, begin = _portion(body, begin, end, parse, size)
        if begin >= end:
            del body  # the last rows may be worked on for a while
            yield rows
            return
        yield rows


def _portion(body: Body, begin: int, end: int, parse: Parse, size: int) -> tuple[list[Any], int]:
    """The rows from `begin` on, and where the next ones begin."""
    place = begin
    while True:
        found = body.find(_NEXT_ROW, place + size, end)
        place = end if found < 0 else found + 1
        try:
            return parse(b"[" + body[begin:place] + b"]"), place + 1
        except orjson.JSONDecodeError:
            if place == end:
                raise
