"""The job log, and one job with its live progress and its errors."""

from __future__ import annotations

from flask import request

from flask_coupling.operations import jobs

from .. import ui
from ..answers import Answer, back_to, done, page
from ..language import text
from ..words import WORDS

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
    errors = jobs.job_errors(connection, id, cursor=request.args.get("cursor") or None)
    return page("job.html", job=view, errors=errors, refresh=None if view.is_over else REFRESH_SECONDS)


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
