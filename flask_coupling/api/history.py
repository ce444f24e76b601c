"""History: what was written to a record or by a job, and taking it back."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask_coupling.operations import history
from flask_coupling.schemas.base import EmptySchema, PageQuery
from flask_coupling.schemas.history import HistoryPageSchema, UndoSchema
from flask_coupling.schemas.job import JobSchema

from .connections import ONE as CONNECTION
from .jobs import LOCATION, give_accepted
from .jobs import ONE as JOB
from .records import ONE as RECORD
from .resource import QUERY, Resource, give

resource = Resource("history", __name__, "Every field that was written, and taking it back.")


@resource.get(f"{RECORD}/history")
@resource.takes(PageQuery, QUERY)
@resource.gives(200, HistoryPageSchema)
def list_record_history(connection: str, mapping: str, side: str, id: UUID, **query: Any) -> Any:
    """List what was written to a record and its partners, newest first."""
    return history.record_history(connection, mapping, side, str(id), **query)


@resource.get(f"{JOB}/history")
@resource.takes(PageQuery, QUERY)
@resource.gives(200, HistoryPageSchema)
def list_job_history(connection: str, job: str, **query: Any) -> Any:
    """List what a job wrote, newest first."""
    return history.job_history(connection, job, **query)


@resource.post(f"{CONNECTION}/history/undo")
@resource.takes(UndoSchema)
@resource.answers(200, JobSchema)
@resource.answers(202, JobSchema, headers=LOCATION)
def undo_entries(connection: str, ids: list[int]) -> Any:
    """Take back writes; what was changed again since stays as it is and is among the job's errors.

    Answers 200 with the finished job for one, 202 with the job for several.
    """
    job = history.undo_entries(connection, ids)
    return give(job, JobSchema, 200) if len(set(ids)) == 1 else give_accepted(job)


@resource.post(f"{JOB}/undo")
@resource.takes(EmptySchema)
@resource.answers(202, JobSchema, headers=LOCATION)
def undo_job(connection: str, job: str) -> Any:
    """Take back all that a job wrote, record by record, in a job of its own."""
    return give_accepted(history.undo_job(connection, job))
