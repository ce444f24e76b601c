"""Failed records: which are tried again and when, which are set aside, and when they are over."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session, scoped_session

from flask_coupling.core.action import Skip
from flask_coupling.core.side import Side
from flask_coupling.errors import CouplingError, MatchAmbiguous, MatchContested, MatchRemoved, MatchTaken, ServiceError
from flask_coupling.models import FailedRecord, FailureClass, table_of

from .bulk import insert_rows, update_rows
from .link import chunks
from .work import Work

failed = table_of(FailedRecord)

AnySession = Session | scoped_session[Session]

PATIENCE = 2
"""Identical permanent failures in a row after which a record is set aside (BC-165)."""

FIRST_WAIT, LONGEST_WAIT = timedelta(minutes=1), timedelta(hours=6)

_DOUBTFUL = (MatchAmbiguous.code, MatchContested.code, MatchRemoved.code, MatchTaken.code)
"""Only a person can tell: set aside at once, and whatever happens to the record."""

_WAITING = ("already_coupled", "reference_missing", "outside_filter", "create_unanswered", "service_throttled")


@dataclass(frozen=True, slots=True)
class Failure:
    """The light part of a failed record's row."""

    id: int
    side: Side
    record_id: str
    etag: str
    coupling_id: int | None
    attempts: int
    repeats: int
    code: str
    message: str
    skipped: bool
    next_try_at: datetime | None

    def blocks(self, etag: str, now: datetime) -> bool:
        """Whether the record is not to be tried now: set aside or too early, and not changed since."""
        if self.code in _DOUBTFUL:
            return self.skipped
        if etag != self.etag:
            return False
        return self.skipped or (self.next_try_at is not None and self.next_try_at > now)


@dataclass(frozen=True, slots=True)
class Failures:
    """All failed records of a table mapping, as they were when a run began."""

    by_record: Mapping[tuple[Side, str], Failure]

    def of(self, side: Side, record_id: str) -> Failure | None:
        """The failure of a record, or None."""
        return self.by_record.get((side, record_id))

    def uncoupled(self, side: Side) -> list[Failure]:
        """The failed records of one side that have no partner."""
        return [each for each in self.by_record.values() if each.side is side and each.coupling_id is None]


def load_failures(session: AnySession, key: Mapping[str, str]) -> Failures:
    """Read the failed records of a table mapping."""
    names = list(Failure.__dataclass_fields__)
    query = select(*(failed.c[name] for name in names)).where(*_of(key)).order_by(failed.c.id)
    rows = [Failure(**{**row._mapping, "side": Side(row.side)}) for row in session.execute(query)]
    return Failures({(row.side, row.record_id): row for row in rows})


def record_failures(
    session: AnySession,
    key: Mapping[str, str],
    works: Sequence[tuple[Work, Mapping[str, Any] | None]],
    now: datetime,
) -> None:
    """Note which records failed in which direction (each work comes with its error row), forget those that did not.

    A conflict is no failure: it has a row of its own. A record nothing was planned for (it is coupled already, or is
    not there) is left alone.
    """
    if not any(row for _, row in works) and not _has_any(session, key):
        return
    told: dict[tuple[Side, str], tuple[Work, Mapping[str, Any]]] = {}
    cured: dict[Side, list[str]] = {side: [] for side in Side}
    for work, row in works:
        failing = _failing_sides(work)
        for side, id in _ends(work):
            if side in failing and row is not None:
                told[(side, id)] = (work, row)
            elif not work.blocked and not work.is_open:
                cured[side].append(id)
    known = _known(session, key, [*told, *((side, id) for side in Side for id in cured[side])])
    for side in Side:
        forget_failures(session, key, side, [id for id in cured[side] if (side, id) in known])
    insert_rows(session, failed, [_new_row(key, end, *told[end], now) for end in told if end not in known])
    update_rows(session, failed, [_next_row(known[end], end[0], *told[end], now) for end in told if end in known])


def cure(session: AnySession, key: Mapping[str, str], side: Side, ids: Sequence[str]) -> None:
    """Forget what was noted of these records of one side: they are synchronized."""
    if _has_any(session, key):
        forget_failures(session, key, side, ids)


def _ends(work: Work) -> Iterable[tuple[Side, str]]:
    """The records of a work: both ends of a pair, the one end of a stranger that a partner was planned for."""
    if work.link is None and not work.plan.actions:
        return
    for side in Side:
        record = work.plan.pair.of(side)
        if record is not None:
            yield side, record.id


