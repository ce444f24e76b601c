"""What waits for a person as one inbox: causes with their counts, put off until a day, and notes on them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import CursorResult, case, func, select, update

from flask_coupling.core.conflict import ConflictKind
from flask_coupling.errors import InputInvalid
from flask_coupling.globals import current_coupling
from flask_coupling.models import ConflictEntry, Coupling, FailedRecord
from flask_coupling.permissions import principal, require
from flask_coupling.sync.link import chunks

from .setting import enabled_connection
from .views import Cause, Problem

LONGEST_NOTE = 2000
MOST_IDS = 1000

CONFLICT_CODES = {ConflictKind.UPDATE: "update_conflict", ConflictKind.DELETION: "deletion_conflict"}


def list_causes(connection: str, mapping: str | None = None) -> list[Cause]:
    """Return what waits, by table mapping and cause: conflicts first, then failed records, the most frequent first."""
    require("view", connection=connection, mapping=mapping)
    enabled_connection(connection)
    return [*_conflicts(connection, mapping), *_failures(connection, mapping)]


def _conflicts(connection: str, mapping: str | None) -> list[Cause]:
    row = ConflictEntry
    query = (
        select(row.mapping, row.kind, func.count(), _snoozed(row), func.min(row.coupling_id))
        .where(row.connection == connection, row.closed_at.is_(None))
        .group_by(row.mapping, row.kind)
        .order_by(func.count().desc(), row.mapping, row.kind)
    )
    if mapping is not None:
        query = query.where(row.mapping == mapping)
    rows = current_coupling.session.execute(query).all()
    ids = [each[4] for each in rows]
    told = {each.id: each for each in current_coupling.session.scalars(select(Coupling).where(Coupling.id.in_(ids)))}
    return [
        Cause("conflict", name, CONFLICT_CODES[ConflictKind(kind)], None, _told(told.get(id), kind), count, snoozed, 0)
        for name, kind, count, snoozed, id in rows
    ]


def _told(coupling: Coupling | None, kind: str) -> Problem:
    return Problem(
        CONFLICT_CODES[ConflictKind(kind)], (coupling.error_message if coupling is not None else "") or "", ""
    )


def _failures(connection: str, mapping: str | None) -> list[Cause]:
    row = FailedRecord
    skipped = func.sum(case((row.skipped, 1), else_=0))
    query = (
        select(row.mapping, row.code, row.error_class, func.count(), _snoozed(row), skipped, func.min(row.id))
        .where(row.connection == connection)
        .group_by(row.mapping, row.code, row.error_class)
        .order_by(func.count().desc(), row.mapping, row.code)
    )
    if mapping is not None:
        query = query.where(row.mapping == mapping)
    rows = current_coupling.session.execute(query).all()
    first = {
        each.id: each
        for each in current_coupling.session.scalars(select(row).where(row.id.in_([each[6] for each in rows])))
    }
    return [
        Cause("failure", name, code, kind, _problem(first[id]), count, snoozed, aside)
        for name, code, kind, count, snoozed, aside, id in rows
    ]


def _problem(row: FailedRecord) -> Problem:
    return Problem(row.code, row.message, row.hint, row.facts or {})


def _snoozed(row: Any) -> Any:
    return func.sum(case((row.snoozed_until > current_coupling.clock(), 1), else_=0))


def snooze(
    connection: str, until: datetime | None, *, conflicts: Sequence[int] = (), failures: Sequence[int] = ()
) -> int:
    """Do not show these until then (None: show them again at once); returns how many there are.

    They are tried all the same, and leave the inbox when they heal; a conflict whose values change is shown at once.
    """
    if until is not None and until <= current_coupling.clock():
        raise InputInvalid(detail="that moment is past", errors={"until": ["Choose a moment to come."]})
    return _set(connection, {"snoozed_until": until}, conflicts, failures)


def annotate(connection: str, note: str, *, conflicts: Sequence[int] = (), failures: Sequence[int] = ()) -> int:
    """Write a note on these, instead of the one they have; empty text takes it off. Returns how many there are."""
    note = note.strip()
    if len(note) > LONGEST_NOTE:
        detail = f"a note has at most {LONGEST_NOTE} characters"
        raise InputInvalid(detail=detail, errors={"note": [detail]})
    return _set(connection, {"note": note, "noted_by": principal() if note else ""}, conflicts, failures)


def _set(connection: str, values: dict[str, Any], conflicts: Sequence[int], failures: Sequence[int]) -> int:
    require("synchronize", connection=connection)
    enabled_connection(connection)
    if not conflicts and not failures:
        raise InputInvalid(detail="nothing is selected", errors={"ids": ["Select at least one."]})
    if len(conflicts) + len(failures) > MOST_IDS:
        raise InputInvalid(detail=f"at most {MOST_IDS} at once", errors={"ids": ["Select fewer."]})
    count = 0
    for row, ids in ((ConflictEntry, conflicts), (FailedRecord, failures)):
        for part in chunks(list(dict.fromkeys(ids))):
            statement = update(row).where(row.connection == connection, row.id.in_(part)).values(values)
            done = current_coupling.session.execute(statement.execution_options(synchronize_session=False))
            count += done.rowcount if isinstance(done, CursorResult) else 0
    current_coupling.session.commit()
    return count
