"""Full synchronization: review, start, and what follows; and modified records of all table mappings."""

from __future__ import annotations

from typing import Any

from flask_coupling.operations import full_synchronization, modified_records, review
from flask_coupling.schemas.base import EmptySchema
from flask_coupling.schemas.full import AllowCreationSchema, AllowedSchema, FullSynchronizationSchema, ReviewSchema
from flask_coupling.schemas.job import JobSchema

from .connections import ONE as CONNECTION
from .jobs import LOCATION, give_accepted
from .resource import Resource

resource = Resource("full_synchronization", __name__, "All table mappings together, in the order they depend on.")

ROOT = f"{CONNECTION}/full-synchronization"


@resource.get(ROOT)
@resource.gives(200, ReviewSchema)
def get_review(connection: str) -> Any:
    """Show what is recommended for each table mapping, what was counted last, and how the last one went."""
    return review.get_review(connection)


@resource.post(f"{ROOT}/review")
@resource.takes(EmptySchema)
@resource.answers(202, JobSchema, headers=LOCATION)
def start_review(connection: str) -> Any:
    """Count what a full synchronization would couple and create, in a job that reads each side once for a mapping."""
    return give_accepted(review.start_review(connection))


@resource.post(ROOT)
@resource.takes(FullSynchronizationSchema)
@resource.answers(202, JobSchema, headers=LOCATION)
def start_full_synchronization(connection: str, **what: Any) -> Any:
    """Start a full synchronization as one job; each table mapping is a part of it, run in dependency order."""
    return give_accepted(full_synchronization.start_full_synchronization(connection, **what))


@resource.post(f"{ROOT}/allow-creation")
@resource.takes(AllowCreationSchema)
@resource.gives(200, AllowedSchema)
def allow_creation(connection: str, mappings: list[str]) -> Any:
    """Let the ordinary runs of these table mappings create new records from now on."""
    return {"mappings": full_synchronization.allow_creation(connection, mappings)}


@resource.post(f"{CONNECTION}/synchronize")
@resource.takes(EmptySchema)
@resource.answers(202, JobSchema, headers=LOCATION)
def synchronize_modified(connection: str) -> Any:
    """Synchronize modified records of all table mappings as one job.

    Where nothing changed it costs one request to each service, and one more for each further API a table is read over.
    """
    return give_accepted(modified_records.synchronize_modified(connection))
