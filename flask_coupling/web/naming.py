"""Ids in messages told as what they stand for: a link to the record, or the job, that has the id."""

from __future__ import annotations

import re
from collections.abc import Callable

from markupsafe import Markup, escape

from flask_coupling.operations.naming import Named, name_ids

_ID = re.compile(r"\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b", re.IGNORECASE)


def with_names(message: str, connection: str | None, link: Callable[[Named], tuple[str, str]]) -> Markup:
    """A message as HTML, each id that is known replaced by a link; `link` gives its address and its text."""
    ids = {each.lower() for each in _ID.findall(message)}
    known = name_ids(connection, ids) if ids and connection else {}
    told, end = Markup(), 0
    for found in _ID.finditer(message):
        if (named := known.get(found[0].lower())) is not None:
            address, title = link(named)
            told += escape(message[end : found.start()]) + _LINK.format(address, found[0], title)
            end = found.end()
    return told + escape(message[end:])


_LINK = Markup('<a href="{}" title="{}">{}</a>')
