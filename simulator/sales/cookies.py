"""Dataverse's paging cookies: written into skip tokens, read back from them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote, unquote
from xml.sax.saxutils import quoteattr, unescape

import orjson

from simulator.odata.manners import Place
from simulator.odata.values import parse_guid

_OUTER = re.compile(r'<cookie pagenumber="(\d{1,9})" pagingcookie="([^"]*)" istracking="(?:False|True)" ?/>')
_PART = re.compile(r"""<([A-Za-z_]\w*) last=("[^"]*"|'[^']*') first=(?:"[^"]*"|'[^']*') />""")


def write_cookie(position: Sequence[tuple[str, Any]], page: int) -> str:
    """Return the cookie of page `page`, which starts behind a position (names and values of the order)."""
    parts = "".join(f"<{name} last={_attribute(value)} first={_attribute(value)} />" for name, value in position)
    inner = f'<cookie page="{page - 1}">{parts}</cookie>'
    twice = quote(quote(inner, safe=""), safe="")
    return f'<cookie pagenumber="{page}" pagingcookie="{twice}" istracking="False" />'


def read_cookie(token: str) -> Place | None:
    """Return the place a cookie holds, or None when it is none of ours."""
    found = _OUTER.fullmatch(token.strip())
    if found is None:
        return None
    inner = unquote(unquote(found.group(2)))
    values = [_value(part.group(2)) for part in _PART.finditer(inner)]
    return Place(tuple(values), int(found.group(1))) if values and _BAD not in values else None


def _attribute(value: Any) -> str:
    if isinstance(value, str) and parse_guid(value):
        return f'"{{{value.upper()}}}"'
    return quoteattr(orjson.dumps(value).decode())


_BAD = object()


def _value(quoted: str) -> Any:
    text = unescape(quoted[1:-1], {"&quot;": '"', "&#10;": "\n", "&#13;": "\r", "&#9;": "\t"})
    if text.startswith("{"):
        return parse_guid(text) or _BAD
    try:
        value = orjson.loads(text)
    except orjson.JSONDecodeError:
        return _BAD
    return value if value is None or isinstance(value, str | int | float) else _BAD
