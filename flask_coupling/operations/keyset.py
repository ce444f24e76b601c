"""Paging by keyset: the cursor is the sort key of the last row seen, so that no page costs more than the first."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from typing import Any

import orjson
from sqlalchemy import ColumnElement, Select, tuple_

from flask_coupling.errors import InputInvalid
from flask_coupling.globals import current_coupling


def checked_limit(limit: int) -> int:
    """The limit as asked for, between 1 and COUPLING_LIST_LIMIT."""
    return max(1, min(limit, current_coupling.settings.list_limit))


def make_cursor(key: Sequence[Any]) -> str:
    """Opaque text for a sort key of JSON values."""
    return urlsafe_b64encode(orjson.dumps(list(key))).decode().rstrip("=")


def read_cursor(cursor: str | None, types: Sequence[type]) -> tuple[Any, ...] | None:
    """The sort key in a cursor, None for the first page; raises InputInvalid for one we did not make."""
    if not cursor:
        return None
    try:
        key = orjson.loads(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        if [type(part) for part in key] == list(types):
            return tuple(key)
    except (ValueError, TypeError):
        pass
    raise InputInvalid(detail="the cursor is not one of ours", errors={"cursor": ["Start again from the first page."]})


def after(
    query: Select[Any], columns: Sequence[ColumnElement[Any]], key: tuple[Any, ...] | None, *, descending: bool = False
) -> Select[Any]:
    """Order by the columns and go on after the key."""
    query = query.order_by(*(column.desc() if descending else column.asc() for column in columns))
    if key is None:
        return query
    row = tuple_(*columns)
    return query.where(row < key if descending else row > key)
