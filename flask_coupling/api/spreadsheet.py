"""A job's failed and skipped records as a CSV file that a spreadsheet opens without running anything."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from io import StringIO
from itertools import chain

from flask import Response, stream_with_context

from flask_coupling.operations import jobs
from flask_coupling.operations.views import JobErrorView
from flask_coupling.schemas.base import MOST_ROWS

CSV = "text/csv"

COLUMNS = ("mapping", "title", "counter", "side", "bc_id", "sales_id", "code", "detail", "hint", "created_at")

_BYTE_ORDER_MARK = "\ufeff"  # without it Excel reads UTF-8 as the machine's old code page
_STARTS_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def give_errors(connection: str, job: str) -> Response:
    """Stream all errors of a job as CSV; raises before the first byte when there is no such job."""
    pages = _read_pages(connection, job)
    rows = chain([next(pages)], pages)
    answer = Response(stream_with_context(_write_rows(rows)), mimetype=CSV)
    answer.headers["Content-Disposition"] = f'attachment; filename="job-errors-{job}.csv"'
    answer.vary.add("Accept")
    return answer


def escape_cell(text: str) -> str:
    """Put an apostrophe before what a spreadsheet would take for a formula."""
    return f"'{text}" if text.startswith(_STARTS_FORMULA) else text


def _read_pages(connection: str, job: str) -> Iterator[tuple[JobErrorView, ...]]:
    cursor: str | None = None
    while True:
        page = jobs.job_errors(connection, job, cursor=cursor, limit=MOST_ROWS)
        yield page.rows
        if (cursor := page.cursor) is None:
            return


def _write_rows(pages: Iterator[tuple[JobErrorView, ...]]) -> Iterator[str]:
    yield _BYTE_ORDER_MARK + _line(COLUMNS)
    for page in pages:
        yield "".join(_line(_cells(each)) for each in page)


def _cells(error: JobErrorView) -> tuple[str, ...]:
    ends = (error.side or "", error.bc_id or "", error.sales_id or "")
    told = (error.problem.code, error.problem.message, error.problem.hint)
    return (error.mapping, error.title, error.counter, *ends, *told, error.created_at.isoformat())


def _line(cells: tuple[str, ...]) -> str:
    line = StringIO()
    csv.writer(line).writerow([escape_cell(each) for each in cells])
    return line.getvalue()
