"""Taking back what was written: one change of a record, or a whole job."""

from __future__ import annotations

from flask import request

from flask_coupling.operations import history

from .. import ui
from ..answers import Answer, back_to, done, next_address, page
from ..language import text
from .synchronizing import summary


def undo_change(connection: str, id: int) -> Answer:
    """Take back one write; what was changed again since stays, and is named."""
    back = next_address(ui.address("overview"))
    back_to(back)
    return done(back, *summary(history.undo_entries(connection, [id])))


def undo_job(connection: str, id: str) -> Answer:
    """Ask once more, then take back all that a job wrote, in a job of its own."""
    here = ui.address("job", id=id)
    if request.method == "GET":
        return page("undo_job.html", id=id, changes=history.job_history(connection, id, limit=10), back=here)
    back_to(here)
    job = history.undo_job(connection, id)
    return done(ui.address("job", id=job.id), text("The job is started."), "info")
