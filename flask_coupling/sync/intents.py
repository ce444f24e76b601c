"""What is about to be created: written down before it is sent, so that a lost answer makes no duplicate."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

import orjson
from sqlalchemy import Row, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, scoped_session

from flask_coupling.core.record import Values
from flask_coupling.core.side import Side
from flask_coupling.errors import CouplingError, ServiceError, ServiceFailed, ServiceThrottled, ServiceUnreachable
from flask_coupling.models import CreateIntent, JobState, SynchJob, table_of
from flask_coupling.models.savepoint import savepoint

from .bulk import delete_rows, insert_columns
from .link import chunks
from .work import Work

intents = table_of(CreateIntent)
jobs = table_of(SynchJob)

AnySession = Session | scoped_session[Session]

_ROLLED_BACK = (500, 501, 503)
"""Statuses by which a service itself says that it did not do it; a gateway (502, 504) cannot know."""


class Declared(NamedTuple):
    """A create as it is sent: the id we chose (None where the service chooses), the values, and their source's (JSON).

    Both together are the baseline of the pair, should the answer be lost.
    """

    id: str | None
    values: Values
    source_text: str


@dataclass(frozen=True, slots=True)
class Intent:
    """A create that was declared and not settled: its source record as it was then, what was sent, and when.

    `is_running` tells that another job, still at work, declared it.
    """

    side: Side
    source_id: str
    target_id: str | None
    values: Mapping[str, Any]
    source_values: Mapping[str, Any]
    created_at: datetime
    is_running: bool
    job_id: str = ""


def source_of(work: Work, side: Side) -> str:
    """The id of the record for which a partner is created on `side`."""
    record = work.plan.pair.of(side.other)
    assert record is not None
    return record.id


def created_from(works: Iterable[Work], side: Side) -> list[str]:
    """The source records whose partners these works made on `side`."""
    return [source_of(work, side) for work in works if work.plan.pair.of(side) is None and side in work.written]


def declare_intents(
    session: AnySession, key: Mapping[str, str], side: Side, creates: Mapping[str, Declared], job_id: str, now: datetime
) -> set[str]:
    """Write intents for creates on `side`, by source id; returns the source ids that have one already.

    To be committed before anything is sent.
    """
    common = {**key, "side": side.value, "job_id": job_id, "created_at": now}
    if _insert(session, creates, common):
        return set()
    taken = _existing(session, key, side, list(creates))
    return taken | _insert_some(session, {id: each for id, each in creates.items() if id not in taken}, common)


def _insert_some(session: AnySession, new: Mapping[str, Declared], common: Mapping[str, Any]) -> set[str]:
    """Insert the intents; returns the source ids that another job declares in this very moment."""
    if _insert(session, new, common):
        return set()
    if len(new) == 1:
        return set(new)
    told = list(new.items())
    halves = (dict(told[: len(told) // 2]), dict(told[len(told) // 2 :]))
    return _insert_some(session, halves[0], common) | _insert_some(session, halves[1], common)


def _insert(session: AnySession, new: Mapping[str, Declared], common: Mapping[str, Any]) -> bool:
    """Insert all of them or, where one is there already, none."""
    if not new:
        return True
    columns: dict[str, Sequence[Any]] = {
        "source_id": list(new),
        "target_id": [declared.id for declared in new.values()],
        "values": [orjson.dumps(declared.values).decode() for declared in new.values()],
        "source_values": [declared.source_text for declared in new.values()],
    }
    try:
        with savepoint(session):
            insert_columns(session, intents, columns, common, ready=("values", "source_values"))
    except IntegrityError:
        return False
    return True


def _existing(session: AnySession, key: Mapping[str, str], side: Side, ids: Sequence[str]) -> set[str]:
    found: set[str] = set()
    for part in chunks(ids):
        query = select(intents.c.source_id).where(*_of(key, side), intents.c.source_id.in_(part))
        found.update(session.scalars(query))
    return found


def open_intents(session: AnySession, key: Mapping[str, str], job_id: str, side: Side | None = None) -> list[Intent]:
    """All intents of a table mapping (for creates on one side) that are not settled, oldest first."""
    is_running = (jobs.c.state == JobState.IN_PROCESS) & (jobs.c.id != job_id)
    query = (
        select(intents, is_running.label("is_running"))
        .outerjoin(jobs, jobs.c.id == intents.c.job_id)
        .where(intents.c.connection == key["connection"], intents.c.mapping == key["mapping"])
        .order_by(intents.c.id)
    )
    if side is not None:
        query = query.where(intents.c.side == side.value)
    return [_intent(row) for row in session.execute(query)]


def _intent(row: Row[Any]) -> Intent:
    told = row._mapping  # `values` is also a name of the row's own
    return Intent(
        side=Side(row.side),
        source_id=row.source_id,
        target_id=row.target_id,
        values=told["values"],
        source_values=told["source_values"],
        created_at=row.created_at,
        is_running=bool(row.is_running),
        job_id=row.job_id,
    )


def drop_intents(session: AnySession, key: Mapping[str, str], side: Side, source_ids: Sequence[str]) -> None:
    """Forget intents: the coupling is stored, or the create was certainly not carried out."""
    delete_rows(session, intents, {**key, "side": side.value}, "source_id", source_ids)


def drop_refused(session: AnySession, key: Mapping[str, str], works: Iterable[Work]) -> None:
    """Forget intents of creates that were refused for certain; an unanswered one stays, to be looked up."""
    failed = [work for work in works if work.errors]
    for side in Side:
        refused = [
            source_of(work, side)
            for work in failed
            if work.plan.pair.of(side) is None and side in work.errors and is_certain(work.errors[side])
        ]
        drop_intents(session, key, side, refused)


def is_certain(error: CouplingError) -> bool:
    """Whether an error tells for certain that the write was not carried out."""
    if not isinstance(error, ServiceError) or isinstance(error, ServiceThrottled):
        return True
    if isinstance(error, ServiceFailed):
        return error.facts.get("http_status") in _ROLLED_BACK
    return isinstance(error, ServiceUnreachable) and not error.facts.get("sent")


def _of(key: Mapping[str, str], side: Side) -> tuple[Any, Any, Any]:
    return intents.c.connection == key["connection"], intents.c.mapping == key["mapping"], intents.c.side == side.value
