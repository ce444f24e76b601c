"""A job's failed and skipped records as a CSV file that a spreadsheet opens without running anything."""

from __future__ import annotations

from collections.abc import Iterator

from flask import Response, stream_with_context

from flask_coupling.operations import jobs
from flask_coupling.operations.views import JobErrorView
from flask_coupling.schemas.base import MOST_ROWS
from flask_coupling.spreadsheet import CSV, Page, write_pages

COLUMNS = ("mapping", "title", "counter", "side", "bc_id", "sales_id", "code", "detail", "hint", "created_at")


def give_errors(connection: str, job: str) -> Response:
    """Stream all errors of a job as CSV; raises before the first byte when there is no such job."""
    answer = Response(stream_with_context(write_pages(COLUMNS, _read_pages(connection, job))), mimetype=CSV)
    answer.headers["Content-Disposition"] = f'attachment; filename="job-errors-{job}.csv"'
    answer.vary.add("Accept")
    return answer


def _read_pages(connection: str, job: str) -> Iterator[Page]:
    cursor: str | None = None
    while True:
        page = jobs.job_errors(connection, job, cursor=cursor, limit=MOST_ROWS)
        yield [_cells(each) for each in page.rows]
        if (cursor := page.cursor) is None:
            return


def _cells(error: JobErrorView) -> tuple[str, ...]:
    ends = (error.side or "", error.bc_id or "", error.sales_id or "")
    told = (error.problem.code, error.problem.message, error.problem.hint)
    return (error.mapping, error.title, error.counter, *ends, *told, error.created_at.isoformat())
