"""Synchronize Now, and the preview of what it would do."""

from __future__ import annotations

from typing import Any

from flask_coupling.operations import coupling_lists, synchronization
from flask_coupling.schemas.base import EmptySchema
from flask_coupling.schemas.job import JobSchema
from flask_coupling.schemas.synchronization import PreviewSchema, SynchronizeSchema

from .jobs import LOCATION, give_accepted
from .resource import Resource, give
from .table_mappings import ONE as MAPPING

resource = Resource("synchronization", __name__, "Keeping coupled records alike.")


@resource.post(f"{MAPPING}/synchronize")
@resource.takes(SynchronizeSchema)
@resource.answers(200, {"anyOf": [JobSchema, PreviewSchema]})
@resource.answers(202, JobSchema, headers=LOCATION)
def synchronize(
    connection: str, mapping: str, wait: bool = False, preview: bool = False, confirm: bool = False, **what: Any
) -> Any:
    """Synchronize the couplings that are named, or those that a search and a state find, or all that changed, as a job.

    Answers 202 with the job. With `wait` it answers 200 with the finished job, with `preview` 200 with the plans.
    A run that would change too large a share of all records stops before its first write, its problem `mass_change`;
    start it again with `confirm`.
    """
    if what.keys() & {"search", "state"}:
        which = {name: what.pop(name) for name in ("search", "state") if name in what}
        what["coupling_ids"] = coupling_lists.find_ids(connection, mapping, **which)
    if preview:
        plans = synchronization.preview(connection, mapping, **what)
        return give({"plans": plans}, PreviewSchema, 200)
    job = synchronization.synchronize(connection, mapping, wait=wait, confirm=confirm, **what)
    return give(job, JobSchema, 200) if wait else give_accepted(job)


@resource.post(f"{MAPPING}/compare")
@resource.takes(EmptySchema)
@resource.answers(202, JobSchema, headers=LOCATION)
def compare(connection: str, mapping: str) -> Any:
    """Compare all coupled records of both sides in a job, and write nothing.

    The job's errors list each pair that differs: `records_differ` where a synchronization would change something,
    `difference_stays` where it would not, `deletion_conflict`, and of documents `line_alone`. Their facts hold the
    `fields` and the `fates`, what a synchronization would make of each; the job's `differences` counts those.
    `unchanged` counts the pairs that are alike.
    """
    return give_accepted(synchronization.compare(connection, mapping))
