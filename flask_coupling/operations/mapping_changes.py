"""What was changed of table mappings: who, when, what it was before and what it is since."""

from __future__ import annotations

from sqlalchemy import select

from flask_coupling.globals import current_coupling
from flask_coupling.models import MappingChange
from flask_coupling.permissions import require

from .keyset import after, checked_limit, make_cursor, read_cursor
from .setting import find_connection
from .views import MappingChangeView, SettingChange, Slice


def list_mapping_changes(
    connection: str, mapping: str | None = None, *, cursor: str | None = None, limit: int = 50
) -> Slice[MappingChangeView]:
    """Return the edits of one table mapping, or of all, newest first."""
    require("view", connection=connection, mapping=mapping)
    find_connection(connection)
    query = select(MappingChange).where(MappingChange.connection == connection)
    if mapping is not None:
        query = query.where(MappingChange.mapping == mapping)
    query = after(query, [MappingChange.id], read_cursor(cursor, (int,)), descending=True)  # type: ignore[list-item]
    size = checked_limit(limit)
    rows = list(current_coupling.session.scalars(query.limit(size + 1)))
    next_cursor = make_cursor((rows[size - 1].id,)) if len(rows) > size else None
    return Slice(tuple(_show(row) for row in rows[:size]), next_cursor)


def _show(row: MappingChange) -> MappingChangeView:
    declared = current_coupling.mappings.get(row.mapping)
    return MappingChangeView(
        id=row.id,
        mapping=row.mapping,
        caption=(declared.caption if declared else "") or row.mapping,
        version=row.version,
        action=row.action,
        changes=tuple(SettingChange(*each) for each in row.changes),
        requested_by=row.requested_by,
        at=row.at,
    )
