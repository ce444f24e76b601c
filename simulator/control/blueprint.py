"""Serves the control API: each route of the table becomes a view; a refusal is JSON that says why."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import orjson
from flask import Blueprint, Response, redirect, request, url_for
from marshmallow import Schema, ValidationError
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as BaseResponse

from simulator.control.document import describe_api
from simulator.control.operations import NoSuchThing, show_status
from simulator.control.routes import ROUTES, Route
from simulator.control.schemas import RowSchema
from simulator.faults import BadRule
from simulator.instance import Simulator
from simulator.odata.errors import ServiceError

_PREFIX = "/_simulator"


class NotAnObject(ValueError):
    """The body is no JSON object."""


def create_control(simulator: Simulator) -> Blueprint:
    """Return the blueprint of the control API of one simulator."""
    control = Blueprint("control", __name__)
    for route in ROUTES:
        name = f"{route.run.__name__}_{route.method.lower()}"
        control.add_url_rule(route.path, name, _view(simulator, route), methods=[route.method])
    document = describe_api(ROUTES, _PREFIX)

    @control.get("")
    @control.get("/")
    def status() -> BaseResponse:
        if request.accept_mimetypes.best_match(("application/json", "text/html")) == "text/html":
            return redirect(url_for("pages.worlds"))
        return _as_json(show_status(simulator), 200)

    @control.get("/openapi.json")
    def openapi() -> Response:
        return _as_json(document, 200)

    control.before_request(refuse_other_sites)
    for error, status_code in _STATUS.items():
        control.register_error_handler(error, _handler(status_code))
    control.register_error_handler(ValidationError, _explain_fields)
    control.register_error_handler(ServiceError, _repeat_service)
    control.register_error_handler(HTTPException, lambda error: _refuse(error.code or 500, str(error.description)))
    return control


def refuse_other_sites() -> Response | None:
    """Refuse what a page of another site would do to the simulator through somebody's browser."""
    origin = request.headers.get("Origin")
    if request.method in ("GET", "HEAD") or origin is None or urlsplit(origin).netloc == request.host:
        return None
    return _refuse(403, f"Requests from {origin} are not taken.")


def _view(simulator: Simulator, route: Route) -> Callable[..., Response]:
    def view(**path: Any) -> Response:
        taken = dict(path)
        if route.query is not None:
            taken |= _load(route.query, request.args.to_dict())
        if route.body is RowSchema:
            taken["values"] = _load(RowSchema, _read_object())
        elif route.body is not None:
            taken |= _load(route.body, _read_object())
        answer = route.run(simulator, **taken)
        if isinstance(answer, bytes):
            return Response(answer, route.status, content_type=route.content_type)
        return _as_json(answer, route.status) if route.status != 204 else Response(status=204)

    return view


def _load(schema: type[Schema], values: dict[str, Any]) -> dict[str, Any]:
    loaded: dict[str, Any] = schema().load(values)
    return loaded


def _read_object() -> dict[str, Any]:
    try:
        body = orjson.loads(request.get_data() or b"{}")
    except orjson.JSONDecodeError as error:
        raise NotAnObject(f"The body is not valid JSON: {error}.") from error
    if not isinstance(body, dict):
        raise NotAnObject("The body must be a JSON object.")
    return body


def _as_json(value: Any, status: int) -> Response:
    return Response(orjson.dumps(value), status, content_type="application/json")


def _refuse(status: int, message: str, **facts: Any) -> Response:
    return _as_json({"error": message, **facts}, status)


def _handler(status: int) -> Callable[[Exception], Response]:
    return lambda error: _refuse(status, str(error))


def _explain_fields(error: ValidationError) -> Response:
    return _refuse(422, "Some fields are not as they should be.", fields=error.messages)


def _repeat_service(error: ServiceError) -> Response:
    return _refuse(error.status, error.message, code=error.code)


_STATUS: dict[type[Exception], int] = {NoSuchThing: 404, NotAnObject: 400, OverflowError: 422, BadRule: 422}
