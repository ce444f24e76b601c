"""Error answers: every error below our address becomes an `application/problem+json` body (RFC 9457)."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

from flask import Blueprint, Response, current_app, request, url_for
from werkzeug.exceptions import HTTPException, MethodNotAllowed, NotFound, default_exceptions
from werkzeug.routing import PathConverter, RequestRedirect

from flask_coupling.errors import CouplingError, InputInvalid, ServiceError, error_classes

from .rendering import render_json

log = logging.getLogger(__name__)

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")

_SECRET_WORDS = ("secret", "password", "authorization", "assertion")


@dataclass(frozen=True, slots=True)
class HttpProblem:
    """How an HTTP status that no error of ours stands for is told."""

    code: str
    detail: str
    hint: str = ""


HTTP_PROBLEMS: dict[int, HttpProblem] = {
    400: HttpProblem(
        "request_malformed", "The request cannot be understood: {description}", "Send it as JSON in UTF-8."
    ),
    404: HttpProblem("address_unknown", "There is nothing at {path}.", "Look the address up in the API's document."),
    405: HttpProblem("method_not_allowed", "{path} does not answer {method}.", "It answers {allowed}."),
    413: HttpProblem("request_too_large", "The request's body is too large.", "Send it in several smaller requests."),
    415: HttpProblem(
        "content_type_refused",
        "The request's content type is {mimetype}.",
        "Send JSON with the header Content-Type: application/json, also where the body is empty.",
    ),
    500: HttpProblem("internal_error", "The server failed to answer.", "Try again; the server's log has the details."),
}


class RestConverter(PathConverter):
    """The rest of an address, whatever is in it; werkzeug's own `path` stops at a line break."""

    regex = "(?s:[^/].*?)"


def answer_errors(root: Blueprint) -> None:
    """Answer every error below `root` as a problem, unknown addresses and methods included.

    Authentication (401) is left to the host. Handlers are registered by status because a host's handler for one
    status would win over ours for all.
    """
    root.register_error_handler(CouplingError, answer_coupling_error)
    for status in default_exceptions.keys() - {401}:
        root.register_error_handler(status, answer_http_error)
    for rule in ("", "/", "/<coupling_rest:rest>"):
        root.add_url_rule(rule, "unknown", refuse_unknown, methods=METHODS)


def answer_coupling_error(error: CouplingError) -> Response:
    """The problem that an error of ours is."""
    if error.status >= 500 and not isinstance(error, ServiceError):
        log.error("cannot answer path=%s code=%s detail=%s", request.path, error.code, error.message)
    is_input = isinstance(error, InputInvalid)
    errors = _listed(error.facts.get("errors") or {}) if is_input else {}
    facts = {} if is_input else error.facts
    answer = render_problem(error.status, error.code, error.message, error.hint, facts, errors)
    if error.retry_after is not None:
        answer.headers["Retry-After"] = str(max(1, round(error.retry_after)))
    return answer


def answer_http_error(error: HTTPException) -> Response:
    """The problem that an HTTP error of the framework, or of the host, is."""
    if error.code is None or isinstance(error, RequestRedirect):
        return error.get_response()  # type: ignore[return-value]
    told = HTTP_PROBLEMS.get(error.code) or HttpProblem(_code_of(error.code), "{description}")
    facts = {
        "path": request.path,
        "method": request.method,
        "mimetype": request.mimetype or "not given",
        "allowed": ", ".join(sorted(getattr(error, "valid_methods", None) or ())),
        "description": error.description or "",
    }
    answer = render_problem(error.code, told.code, told.detail.format_map(facts), told.hint.format_map(facts))
    answer.headers.extend((name, value) for name, value in error.get_headers() if name in ("Allow", "Retry-After"))
    return answer


def refuse_unknown(rest: str = "") -> Response:
    """Raise 405 when another method would be answered at this address, else 404."""
    if allowed := [method for method in METHODS if _is_known(method)]:
        raise MethodNotAllowed(allowed)
    raise NotFound


def _is_known(method: str) -> bool:
    adapter = current_app.create_url_adapter(request)
    try:
        rule, _ = adapter.match(method=method, return_rule=True) if adapter else (None, None)
    except HTTPException:
        return False
    return rule is not None and rule.endpoint != request.endpoint


def render_problem(
    status: int,
    code: str,
    detail: str,
    hint: str = "",
    facts: Mapping[str, Any] | None = None,
    errors: Mapping[str, list[str]] | None = None,
) -> Response:
    """A problem as an answer; facts that sound like a secret are left out."""
    body = {
        "type": f"{url_for('coupling_api.show_document')}#{code}",
        "title": title_of(code),
        "status": status,
        "code": code,
        "detail": detail,
        "hint": hint,
        "facts": {name: value for name, value in (facts or {}).items() if not _is_secret(name)},
        "instance": quote(request.root_path + request.path),
    }
    answer = Response(render_json(body | ({"errors": errors} if errors else {})), status)
    answer.headers["Content-Type"] = "application/problem+json"
    return answer


def describe_problems() -> list[tuple[str, int, str]]:
    """Every code a problem may carry, with its status and what it means, in alphabetical order."""
    http = {each.code: (status, HTTPStatus(status).phrase) for status, each in HTTP_PROBLEMS.items()}
    kinds = [each for each in error_classes() if each.__module__.startswith("flask_coupling.errors.")]
    ours = {each.code: (each.status, (each.__doc__ or "").strip().split("\n")[0]) for each in kinds}
    return [(code, *told) for code, told in sorted((http | ours).items())]


def title_of(code: str) -> str:
    """A code in words."""
    return code.replace("_", " ").capitalize()


def _code_of(status: int) -> str:
    return HTTPStatus(status).name.lower()


def _is_secret(name: str) -> bool:
    return any(word in name.lower() for word in _SECRET_WORDS)


def _listed(errors: Mapping[str, str | Iterable[str]]) -> dict[str, list[str]]:
    return {name: [told] if isinstance(told, str) else [str(each) for each in told] for name, told in errors.items()}
