"""Jobs: follow a run, see what it failed on, pause or cancel it."""

from __future__ import annotations

from typing import Any

from flask import Response, request, url_for

from flask_coupling.operations import failed_pairs, jobs
from flask_coupling.operations.views import JobView
from flask_coupling.schemas.base import EmptySchema, PageQuery
from flask_coupling.schemas.coupling import UncoupledSchema
from flask_coupling.schemas.failure import FailedIdsSchema
from flask_coupling.schemas.job import (
    DeletedJobsSchema,
    DeleteJobsQuery,
    JobErrorPageSchema,
    JobListSchema,
    JobPageSchema,
    JobSchema,
    JobsQuery,
)
from flask_coupling.spreadsheet import CSV

from .connections import ONE as CONNECTION
from .resource import QUERY, Resource, give
from .spreadsheet import give_errors

resource = Resource("jobs", __name__, "Runs of a table mapping, with their counters and failed records.")

ROOT = f"{CONNECTION}/jobs"
ONE = f"{ROOT}/<string(maxlength=36):job>"
LOCATION = {"Location": "Address of the job."}


@resource.get(ROOT)
@resource.takes(JobsQuery, QUERY)
@resource.gives(200, JobPageSchema)
def list_jobs(connection: str, **query: Any) -> Any:
    """List the jobs, newest first."""
    return jobs.list_jobs(connection, query.pop("mapping", None), **query)


@resource.get(ONE)
@resource.gives(200, JobSchema)
def get_job(connection: str, job: str) -> Any:
    """Show a job and how far it has come."""
    return jobs.get_job(connection, job)


@resource.get(f"{ONE}/errors")
@resource.takes(PageQuery, QUERY)
@resource.gives(200, JobErrorPageSchema)
@resource.answers(200, {"type": "string"}, content_type=CSV)
def list_job_errors(connection: str, job: str, **query: Any) -> Any:
    """List the records a job failed on or set aside; with `Accept: text/csv` all of them as a spreadsheet."""
    if request.accept_mimetypes.best_match(["application/json", CSV]) == CSV:
        return give_errors(connection, job)
    return jobs.job_errors(connection, job, **query)


@resource.post(f"{ONE}/errors/uncouple")
@resource.takes(FailedIdsSchema)
@resource.gives(200, UncoupledSchema)
def uncouple_lines(connection: str, job: str, ids: list[int]) -> Any:
    """Remove the couplings that these lines of a job's log are about; both records of each stay."""
    return {"uncoupled": failed_pairs.uncouple_lines(connection, job, ids)}


@resource.get(f"{ONE}/parts")
@resource.gives(200, JobListSchema)
def list_job_parts(connection: str, job: str) -> Any:
    """List the parts of a job of several table mappings, in the order they run."""
    return {"rows": jobs.job_parts(connection, job)}


@resource.post(f"{ONE}/restart")
@resource.takes(EmptySchema)
@resource.answers(202, JobSchema, headers=LOCATION)
def restart_job(connection: str, job: str) -> Any:
    """Run a job of several table mappings again as far as it is not finished; with a part's id that part."""
    return give_accepted(jobs.restart_job(connection, job))


@resource.delete(ROOT)
@resource.takes(DeleteJobsQuery, QUERY)
@resource.gives(200, DeletedJobsSchema)
def delete_jobs(connection: str, **query: Any) -> Any:
    """Delete jobs that are over from the log; those that failed records or open conflicts point to are kept."""
    return {"deleted": jobs.delete_jobs(connection, **query)}


@resource.post(f"{ONE}/cancel")
@resource.takes(EmptySchema)
@resource.gives(200, JobSchema)
def cancel_job(connection: str, job: str) -> Any:
    """Ask a job to stop after the records it is at; what was synchronized stays so."""
    return jobs.cancel_job(connection, job)


@resource.post(f"{ONE}/pause")
@resource.takes(EmptySchema)
@resource.gives(200, JobSchema)
def pause_job(connection: str, job: str) -> Any:
    """Let a job rest after the records it is at, until it is resumed or canceled."""
    return jobs.pause_job(connection, job)


@resource.post(f"{ONE}/resume")
@resource.takes(EmptySchema)
@resource.gives(200, JobSchema)
def resume_job(connection: str, job: str) -> Any:
    """Let a paused job go on where it was."""
    return jobs.resume_job(connection, job)


def give_accepted(job: JobView) -> Response:
    """Answer 202 with a job and the address to follow it at."""
    address = url_for("coupling_api.jobs.get_job", connection=job.connection, job=job.id)
    return give(job, JobSchema, 202, {"Location": address})
