"""Failed records: what failed and why, grouped by cause, and trying again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import CursorResult, case, false, func, or_, select, update

from flask_coupling.errors import InputInvalid, JobRunningConflictError
from flask_coupling.globals import current_coupling
from flask_coupling.models import FailedRecord, FailureClass
from flask_coupling.permissions import require
from flask_coupling.sync.link import chunks

from .jobs import find_job
from .keyset import after, checked_limit, make_cursor, read_cursor
from .setting import by_snooze, enabled_connection
from .show import show_job
from .synchronization import synchronize
from .views import FailureGroup, FailureView, JobView, Problem, Retried, Slice


def list_failures(
    connection: str,
    mapping: str | None = None,
    *,
    code: str | None = None,
    skipped: bool | None = None,
    snoozed: bool | None = None,
    cursor: str | None = None,
    limit: int = 50,
) -> Slice[FailureView]:
    """Return failed records, coupled or not, in the order they first failed; `snoozed` ones are put off for now."""
    require("view", connection=connection, mapping=mapping)
    enabled_connection(connection)
    query = _chosen(select(FailedRecord), connection, mapping, code, skipped)
    query = by_snooze(query, FailedRecord.snoozed_until, snoozed)
    query = after(query, [FailedRecord.id], read_cursor(cursor, (int,)))  # type: ignore[list-item]
    size = checked_limit(limit)
    rows = list(current_coupling.session.scalars(query.limit(size + 1)))
    next_cursor = make_cursor((rows[size - 1].id,)) if len(rows) > size else None
    return Slice(tuple(_show(row) for row in rows[:size]), next_cursor)


def failures_of(connection: str, mapping: str, ends: Mapping[str, str]) -> list[FailureView]:
    """Return the failures of the records with these ids by side; a record has one at most."""
    require("view", connection=connection, mapping=mapping)
    enabled_connection(connection)
    row = FailedRecord
    ids = [(row.side == side) & (row.record_id == id) for side, id in ends.items()]
    query = select(row).where(row.connection == connection, row.mapping == mapping, or_(false(), *ids))
    return [_show(each) for each in current_coupling.session.scalars(query.order_by(row.id))]


def _chosen(query: Any, connection: str, mapping: str | None, code: str | None, skipped: bool | None) -> Any:
    query = query.where(FailedRecord.connection == connection)
    for column, wanted in ((FailedRecord.mapping, mapping), (FailedRecord.code, code), (FailedRecord.skipped, skipped)):
        if wanted is not None:
            query = query.where(column == wanted)
    return query


def _show(row: FailedRecord) -> FailureView:
    return FailureView(
        id=row.id,
        mapping=row.mapping,
        side=row.side,
        record_id=row.record_id,
        coupling_id=row.coupling_id,
        title=row.title,
        error_class=row.error_class,
        problem=Problem(row.code, row.message, row.hint, row.facts or {}),
        attempts=row.attempts,
        skipped=row.skipped,
        next_try_at=row.next_try_at,
        first_failed_at=row.first_failed_at,
        last_failed_at=row.last_failed_at,
        job_id=row.job_id,
        snoozed_until=row.snoozed_until,
        note=row.note,
        noted_by=row.noted_by,
    )


def failure_groups(connection: str) -> list[FailureGroup]:
    """Return the failed records grouped by table mapping and cause, the largest group first."""
    require("view", connection=connection)
    enabled_connection(connection)
    row = FailedRecord
    query = (
        select(
            row.mapping,
            row.code,
            row.error_class,
            func.min(row.message),
            func.min(row.hint),
            func.count(),
            func.sum(case((row.skipped, 1), else_=0)),
        )
        .where(row.connection == connection)
        .group_by(row.mapping, row.code, row.error_class)
        .order_by(func.count().desc(), row.mapping, row.code)
    )
    return [FailureGroup(*each) for each in current_coupling.session.execute(query)]


def retry(connection: str, ids: Sequence[int]) -> int:
    """Let the next run try these failed records again, whatever they wait for; returns how many there are."""
    require("synchronize", connection=connection)
    enabled_connection(connection)
    return _retry([(FailedRecord.connection == connection, *each) for each in _of_ids(ids)])


def retry_now(connection: str, ids: Sequence[int]) -> Retried:
    """As `retry`, and start a run of each table mapping concerned, or name the one that is under way."""
    require("synchronize", connection=connection)
    enabled_connection(connection)
    return _retry_now(connection, [(FailedRecord.connection == connection, *each) for each in _of_ids(ids)])


def _of_ids(ids: Sequence[int]) -> list[tuple[Any, ...]]:
    if not ids:
        raise InputInvalid(detail="no records are selected", errors={"ids": ["Select at least one record."]})
    return [(FailedRecord.id.in_(part),) for part in chunks(list(dict.fromkeys(ids)))]


def retry_all(
    connection: str,
    mapping: str | None = None,
    *,
    code: str | None = None,
    error_class: str | None = None,
    skipped: bool | None = None,
) -> int:
    """Let the next run try all failed records again that fit; returns how many there are."""
    return _retry([_fitting(connection, mapping, code, error_class, skipped)])


def retry_all_now(
    connection: str,
    mapping: str | None = None,
    *,
    code: str | None = None,
    error_class: str | None = None,
    skipped: bool | None = None,
) -> Retried:
    """As `retry_all`, and start a run of each table mapping concerned, or name the one that is under way."""
    return _retry_now(connection, [_fitting(connection, mapping, code, error_class, skipped)])


def _fitting(
    connection: str, mapping: str | None, code: str | None, error_class: str | None, skipped: bool | None
) -> tuple[Any, ...]:
    require("synchronize", connection=connection, mapping=mapping)
    enabled_connection(connection)
    if error_class is not None and error_class not in list(FailureClass):
        detail = f"{error_class!r} is not an error class; it is one of {', '.join(FailureClass)}"
        raise InputInvalid(detail=detail, errors={"error_class": [detail]})
    row = FailedRecord
    wanted = {row.mapping: mapping, row.code: code, row.error_class: error_class, row.skipped: skipped}
    conditions = [column == value for column, value in wanted.items() if value is not None]
    return (FailedRecord.connection == connection, *conditions)


def _retry(groups: Sequence[tuple[Any, ...]]) -> int:
    count = sum(_wake(*conditions) for conditions in groups)
    current_coupling.session.commit()
    return count


def _retry_now(connection: str, groups: Sequence[tuple[Any, ...]]) -> Retried:
    names: dict[str, None] = {}
    for conditions in groups:
        query = select(FailedRecord.mapping).where(*conditions).distinct().order_by(FailedRecord.mapping)
        names.update(dict.fromkeys(current_coupling.session.scalars(query)))
    return Retried(_retry(groups), tuple(_start(connection, name) for name in names))


def _start(connection: str, mapping: str) -> JobView:
    try:
        return synchronize(connection, mapping)
    except JobRunningConflictError as error:
        return show_job(find_job(connection, error.facts["id"]), current_coupling.clock())


def _wake(*conditions: Any) -> int:
    """An etag that no record has makes the record count as changed, so that nothing keeps it from being tried."""
    fresh = {"skipped": False, "next_try_at": None, "repeats": 0, "etag": ""}
    statement = update(FailedRecord).where(*conditions).values(fresh)
    result = current_coupling.session.execute(statement.execution_options(synchronize_session=False))
    return result.rowcount if isinstance(result, CursorResult) else 0
