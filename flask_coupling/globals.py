"""The current app's coupling state, as Flask's own proxies give the current app."""

from __future__ import annotations

from typing import cast

from flask import current_app
from werkzeug.local import LocalProxy

from flask_coupling.errors import NotConfigured
from flask_coupling.state import CouplingState


def find_state() -> CouplingState:
    """The current app's state itself, which a thread of ours may keep; raises NotConfigured without the extension."""
    state = current_app.extensions.get("coupling")
    if state is None:
        detail = f"the app {current_app.name} has no FlaskCoupling"
        raise NotConfigured(detail=detail, remedy="Call FlaskCoupling(app, db), or coupling.init_app(app, db)")
    return cast(CouplingState, state)


current_coupling: CouplingState = LocalProxy(find_state)  # type: ignore[assignment]
"""The state of the current app; raises NotConfigured when the app has no extension."""