def _failing_sides(work: Work) -> set[Side]:
    """The sides whose data did not get across."""
    sides = {side.other for side in work.errors}
    if work.problem is not None:
        sides |= {side for side, _ in _ends(work)}
    for action in work.plan.actions:
        if isinstance(action, Skip):
            named = dict(action.facts).get("side")
            sides |= {Side(named)} if named else {side for side, _ in _ends(work)}
    return sides


def error_of(work: Work, side: Side) -> CouplingError | None:
    """The error that keeps the data of `side` from getting across."""
    return work.errors.get(side.other) or work.problem


def class_of(error: CouplingError | None, code: str) -> FailureClass:
    """What may help against an error."""
    if code in _WAITING:
        return FailureClass.WAITING
    if isinstance(error, ServiceError) or (error is not None and error.retry_after is not None):
        return FailureClass.TRANSIENT
    return FailureClass.PERMANENT


def next_try(kind: FailureClass, attempts: int, error: CouplingError | None, now: datetime) -> datetime | None:
    """When a transient failure is tried again: at first after a minute, then twice as long each time."""
    if kind is not FailureClass.TRANSIENT:
        return None
    wait: timedelta = min(FIRST_WAIT * (1 << min(attempts - 1, 16)), LONGEST_WAIT)
    asked = timedelta(seconds=error.retry_after) if error is not None and error.retry_after else timedelta()
    return now + max(wait, asked)


def _new_row(
    key: Mapping[str, str], end: tuple[Side, str], work: Work, row: Mapping[str, Any], now: datetime
) -> dict[str, Any]:
    side, id = end
    kind = class_of(error_of(work, side), row["code"])
    return {
        **key,
        "side": side.value,
        "record_id": id,
        "coupling_id": work.link.id if work.link is not None else None,
        "attempts": 1,
        "repeats": 1,
        "skipped": row["code"] in _DOUBTFUL,
        "first_failed_at": now,
        "next_try_at": next_try(kind, 1, error_of(work, side), now),
        **_told(work, side, row, kind, now),
    }


def _next_row(before: Failure, side: Side, work: Work, row: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    error = error_of(work, side)
    kind = class_of(error, row["code"])
    repeats = before.repeats + 1 if (row["code"], row["message"]) == (before.code, before.message) else 1
    return {
        "b_id": before.id,
        "attempts": before.attempts + 1,
        "repeats": repeats,
        "skipped": kind is FailureClass.PERMANENT and (repeats >= PATIENCE or row["code"] in _DOUBTFUL),
        "next_try_at": next_try(kind, before.attempts + 1, error, now),
        **_told(work, side, row, kind, now),
    }


def _told(work: Work, side: Side, row: Mapping[str, Any], kind: FailureClass, now: datetime) -> dict[str, Any]:
    record = work.plan.pair.of(side)
    names = ("title", "code", "message", "hint", "facts", "job_id")
    etag = record.etag if record is not None else ""
    return {"etag": etag, "error_class": kind.value, "last_failed_at": now, **{name: row[name] for name in names}}


def _known(
    session: AnySession, key: Mapping[str, str], ends: Sequence[tuple[Side, str]]
) -> dict[tuple[Side, str], Failure]:
    names = list(Failure.__dataclass_fields__)
    found: dict[tuple[Side, str], Failure] = {}
    for side in Side:
        for part in chunks([id for end, id in ends if end is side]):
            query = select(*(failed.c[name] for name in names)).where(
                *_of(key), failed.c.side == side.value, failed.c.record_id.in_(part)
            )
            for row in session.execute(query):
                found[(side, row.record_id)] = Failure(**{**row._mapping, "side": side})
    return found


def _has_any(session: AnySession, key: Mapping[str, str]) -> bool:
    return session.scalar(select(failed.c.id).where(*_of(key)).limit(1)) is not None


def _of(key: Mapping[str, str]) -> tuple[Any, Any]:
    return failed.c.connection == key["connection"], failed.c.mapping == key["mapping"]


def forget_failures(session: AnySession, key: Mapping[str, str], side: Side, ids: Sequence[str]) -> None:
    """Delete the rows of these records of one side."""
    for part in chunks(ids):
        session.execute(delete(failed).where(*_of(key), failed.c.side == side.value, failed.c.record_id.in_(part)))
