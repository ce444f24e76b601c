"""The job log, and one job with its live progress and its errors."""

from __future__ import annotations

from flask import request

from flask_coupling.operations import failed_pairs, jobs

from .. import ui
from ..answers import Answer, back_to, done, page
from ..language import plural, text
from ..words import WORDS
from .putting_off import tomorrow

PAGE_SIZE = 50
REFRESH_SECONDS = 3


def job_list(connection: str) -> Answer:
    """The jobs, newest first, by table mapping and state."""
    asked = request.args
    found = jobs.list_jobs(
        connection,
        asked.get("mapping") or None,
        state=asked.get("state") or None,
        cursor=asked.get("cursor") or None,
        limit=PAGE_SIZE,
    )
    return page("job_list.html", found=found, states=list(WORDS["job_state"]))


def job(connection: str, id: str) -> Answer:
    """One job; while it runs htmx asks again every second, and without JavaScript the page reloads itself."""
    view = jobs.get_job(connection, id)
    parts = () if view.mapping else jobs.job_parts(connection, id)
    errors = jobs.job_errors(connection, id, cursor=request.args.get("cursor") or None)
    waiting = failed_pairs.waiting_lines(connection, errors.rows) if view.is_over else {}
    refresh = None if view.is_over else REFRESH_SECONDS
    return page("job.html", job=view, parts=parts, errors=errors, waiting=waiting, refresh=refresh, tomorrow=tomorrow())


def cancel_job(connection: str, id: str) -> Answer:
    """Ask a running job to stop after the records it is at."""
    back_to(ui.address("job", id=id))
    view = jobs.cancel_job(connection, id)
    message = text("The job was over already.") if view.is_over and view.state != "canceled" else ""
    return done(ui.address("job", id=id), message or text("The job stops as soon as it can."), "info")


def pause_job(connection: str, id: str) -> Answer:
    """Ask a running job to stand still after the records it is at; it goes on when it is resumed."""
    back_to(ui.address("job", id=id))
    jobs.pause_job(connection, id)
    return done(ui.address("job", id=id), text("The job pauses as soon as it can."), "info")


def resume_job(connection: str, id: str) -> Answer:
    """Let a paused job go on where it stood."""
    back_to(ui.address("job", id=id))
    jobs.resume_job(connection, id)
    return done(ui.address("job", id=id), text("The job goes on."), "info")


def restart_job(connection: str, id: str) -> Answer:
    """Run the lines of a job again that are not finished, or this one line."""
    back_to(ui.address("job", id=id))
    view = jobs.restart_job(connection, id)
    return done(ui.address("job", id=view.id), text("The job is started."), "info")


def delete_jobs(connection: str) -> Answer:
    """Ask which jobs to delete from the log; sent, delete them."""
    here = ui.address("job_list")
    if request.method == "GET":
        return page("delete_jobs.html", back=here, days=USUAL_DAYS)
    back_to(here)
    days = request.form.get("days", "")
    older = int(days) if days.isdecimal() and len(days) < 6 else None
    count = jobs.delete_jobs(connection, older_than_days=None if request.form.get("what") == "all" else older)
    return done(
        here, plural("%(num)s job was deleted.", "%(num)s jobs were deleted.", count), "good" if count else "info"
    )


USUAL_DAYS = 7
