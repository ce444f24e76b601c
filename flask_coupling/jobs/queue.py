"""Put jobs in, and deliver again what a dead worker left."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import Update, and_, insert, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, scoped_session

from flask_coupling.errors import JobNotFound, JobRunningConflictError
from flask_coupling.models import JobKind, JobState, SynchJob, table_of

from .delivery import deliver as deliver_job
from .delivery import start_engine
from .host import JobHost
from .lease import changes_one, close_parts, is_silent
from .tell import tell_finished
from .wishes import follow

log = logging.getLogger(__name__)

_jobs = table_of(SynchJob)

TRIES = 5
"""Times a job is put in when those in its way end, or begin, at that very moment."""


@dataclass(frozen=True, slots=True)
class PartAsked:
    """A part of a job: a run of one table mapping that begins when those of the mappings `after` are finished."""

    mapping: str
    kind: JobKind
    direction: str
    payload: Mapping[str, Any]
    after: tuple[str, ...] = ()


def enqueue(
    host: JobHost,
    *,
    connection: str,
    mapping: str,
    kind: JobKind,
    direction: str,
    payload: Mapping[str, Any],
    requested_by: str = "",
    whole_mapping: bool | None = None,
    only_one: str = "",
    deliver: bool = True,
    parts: Sequence[PartAsked] = (),
) -> SynchJob:
    """Store a job and hand its id to the engine; commits the session, and returns the row as it is then.

    A job of the whole mapping (one whose payload names no `coupling_ids`, unless `whole_mapping` says otherwise)
    raises JobRunningConflictError while another one of that mapping is not over, and so does one with a name that
    there is to be `only_one` of. With `deliver=False` the caller
    runs it: `run_job(host, row.id)`. With `parts` they are stored too, each as a run of its whole mapping.
    """
    if deliver:
        start_engine(host)
    whole = payload.get("coupling_ids") is None if whole_mapping is None else whole_mapping
    name = only_one or (mapping or "*" if whole else "")
    now, job_id = host.clock(), str(uuid4())
    row = {
        "id": job_id,
        "connection": connection,
        "mapping": mapping,
        "kind": kind,
        "direction": direction,
        "payload": dict(payload),
        "running_key": f"{connection}/{name}" if name else None,
        "requested_by": requested_by,
        "created_at": now,
        "lease_until": now + timedelta(seconds=host.settings.lease_seconds),
    }
    _insert(host, [row, *_part_rows(row, parts)])
    if deliver:
        deliver_job(host, job_id)
    return _reload(host, job_id)


def _part_rows(parent: Mapping[str, Any], parts: Sequence[PartAsked]) -> list[dict[str, Any]]:
    ids = {part.mapping: str(uuid4()) for part in parts}
    return [
        {
            **parent,
            "id": ids[part.mapping],
            "parent_id": parent["id"],
            "place": place,
            "mapping": part.mapping,
            "kind": part.kind,
            "direction": part.direction,
            "payload": {**part.payload, "after": [ids[name] for name in part.after if name in ids]},
            "running_key": f"{parent['connection']}/{part.mapping}",
        }
        for place, part in enumerate(parts)
    ]


def reap(host: JobHost) -> int:
    """Deliver again the jobs nobody works on: their worker fell silent, or their id was lost. Returns how many.

    A job whose workers died too often is ended instead, and so is every one where no engine works in the background.
    Parts are left to the job they are parts of.
    """
    now, session = host.clock(), host.session
    lost = and_(SynchJob.state == JobState.READY, SynchJob.lease_until < now)
    left = select(SynchJob.id, SynchJob.attempts).where(or_(is_silent(now), lost), SynchJob.parent_id.is_(None))
    delivered = 0
    for job_id, attempts in session.execute(left).all():
        here = update(SynchJob).where(SynchJob.id == job_id, or_(is_silent(now), lost))
        if host.engine.in_background and attempts < host.settings.job_attempts:
            delivered += _deliver_again(host, job_id, here)
        else:
            _give_up(host, job_id, attempts, here)
    session.rollback()
    return delivered


def _deliver_again(host: JobHost, job_id: str, here: Update) -> bool:
    late = host.clock() + timedelta(seconds=host.settings.lease_seconds)
    is_mine = changes_one(host.session, here.values(state=JobState.READY, worker=None, lease_until=late))
    host.session.commit()
    if is_mine:
        log.warning("job delivered again job_id=%s", job_id)
        follow(host, job_id)  # it may have been canceled or paused meanwhile; its id then leads to nothing
        host.engine.deliver(job_id)
    return is_mine


def _give_up(host: JobHost, job_id: str, attempts: int, here: Update) -> None:
    message = f"The process that worked on the job ended before it was done ({attempts} times). Start it again."
    values = {"state": JobState.ERROR, "error_code": "worker_died", "message": message, "finished_at": host.clock()}
    is_mine = changes_one(host.session, here.values(worker=None, lease_until=None, running_key=None, **values))
    if is_mine:
        close_parts(host, job_id)
    host.session.commit()
    if is_mine:
        log.error("job given up job_id=%s attempts=%d", job_id, attempts)
        tell_finished(host, job_id)


def _insert(host: JobHost, rows: Sequence[dict[str, Any]]) -> None:
    session, has_reaped = host.session, False
    keys = [row["running_key"] for row in rows if row["running_key"] is not None]
    for is_last in (False,) * (TRIES - 1) + (True,):
        try:
            for row in rows:
                session.execute(insert(_jobs), [row])
            session.commit()
            return
        except IntegrityError:
            session.rollback()
            running = _find_running(session, keys)
            if running is not None and has_reaped:
                raise JobRunningConflictError(mapping=running[1] or "Everything", id=running[0]) from None
            if is_last or not keys:
                raise
        if running is not None:  # None: it ended at this very moment
            reap(host)  # the one in the way may be a dead process's
            has_reaped = True


def _find_running(session: scoped_session[Session], keys: Sequence[str]) -> tuple[str, str] | None:
    """Id and mapping of a job that holds one of the keys, if one does."""
    query = select(SynchJob.id, SynchJob.mapping).where(SynchJob.running_key.in_(keys))
    row = session.execute(query.limit(1)).first()
    return None if row is None else (row.id, row.mapping)


def _reload(host: JobHost, job_id: str) -> SynchJob:
    row = host.session.get(SynchJob, job_id, populate_existing=True)
    if row is None:
        raise JobNotFound(id=job_id)
    return row
