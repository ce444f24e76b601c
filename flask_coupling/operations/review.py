"""The review before a full synchronization: what is recommended for each table mapping, with counts of both sides."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from sqlalchemy import select, update

from flask_coupling.core.criteria import in_groups
from flask_coupling.core.mapping import TableMapping
from flask_coupling.errors import CouplingError
from flask_coupling.globals import current_coupling
from flask_coupling.jobs.context import JobContext
from flask_coupling.jobs.queue import enqueue
from flask_coupling.models import JobKind, JobState, SynchJob
from flask_coupling.permissions import principal, require
from flask_coupling.sync.census import Census, take_census
from flask_coupling.sync.ledger import Ledger

from .full_synchronization import actions_of, may_allow_creation, usual_action
from .jobs import find_job, job_parts, show_now
from .match_criteria import stored_criteria
from .setting import blank_references, enabled_connection, services_for, whole_mappings
from .show import show_error
from .views import Counts, JobView, LineView, Problem, ReviewView


def start_review(connection: str) -> JobView:
    """Start a job that counts, for all table mappings, what a full synchronization would couple and create.

    Each side is read once for each mapping, with no more fields than matching needs; nothing is written.
    """
    require("view", connection=connection)
    enabled_connection(connection)
    row = enqueue(
        current_coupling,
        connection=connection,
        mapping="",
        kind=JobKind.REVIEW,
        direction="bidirectional",
        payload={},
        requested_by=principal(),
        whole_mapping=False,
    )
    return show_now(find_job(connection, row.id))


class _Stopped(Exception):
    """The review was asked to stop while it was reading."""


def run_review(context: JobContext) -> None:
    """The work of the job: one line after the other is counted and stored; those an earlier attempt counted stay."""
    connection = context.job.connection
    mappings = whole_mappings(connection)
    counted: dict[str, Any] = dict(_stored(context) or {})
    requests = context.job.requests
    for name, mapping in mappings.items():
        if name in counted:
            continue
        try:
            counted[name], made = _count(context, connection, mapping)
        except _Stopped:
            return
        requests += made
        store = update(SynchJob).where(SynchJob.id == context.job.id).values(result=counted)
        context.session.execute(store.execution_options(synchronize_session=False))
        context.report(len(counted), len(mappings), {}, requests)
        context.commit()


def _stored(context: JobContext) -> Any:
    return context.session.scalar(select(SynchJob.result).where(SynchJob.id == context.job.id))


def _count(context: JobContext, connection: str, mapping: TableMapping) -> tuple[dict[str, Any], int]:
    """The counts of one mapping, or the problem that kept it from being counted; and how many requests that took."""
    row = enabled_connection(connection)
    services = services_for(row, mapping).apart()

    def each_page() -> None:
        if context.stop_requested():
            raise _Stopped

    try:
        census = take_census(
            services,
            Ledger(context.session, connection, mapping, context.job.id, current_coupling.clock),
            in_groups(stored_criteria(connection, mapping), mapping),
            blank_references(row),
            whole_mappings(connection).values(),
            each_page,
        )
    except CouplingError as error:
        if error.retry_after is not None:
            raise
        return {"problem": asdict(show_error(error))}, services.requests_made
    return asdict(census), services.requests_made


# --- what is shown ---------------------------------------------------------------------------------------------------


def get_review(connection: str) -> ReviewView:
    """Return the review as it stands: the lines with what was counted last, and the full synchronization of now."""
    require("view", connection=connection)
    enabled_connection(connection)
    review, full = _latest(connection, JobKind.REVIEW), _latest(connection, JobKind.FULL_SYNCHRONIZATION)
    counted = _latest(connection, JobKind.REVIEW, with_result=True)
    counts: dict[str, Any] = (counted.result if counted is not None else None) or {}
    parts = {part.mapping: part for part in job_parts(connection, full.id)} if full is not None else {}
    mappings = whole_mappings(connection)
    return ReviewView(
        lines=_lines(connection, mappings, counts, parts),
        reviewed_at=counted.finished_at or counted.started_at if counted is not None else None,
        review_job=show_now(review) if review is not None else None,
        job=show_now(full) if full is not None else None,
        may_allow=_may_allow(connection, full),
    )


def _may_allow(connection: str, full: SynchJob | None) -> tuple[str, ...]:
    if full is None or not JobState(full.state).is_over:
        return ()
    return tuple(may_allow_creation(connection, full.id))


def _latest(connection: str, kind: JobKind, *, with_result: bool = False) -> SynchJob | None:
    query = select(SynchJob).where(SynchJob.connection == connection, SynchJob.kind == kind)
    if with_result:
        query = query.where(SynchJob.result.is_not(None))
    return current_coupling.session.scalars(query.order_by(SynchJob.created_at.desc(), SynchJob.id).limit(1)).first()


def _lines(
    connection: str, mappings: Mapping[str, TableMapping], counts: Mapping[str, Any], parts: Mapping[str, JobView]
) -> tuple[LineView, ...]:
    lines: dict[str, LineView] = {}
    for name, mapping in mappings.items():
        told = counts.get(name)
        census = Counts(**told) if told is not None and "problem" not in told else None
        able = actions_of(connection, mapping)
        needed = [lines[each] for each in mapping.depends_on if each in lines]
        missing = tuple(line.mapping for line in needed if _is_blocked(line))
        recommendation = _recommend(census, mapping, missing)
        lines[name] = LineView(
            mapping=name,
            caption=mapping.caption or name,
            direction=mapping.direction.value,
            depends_on=tuple(each for each in mapping.depends_on if each in mappings),
            missing=missing,
            recommendation=recommendation,
            action=_propose(recommendation, usual_action(connection, mapping)),
            actions=able,
            counts=census,
            problem=Problem(**told["problem"]) if told is not None and "problem" in told else None,
            job=parts.get(name),
        )
    return tuple(lines.values())


def _is_blocked(line: LineView) -> bool:
    """Whether records of a mapping have to be coupled and cannot be: it was not counted, or nothing can be done."""
    has_work = line.recommendation in ("full", "couple_first", "dependency")
    return line.problem is not None or (has_work and line.action == "none")


def _recommend(census: Census | Counts | None, mapping: TableMapping, missing: tuple[str, ...]) -> str | None:
    """As Business Central does: by what has no partner yet, on one side or on both."""
    if census is None:
        return None
    if not (census.to_couple or census.doubtful or census.new_in_bc or census.new_in_sales):
        return "nothing"
    if missing:
        return "dependency"
    return "couple_first" if census.bc_free and census.sales_free else "full"


_PROPOSED = {"nothing": "none", "dependency": "none"}


def _propose(recommendation: str | None, usual: str) -> str:
    return _PROPOSED.get(recommendation or "", usual)
