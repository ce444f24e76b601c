"""Delete couplings where that also takes the company away from rows of Sales, and all couplings of a table mapping."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from flask_coupling.globals import current_coupling
from flask_coupling.jobs.context import JobContext
from flask_coupling.models import Connection, Coupling, JobKind
from flask_coupling.permissions import require
from flask_coupling.sync.link import chunks
from flask_coupling.sync.run import Run
from flask_coupling.sync.uncoupling import free_rows, uncouple_links

from .belonging import with_belonging
from .ends import remove_couplings
from .partners import job_error
from .runs import make_run
from .setting import effective_mappings, enabled_connection, find_mapping, find_whole
from .synchronization import start
from .views import JobView


def delete_couplings(connection: str, mapping: str) -> JobView:
    """Start a job that removes all couplings of a table mapping, and those that belong to them; the records stay.

    Where companies share the Sales environment, rows lose the company of the connection, those that carry it without
    being coupled too. Counts `uncoupled`, and `modified` for the latter; the log lists those that stayed.
    """
    require("couple", connection=connection, mapping=mapping)
    enabled_connection(connection)
    found = find_whole(connection, mapping)
    return start(connection, mapping, JobKind.UNCOUPLING, found.direction.value, {"all": True}, inline=False)


def remove_and_free(connection: str, ids: Sequence[int]) -> int:
    """Remove couplings, and take the company away from their rows of Sales; returns how many were removed.

    One whose row cannot be written stays: the others are removed, and then its error is raised.
    """
    groups = _by_mapping(connection, ids)
    scoped = {name for name, each in effective_mappings(connection).items() if each.scope is not None}
    here = [id for name, found in groups.items() if name not in scoped for id in found]
    there = [id for name, found in groups.items() if name in scoped for id in found]
    remove_couplings(here)
    current_coupling.session.commit()
    return len(here) + (_free(connection, next(name for name in groups if name in scoped), there) if there else 0)


def _free(connection: str, mapping: str, ids: list[int]) -> int:
    way = find_mapping(connection, mapping).direction.value
    job = start(connection, mapping, JobKind.UNCOUPLING, way, {"coupling_ids": ids}, inline=True)
    if job.problem is not None or job.counters["failed"]:
        raise job_error(job)
    return job.counters["uncoupled"]


def run_uncoupling(context: JobContext) -> None:
    """The work of the job, as its payload asks: these couplings, or all of its table mapping."""
    job = context.job
    row, is_whole = enabled_connection(job.connection), "all" in job.payload
    ids = (
        with_belonging(job.connection, _all_of(job.connection, job.mapping))
        if is_whole
        else job.payload["coupling_ids"]
    )
    groups = _by_mapping(job.connection, ids)
    run = make_run(context, row, find_mapping(job.connection, job.mapping))
    run.total = run.done + len(ids)
    for name, found in groups.items():
        if not uncouple_links(_part(context, row, run, name), found):
            return
    if is_whole:
        free_rows(_part(context, row, run, job.mapping))


def _part(context: JobContext, row: Connection, run: Run, name: str) -> Run:
    """The run of one table mapping, which counts on where the one before it ended."""
    if name == run.mapping.name:
        return run
    part = make_run(context, row, find_mapping(row.name, name))
    part.counters, part.done, part.total = run.counters, sum(run.counters.values()), run.total
    return part


def _all_of(connection: str, mapping: str) -> list[int]:
    query = select(Coupling.id).where(Coupling.connection == connection, Coupling.mapping == mapping)
    return list(current_coupling.session.scalars(query.order_by(Coupling.id)))


def _by_mapping(connection: str, ids: Sequence[int]) -> dict[str, list[int]]:
    """The couplings of the connection among these, by table mapping."""
    groups: dict[str, list[int]] = {}
    query = select(Coupling.id, Coupling.mapping).where(Coupling.connection == connection)
    for part in chunks(list(ids)):
        for id, mapping in current_coupling.session.execute(query.where(Coupling.id.in_(part)).order_by(Coupling.id)):
            groups.setdefault(mapping, []).append(id)
    return groups
