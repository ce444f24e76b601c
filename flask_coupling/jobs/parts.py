"""A job of several parts: run each once those before it are finished, side by side where nothing keeps them apart."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, scoped_session

from flask_coupling.errors import JobPartsFailed, JobPartsWait
from flask_coupling.models import JobState, SynchJob
from flask_coupling.models.job import COUNTERS

from .context import JobContext
from .host import JobHost

log = logging.getLogger(__name__)

RunPart = Callable[[str], None]
"""Runs the part of that id to its end, or until it is stopped, in an app context of its own."""


@dataclass(frozen=True, slots=True)
class Part:
    """A part as it stands. `ready_at` is when it may begin, or be taken from a worker that fell silent."""

    id: str
    mapping: str
    state: JobState
    after: tuple[str, ...]
    ready_at: datetime | None


def run_parts(
    context: JobContext,
    host: JobHost,
    run_part: RunPart,
    *,
    side_by_side: int = 1,
    requests: Callable[[], int] = lambda: 0,
) -> None:
    """Run what is left of the job's parts; returns when all are finished, or when the job is asked to stop.

    Up to `side_by_side` run at once, in SQLite one after the other: it lets one writer in at a time, and refuses one
    that has read before another wrote. `requests` tells how many were made for the parts together. Raises
    JobPartsFailed when a part failed, or could not begin because one before it did; all others are done by then. It
    raises JobPartsWait when those left have to wait for a service, or for a dead worker's lease.
    """
    most = 1 if host.db_engine.dialect.name == "sqlite" else side_by_side
    report = partial(report_parts, context, requests)
    if most == 1:
        _run_in_turn(context, host, run_part, report)
    else:
        _run_together(context, host, run_part, report, most)
    report()
    if not context.stop_requested():
        _conclude(context, host)


def report_parts(context: JobContext, requests: Callable[[], int]) -> None:
    """Report the sums of the parts as the job's own progress."""
    sums = sum_parts(context.session, [context.job.id])[context.job.id]
    counters = {name: sums[name] for name in COUNTERS}
    context.report(sums["done"], sums["total"], counters, sums["requests"] + requests())
    context.commit()


def sum_parts(session: scoped_session[Session], job_ids: Sequence[str]) -> dict[str, dict[str, Any]]:
    """What the parts of each of these jobs have come to: counters, `done`, `requests`, and `total` when all know it."""
    columns = [func.coalesce(func.sum(getattr(SynchJob, name)), 0).label(name) for name in (*COUNTERS, *_SUMS)]
    known = func.count(SynchJob.total).label("known")
    query = select(SynchJob.parent_id, func.count().label("parts"), known, *columns)
    rows = session.execute(query.where(SynchJob.parent_id.in_(job_ids)).group_by(SynchJob.parent_id)).all()
    found: dict[str, dict[str, Any]] = {id: dict.fromkeys((*COUNTERS, *_SUMS), 0) for id in job_ids}
    for row in rows:
        found[row.parent_id] = {**row._mapping, "total": row.total if row.known == row.parts else None}
    return found


_SUMS = ("done", "requests", "total")


def read_parts(host: JobHost, job_id: str) -> list[Part]:
    """The parts of a job in order; ends the transaction, so that nothing is locked while they run."""
    query = select(SynchJob).where(SynchJob.parent_id == job_id).order_by(SynchJob.place)
    parts = [_part(host, row) for row in host.session.scalars(query.execution_options(populate_existing=True))]
    host.session.rollback()
    return parts


def _part(host: JobHost, row: SynchJob) -> Part:
    ready_at = None
    if row.state == JobState.IN_PROCESS:
        ready_at = row.lease_until
    elif row.state == JobState.READY and row.error_code is not None and row.lease_until is not None:
        ready_at = row.lease_until - timedelta(seconds=host.settings.lease_seconds)  # a service asked to be left alone
    return Part(row.id, row.mapping, JobState(row.state), tuple(row.payload.get("after", ())), ready_at)


def _startable(parts: Sequence[Part], now: datetime) -> list[Part]:
    finished = {part.id for part in parts if part.state is JobState.FINISHED}
    waiting = [part for part in parts if part.state in (JobState.READY, JobState.IN_PROCESS)]
    free = [part for part in waiting if part.ready_at is None or part.ready_at < now]
    return [part for part in free if finished.issuperset(part.after)]


def _run_in_turn(context: JobContext, host: JobHost, run_part: RunPart, report: Callable[[], None]) -> None:
    while not context.stop_requested() and (ready := _startable(read_parts(host, context.job.id), host.clock())):
        run_part(ready[0].id)
        report()


def _run_together(context: JobContext, host: JobHost, run_part: RunPart, report: Callable[[], None], most: int) -> None:
    running: dict[Future[None], str] = {}
    with ThreadPoolExecutor(most, thread_name_prefix="coupling-part") as pool:
        while True:
            if not context.stop_requested():
                ready = _startable(read_parts(host, context.job.id), host.clock())
                free = [part.id for part in ready if part.id not in running.values()]
                running |= {pool.submit(run_part, id): id for id in free[: most - len(running)]}
            host.session.rollback()
            if not running:
                return
            for future in wait(running, return_when=FIRST_COMPLETED).done:
                del running[future]
                future.result()
            report()


def _conclude(context: JobContext, host: JobHost) -> None:
    parts = read_parts(host, context.job.id)
    waits = [part.ready_at for part in parts if not part.state.is_over and part.ready_at is not None]
    if waits:
        seconds = max((min(waits) - host.clock()).total_seconds(), 0) + 1
        raise JobPartsWait(retry_after=seconds, mappings=_names(part for part in parts if not part.state.is_over))
    failed = [part for part in parts if part.state in (JobState.ERROR, JobState.CANCELED)]
    if failed:
        left = [part for part in parts if not part.state.is_over]
        raise JobPartsFailed(mappings=_names(failed), left=_names(left) or "none")


def _names(parts: Any) -> str:
    return ", ".join(part.mapping for part in parts)


def unfinished(parts: Sequence[Mapping[str, Any]], wanted: str | None) -> set[str]:
    """The ids of parts to run again: of one part and all that come after it, or of all that are not finished."""
    if wanted is None:
        return {each["id"] for each in parts if each["state"] != JobState.FINISHED}
    chosen = {wanted}
    for each in parts:  # in order: what a part comes after stands before it
        if each["state"] != JobState.FINISHED and chosen.intersection(each["after"]):
            chosen.add(each["id"])
    return chosen
