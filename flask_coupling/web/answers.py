"""How pages answer: a whole page or the part htmx asked for, a message and a redirect, an error in plain words."""

from __future__ import annotations

from typing import Any

from flask import Response, g, redirect, render_template, request
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as BaseResponse

from flask_coupling.errors import CouplingError

from . import problems, security, ui
from .language import text
from .messages import tell, tell_problem

Answer = str | BaseResponse | tuple[str, int]


def asked_part() -> str:
    """The id of the element htmx wants filled, or empty text when the whole page is asked for."""
    return "" if request.headers.get("HX-History-Restore-Request") else request.headers.get("HX-Target", "")


def page(template: str, **values: Any) -> str:
    """A page, or the dialog or part of it that htmx asked for (templates choose by `part`)."""
    return render_template(f"coupling/{template}", part=asked_part(), ui=ui.TOOLS, **values)


def go(address: str) -> Response:
    """Send the browser on with GET, so that reloading does not send the form again."""
    return redirect(address, 303)  # type: ignore[return-value]


def done(address: str, message: str, tone: str = "good", hint: str = "") -> Response:
    """Say what was done on the next page: the one a local `next` names, else `address`."""
    tell(message, tone, hint)
    return go(next_address(address))


def watch(address: str) -> Response:
    """Lead to a job that was started, wherever the form came from."""
    tell(text("The job is started."), "info")
    return go(address)


def next_address(otherwise: str) -> str:
    """Where the reader came from when that is on this host, else `otherwise`."""
    return security.local_path(request.values.get("next")) or otherwise


def back_to(address: str) -> None:
    """Where an error of this form's operation leads, with its message."""
    g.coupling_back = address


def answer_error(error: CouplingError) -> BaseResponse | tuple[str, int]:
    """Answer an error: a form's on the page it came from, any other as a page or part of its own."""
    problem = problems.problem_of(error)
    if request.method == "POST" and not asked_part():
        tell_problem(problem)
        return go(g.get("coupling_back") or _page_of_form())
    return page("error.html", problem=problem, status=error.status), error.status


def answer_refused_form(_: CSRFError) -> BaseResponse | tuple[str, int]:
    """Answer a form that the host's own CSRF protection refused, in our words."""
    return answer_error(security.FormExpiredConflictError())


def answer_missing(error: HTTPException) -> tuple[str, int]:
    """Answer an address of ours that leads nowhere."""
    status = error.code or 404
    return page("error.html", problem=None, status=status), status


def _page_of_form() -> str:
    rule = request.url_rule
    if rule is not None and rule.methods and "GET" in rule.methods:
        return ui.page_path()
    return ui.address("overview") if ui.connection_name() else ui.address("home")
