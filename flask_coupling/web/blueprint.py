"""Put the pages together: the blueprint, its address rules, and what runs around every page."""

from __future__ import annotations

from flask import Blueprint, Flask
from flask_wtf.csrf import CSRFError

from flask_coupling.errors import CouplingError
from flask_coupling.state import CouplingState

from . import answers, language, security, ui
from .pages import PAGES


def init_web(app: Flask, state: CouplingState) -> None:
    """Register the pages below `state.settings.url_prefix`, and what templates of the host may use."""
    language.init_language(app)
    blueprint = _make_blueprint()
    app.register_blueprint(blueprint, url_prefix=state.settings.url_prefix)
    for name, value in ui.GLOBALS.items():
        app.jinja_env.globals.setdefault(name, value)


def _make_blueprint() -> Blueprint:
    made = Blueprint("coupling", __name__, template_folder="templates", static_folder="static")
    for rule, methods, view in PAGES:
        made.add_url_rule(rule, view_func=view, methods=methods)
    made.before_request(security.check_form)
    made.after_request(security.set_headers)
    made.after_request(language.remember_language)
    made.register_error_handler(CouplingError, answers.answer_error)
    made.register_error_handler(CSRFError, answers.answer_refused_form)
    made.register_error_handler(404, answers.answer_missing)
    made.register_error_handler(405, answers.answer_missing)
    return made
