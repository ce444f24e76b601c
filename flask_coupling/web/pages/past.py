"""What a job wrote, and taking it back: one change of a record, or a whole job."""

from __future__ import annotations

from flask import request

from flask_coupling.globals import current_coupling
from flask_coupling.operations import history, jobs
from flask_coupling.operations.naming import name_ids

from .. import ui
from ..answers import Answer, back_to, done, next_address, page
from ..language import text
from .synchronizing import summary


def job_history(connection: str, id: str) -> Answer:
    """Each record that a job wrote to or coupled, with the values before and after, newest first."""
    view = jobs.get_job(connection, id)
    past = history.job_history(connection, id, cursor=request.args.get("cursor") or None)
    known = name_ids(connection, {each for row in past.rows for each in (row.bc_id, row.sales_id) if each})
    lines = {name for name, mapping in current_coupling.mappings.items() if mapping.parent}
    return page("job_history.html", job=view, past=past, known=known, lines=lines)


def undo_change(connection: str, id: int) -> Answer:
    """Take back one write; what was changed again since stays, and is named."""
    back = next_address(ui.address("overview"))
    back_to(back)
    return done(back, *summary(history.undo_entries(connection, [id])))


def undo_job(connection: str, id: str) -> Answer:
    """Ask once more, then take back all that a job wrote, in a job of its own."""
    here = ui.address("job", id=id)
    if request.method == "GET":
        return page("undo_job.html", id=id, back=here)
    back_to(here)
    job = history.undo_job(connection, id)
    return done(ui.address("job", id=job.id), text("The job is started."), "info")
