"""Read the Prefer header."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

_PART = re.compile(r"""\s*([\w.\-]+)\s*(?:=\s*("(?:[^"]*)"|[^,;\s]*))?""")


@lru_cache(maxsize=512)
def parse_prefer(header: str) -> dict[str, str]:
    """Return preferences by lower-case name; values without quotes; "" for a preference without value."""
    found: dict[str, str] = {}
    for match in _PART.finditer(header):
        found.setdefault(match.group(1).lower(), (match.group(2) or "").strip('"'))
    return found


def page_size(preferences: Mapping[str, str]) -> int | None:
    """Return odata.maxpagesize when it is a positive number, else None."""
    text = preferences.get("odata.maxpagesize", preferences.get("maxpagesize", ""))
    return int(text) if re.fullmatch(r"\d{1,9}", text, re.ASCII) and int(text) > 0 else None
