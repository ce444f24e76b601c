"""Full synchronization: the review, the start, its progress, and the question that follows it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from flask import request

from flask_coupling.errors import DependencyMissing
from flask_coupling.operations import full_synchronization as full
from flask_coupling.operations import modified_records, review
from flask_coupling.operations.views import Problem, ReviewView

from .. import ui
from ..answers import Answer, back_to, done, page
from ..language import plural, text
from ..problems import problem_of
from ..words import SIDES

REFRESH_SECONDS = 3


def full_synchronization(connection: str) -> Answer:
    """The review with a choice for each table; sent, it starts the full synchronization."""
    if request.method == "GET":
        return _show(connection)
    here = ui.address("full_synchronization")
    back_to(here)
    lines = {name.removeprefix("line:"): value for name, value in request.form.items() if name.startswith("line:")}
    try:
        full.start_full_synchronization(
            connection,
            lines,
            source=request.form["source"] if request.form.get("source") in SIDES else "bc",
            couple_dependencies="couple_dependencies" in request.form,
        )
    except DependencyMissing as error:
        return _show(connection, lines, _captioned(error)), error.status
    return done(here, text("The full synchronization is started."), "info")


def _show(connection: str, lines: Mapping[str, str] | None = None, problem: Problem | None = None) -> str:
    """The review; `lines` are the choices to keep where they were refused."""
    view = review.get_review(connection)
    refresh = REFRESH_SECONDS if _busy(view) else None
    return page("full.html", review=view, busy=_busy(view), refresh=refresh, chosen=lines or {}, problem=problem)


def _captioned(error: DependencyMissing) -> Problem:
    problem = problem_of(error)
    return replace(problem, facts={name: ui.caption(str(value)) for name, value in problem.facts.items()})


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
