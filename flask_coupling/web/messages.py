"""Messages for the next page, apart from the host's own flashed ones."""

from __future__ import annotations

from flask import session

from flask_coupling.operations.views import Problem

from . import problems

_KEY = "coupling_messages"
# the session lives in a cookie: browsers drop one above 4 KB, and a service's own words may be longer than that
_LONGEST = 600
_MOST = 3


def tell(message: str, tone: str = "good", hint: str = "") -> None:
    """Keep a message for the next page; `tone` is good, info, warn or bad."""
    kept = [*session.get(_KEY, ()), [tone, message[:_LONGEST], hint[:_LONGEST]]]
    session[_KEY] = kept[-_MOST:]


def tell_problem(problem: Problem) -> None:
    """Keep an error for the next page."""
    tell(problems.message_of(problem), "bad", problems.hint_of(problem))


def take_messages() -> list[list[str]]:
    """The kept messages as `[tone, message, hint]`; each is shown once."""
    if not session:  # nothing is kept, or the host has no secret key and so no session
        return []
    taken: list[list[str]] = session.pop(_KEY, [])
    return taken
