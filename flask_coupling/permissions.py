"""Who may do what: the host's callback decides; without one everything is denied outside debug and testing."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from flask import current_app, has_request_context

from flask_coupling.errors import NotPermitted
from flask_coupling.globals import current_coupling


class Action(StrEnum):
    """What a permission is asked for."""

    VIEW = "view"
    COUPLE = "couple"
    SYNCHRONIZE = "synchronize"
    ADMINISTER = "administer"


_WORDS = {
    Action.VIEW: "see couplings",
    Action.COUPLE: "change couplings",
    Action.SYNCHRONIZE: "synchronize",
    Action.ADMINISTER: "set up connections and table mappings",
}


def allowed(action: str, **resource: Any) -> bool:
    """Whether the one who asks may do this to the resource (`connection=...`, `mapping=...`).

    Code that runs outside a request (a host's script, a job's worker) is the host itself and is trusted.
    """
    if not has_request_context():
        return True
    decide = current_coupling.settings.permission
    if decide is None:
        return current_app.debug or current_app.testing
    return bool(decide(Action(action), resource))


def require(action: str, **resource: Any) -> None:
    """Raise NotPermitted unless the one who asks may do this to the resource."""
    if not allowed(action, **resource):
        raise NotPermitted(action=_WORDS[Action(action)], **resource)


def principal() -> str:
    """Who is asking, as the host's callback names it; empty outside a request or without a callback."""
    name = current_coupling.settings.principal
    if name is None or not has_request_context():
        return ""
    return str(name() or "")
