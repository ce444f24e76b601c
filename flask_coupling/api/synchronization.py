"""Synchronize Now, and the preview of what it would do."""

from __future__ import annotations

from typing import Any

from flask_coupling.operations import synchronization
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
def synchronize(connection: str, mapping: str, wait: bool = False, preview: bool = False, **what: Any) -> Any:
    """Synchronize the named couplings, or the whole table mapping, as a job.

    Answers 202 with the job. With `wait` it answers 200 with the finished job, with `preview` 200 with the plans.
    """
    if preview:
        plans = synchronization.preview(connection, mapping, **what)
        return give({"plans": plans}, PreviewSchema, 200)
    job = synchronization.synchronize(connection, mapping, wait=wait, **what)
    return give(job, JobSchema, 200) if wait else give_accepted(job)
