"""The way back through a list read in parts: the cursors of the pages before this one travel in the address."""

from __future__ import annotations

import json
import zlib
from base64 import urlsafe_b64decode, urlsafe_b64encode

from flask import request

from .here import here

LONGEST = 1500
"""Characters the way back may take; servers refuse addresses of more than a few thousand. Older pages are dropped."""

_MOST_BYTES = 100_000


def next_page(cursor: str | None) -> str | None:
    """The address of the page that begins at `cursor`; None without one."""
    if cursor is None:
        return None
    trail = [*_trail(), request.args.get("cursor", "")]
    while len(packed := _pack(trail)) > LONGEST:
        trail = trail[1:]
    return here(cursor=cursor, back=packed)


def previous_page() -> str | None:
    """The address of the page before this one; None where the way back is not known (any more)."""
    trail = _trail()
    if not trail:
        return None
    return here(cursor=trail[-1] or None, back=_pack(trail[:-1]) if trail[1:] else None)


def _pack(trail: list[str]) -> str:
    return urlsafe_b64encode(zlib.compress(json.dumps(trail).encode(), 9)).decode().rstrip("=")


def _trail() -> list[str]:
    """The cursors of the pages before; empty for what we did not write."""
    told = request.args.get("back", "")[: 2 * LONGEST]
    try:
        raw = zlib.decompressobj().decompress(urlsafe_b64decode(told + "=" * (-len(told) % 4)), _MOST_BYTES)
        trail = json.loads(raw) if raw else []
    except (ValueError, zlib.error):
        return []
    return trail if isinstance(trail, list) and all(isinstance(each, str) for each in trail) else []
