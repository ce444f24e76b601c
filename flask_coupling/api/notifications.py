"""Where the two services send their notifications: no session, no permission and no form, but a shared secret."""

from __future__ import annotations

from flask import Blueprint, Flask, Response, request
from werkzeug.exceptions import HTTPException, default_exceptions

from flask_coupling.errors import CouplingError
from flask_coupling.operations import webhooks
from flask_coupling.operations.subscriptions import KEY_HEADER, KEY_PARAMETER
from flask_coupling.state import CouplingState

from .guard import add_headers, exempt_from_csrf, limit_body, refuse_odd_addresses

ROOT = "/<string(maxlength=50):connection>"


def init_notifications(app: Flask, state: CouplingState) -> None:
    """Register the addresses below the extension's; only a host with COUPLING_PUBLIC_URL has them."""
    root = Blueprint("coupling_webhooks", __name__, url_prefix=f"{state.settings.url_prefix}/webhooks")
    root.add_url_rule(f"{ROOT}/bc", view_func=take_bc, methods=["POST"])
    root.add_url_rule(f"{ROOT}/sales", view_func=take_sales, methods=["POST"])
    root.url_value_preprocessor(refuse_odd_addresses)
    root.before_request(limit_body)
    root.after_request(add_headers)
    root.register_error_handler(CouplingError, lambda error: _answer(error.status, error.code))
    for status in default_exceptions:
        root.register_error_handler(status, _answer_http_error)
    app.register_blueprint(root)
    exempt_from_csrf(app, (root,))


def take_bc(connection: str) -> Response:
    """Answer Business Central's question whether we want its notifications, or take them."""
    token = request.args.get("validationToken")
    if token is not None:
        return _answer(200, webhooks.accept_validation(connection, token))
    webhooks.accept_bc(connection, request.get_data())
    return _answer(200, "")


def take_sales(connection: str) -> Response:
    """Take a notification of a Dataverse service endpoint."""
    key = request.headers.get(KEY_HEADER) or request.args.get(KEY_PARAMETER) or ""
    entity = request.headers.get("x-ms-dynamics-entity-name", "")
    webhooks.accept_sales(connection, key, entity, request.get_data())
    return _answer(200, "")


def _answer(status: int, text: str) -> Response:
    return Response(text, status, mimetype="text/plain")


def _answer_http_error(error: HTTPException) -> Response:
    return _answer(error.code or 500, error.name)
