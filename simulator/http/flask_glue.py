"""Hand a Flask request to a service's handler, and its answer back."""

from __future__ import annotations

from datetime import UTC
from email.utils import format_datetime

from flask import Response, request

from simulator.http.handler import Handler
from simulator.odata.messages import Remarks, ServiceRequest, ServiceResponse


def answer(handler: Handler, root: str, path: str, caller: str, remarks: Remarks | None = None) -> Response:
    """Return the handler's answer to Flask's current request.

    `root` is the path of the service root ("/api/data/v9.2"), `path` what follows it, `caller` the user's id.
    `remarks` is told what the journal wants to know beside the answer.
    """
    environ = request.environ
    headers = {name[5:].replace("_", "-").lower(): value for name, value in environ.items() if name[:5] == "HTTP_"}
    headers["content-type"] = environ.get("CONTENT_TYPE", "")
    service_request = ServiceRequest(
        environ["REQUEST_METHOD"],
        request.host_url.rstrip("/"),
        root,
        path,
        _as_text(environ.get("QUERY_STRING", "")),
        headers,
        request.get_data(cache=False),
        caller=caller,
        remarks=remarks or Remarks(),
    )
    return as_flask(handler, handler.handle(service_request))


def _as_text(latin: str) -> str:
    """WSGI hands raw bytes over as Latin-1; a client that sends unescaped UTF-8 is understood."""
    return latin if latin.isascii() else latin.encode("latin-1").decode("utf-8", "replace")


def as_flask(handler: Handler, response: ServiceResponse) -> Response:
    """Return a service's answer as Flask sends it, with the headers that every answer carries."""
    headers = handler.manners.answer_headers()
    headers["Date"] = format_datetime(handler.store.clock.now().astimezone(UTC), usegmt=True)
    headers |= response.headers
    if response.body:
        headers.setdefault("Content-Type", handler.manners.content_type)
    result = Response(response.body, response.status, headers)
    if not response.body:
        result.headers.pop("Content-Type", None)
    return result
