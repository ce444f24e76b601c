"""Full synchronization: the review, the start, its progress, and the question that follows it."""

from __future__ import annotations

from flask import request

from flask_coupling.operations import full_synchronization as full
from flask_coupling.operations import modified_records, review
from flask_coupling.operations.views import ReviewView

from .. import ui
from ..answers import Answer, back_to, done, page
from ..language import plural, text
from ..words import SIDES

REFRESH_SECONDS = 3


def full_synchronization(connection: str) -> Answer:
    """The review with a choice for each table; sent, it starts the full synchronization."""
    here = ui.address("full_synchronization")
    if request.method == "POST":
        back_to(here)
        asked = request.form
        lines = {name.removeprefix("line:"): value for name, value in asked.items() if name.startswith("line:")}
        full.start_full_synchronization(
            connection,
            lines,
            source=asked["source"] if asked.get("source") in SIDES else "bc",
            couple_dependencies="couple_dependencies" in asked,
        )
        return done(here, text("The full synchronization is started."), "info")
    view = review.get_review(connection)
    return page("full.html", review=view, busy=_busy(view), refresh=REFRESH_SECONDS if _busy(view) else None)


def _busy(view: ReviewView) -> bool:
    """Whether a review or a full synchronization is under way."""
    return any(job is not None and not job.is_over for job in (view.review_job, view.job))


def start_review(connection: str) -> Answer:
    """Count what would be coupled and created."""
    here = ui.address("full_synchronization")
    back_to(here)
    job = review.start_review(connection)
    return done(
        here, text("All tables were counted.") if job.is_over else text("The tables are being counted."), "info"
    )


def allow_creation(connection: str) -> Answer:
    """Let the ordinary runs of the chosen tables create new records."""
    here = ui.address("full_synchronization")
    back_to(here)
    count = len(full.allow_creation(connection, request.form.getlist("mapping")))
    message = plural(
        "Jobs of %(num)s table create new records from now on.",
        "Jobs of %(num)s tables create new records from now on.",
        count,
    )
    return done(here, message if count else text("No table was chosen."), "good" if count else "info")


def synchronize_modified(connection: str) -> Answer:
    """Synchronize what was modified in all tables, as one job."""
    back_to(ui.address("overview"))
    job = modified_records.synchronize_modified(connection)
    return done(ui.address("job", id=job.id), text("The job is started."), "info")
