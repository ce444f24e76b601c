"""What was written, and taking it back: one write, one record, or a whole job."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from flask_coupling.core.record import is_blank
from flask_coupling.core.side import Side
from flask_coupling.errors import InputInvalid, UndoImpossible
from flask_coupling.globals import current_coupling
from flask_coupling.models import HistoryEntry, JobKind
from flask_coupling.permissions import require
from flask_coupling.sync.history import fields_of

from .jobs import find_job
from .keyset import after, checked_limit, make_cursor, read_cursor
from .setting import enabled_connection, find_mapping, parse_side
from .synchronization import start
from .views import HistoryView, JobView, Slice

MOST_UNDONE = 500
"""Writes one request may take back by name; a job's are taken back all together."""


def record_history(
    connection: str, mapping: str, side: str, id: str, *, cursor: str | None = None, limit: int = 50
) -> Slice[HistoryView]:
    """Return what was written to a record and its partners, newest first."""
    require("view", connection=connection, mapping=mapping)
    enabled_connection(connection)
    find_mapping(connection, mapping)
    column = HistoryEntry.bc_id if parse_side(side) is Side.BC else HistoryEntry.sales_id
    query = select(HistoryEntry).where(
        HistoryEntry.connection == connection, HistoryEntry.mapping == mapping, column == id
    )
    return _page(query, cursor, limit)


def job_history(connection: str, job_id: str, *, cursor: str | None = None, limit: int = 50) -> Slice[HistoryView]:
    """Return what a run wrote, newest first."""
    require("view", connection=connection)
    find_job(connection, job_id)
    return _page(select(HistoryEntry).where(HistoryEntry.job_id == job_id), cursor, limit)


def _page(query: Any, cursor: str | None, limit: int) -> Slice[HistoryView]:
    query = after(query, [HistoryEntry.id], read_cursor(cursor, (int,)), descending=True)  # type: ignore[list-item]
    size = checked_limit(limit)
    rows = list(current_coupling.session.scalars(query.limit(size + 1)))
    next_cursor = make_cursor((rows[size - 1].id,)) if len(rows) > size else None
    return Slice(tuple(_show(row) for row in rows[:size]), next_cursor)


def _show(row: HistoryEntry) -> HistoryView:
    return HistoryView(
        id=row.id,
        mapping=row.mapping,
        job_id=row.job_id,
        bc_id=row.bc_id,
        sales_id=row.sales_id,
        side=row.side,
        action=row.action,
        fields=tuple(each for each in fields_of(row.action, row.fields) if not all(map(is_blank, each[1:]))),
        reason=row.reason,
        requested_by=row.requested_by,
        at=row.at,
        undone_by=row.undone_by,
    )


def undo_entries(connection: str, ids: Sequence[int]) -> JobView:
    """Take back these writes; returns the finished run for one, the job for several.

    What was changed again since is left as it is and reported by name (edited_since). Raises UndoImpossible when none
    of them can be taken back any more.
    """
    require("synchronize", connection=connection)
    enabled_connection(connection)
    wanted = set(ids)
    if len(wanted) > MOST_UNDONE:
        detail = f"at most {MOST_UNDONE} writes can be taken back at once"
        raise InputInvalid(detail=detail, errors={"ids": [detail]})
    query = select(HistoryEntry.id, HistoryEntry.mapping).where(
        HistoryEntry.connection == connection, HistoryEntry.id.in_(wanted)
    )
    return _start(connection, query, "it was undone already, or never happened", inline=len(wanted) == 1)


def undo_job(connection: str, job_id: str) -> JobView:
    """Take back all that a run wrote, record by record, in a job."""
    require("synchronize", connection=connection)
    enabled_connection(connection)
    find_job(connection, job_id)
    query = select(HistoryEntry.id, HistoryEntry.mapping).where(HistoryEntry.job_id == job_id)
    return _start(connection, query, "the job wrote nothing, or was undone already", inline=False)


def _start(connection: str, query: Any, nothing: str, *, inline: bool) -> JobView:
    rows = current_coupling.session.execute(query.where(HistoryEntry.undone_by.is_(None))).all()
    if not rows:
        raise UndoImpossible(detail=nothing)
    names = {row.mapping for row in rows}
    if len(names) > 1:  # a document's writes and those of its lines are taken back together
        names = {find_mapping(connection, name).parent or name for name in names}
    if len(names) > 1:
        detail = "the writes belong to several table mappings"
        raise InputInvalid(detail=detail, errors={"ids": [detail]})
    mapping = find_mapping(connection, names.pop())
    if len(rows) == 1 and mapping.scope is not None:
        entry = current_coupling.session.get(HistoryEntry, rows[0].id)
        if entry is not None and (entry.fields or {}).keys() == {mapping.scope.column}:
            raise UndoImpossible(detail="the company of a coupled record")
    payload = {"undo": [row.id for row in rows], "resolution": None}
    return start(connection, mapping.name, JobKind.SYNCHRONIZATION, mapping.direction.value, payload, inline=inline)
