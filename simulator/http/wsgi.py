"""Between the server and a service's handler: a request as WSGI hands it over, an answer as WSGI takes it.

Nothing of a web framework is used here: the services are asked thousands of times where people's pages are asked once.
"""

from __future__ import annotations

import string
from collections.abc import Iterable
from datetime import UTC, datetime
from email.utils import format_datetime
from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import quote

from werkzeug.http import HTTP_STATUS_CODES
from werkzeug.sansio.utils import get_current_url
from werkzeug.wsgi import get_host, get_input_stream

from simulator.http.handler import Handler
from simulator.odata.messages import Remarks, ServiceRequest, ServiceResponse

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

_BODILESS = (204, 304)


def read_path(environ: WSGIEnvironment) -> str:
    """Return the request's path, percent-decoded."""
    return _as_text(environ.get("PATH_INFO", ""))


def read_request(environ: WSGIEnvironment, root: str, path: str, remarks: Remarks) -> ServiceRequest:
    """Return the request with its body; its caller is for others to tell.

    `root` is the path of the service root ("/api/data/v9.2"), `path` what follows it. `remarks` is told what the
    journal wants to know beside the answer.
    """
    headers = {name[5:].replace("_", "-").lower(): value for name, value in environ.items() if name[:5] == "HTTP_"}
    if content_type := environ.get("CONTENT_TYPE"):
        headers["content-type"] = content_type
    return ServiceRequest(
        environ["REQUEST_METHOD"],
        _base(environ["wsgi.url_scheme"], headers.get("host"), environ["SERVER_NAME"], environ["SERVER_PORT"]),
        root,
        path,
        _as_text(environ.get("QUERY_STRING", "")),
        headers,
        _body(environ),
        remarks=remarks,
    )


def _as_text(latin: str) -> str:
    """WSGI hands raw bytes over as Latin-1; a client that sends unescaped UTF-8 is understood."""
    return latin if latin.isascii() else latin.encode("latin-1").decode("utf-8", "replace")


@lru_cache(maxsize=64)
def _base(scheme: str, host: str | None, server: str, port: str) -> str:
    environ = {"wsgi.url_scheme": scheme, "SERVER_NAME": server, "SERVER_PORT": port}
    named = environ if host is None else {**environ, "HTTP_HOST": host}
    return get_current_url(scheme, get_host(named)).rstrip("/")


def _body(environ: WSGIEnvironment) -> bytes:
    body: bytes = (environ["wsgi.input"] if environ.get("wsgi.input_terminated") else get_input_stream(environ)).read()
    return body


def send_response(
    handler: Handler, response: ServiceResponse, at: datetime, is_head: bool, start_response: StartResponse
) -> tuple[dict[str, str], Iterable[bytes]]:
    """Send an answer with the headers that every answer of the service carries; return its headers and its body."""
    headers = handler.manners.answer_headers()
    headers["Date"] = _http_date(at.replace(microsecond=0))
    for name, value in response.headers.items():
        headers[name] = value if value.isascii() and value.isprintable() else _encoded(value)
    body = response.body
    if body:
        headers.setdefault("Content-Type", handler.manners.content_type)
    else:
        headers.pop("Content-Type", None)
    if response.status not in _BODILESS:
        headers["Content-Length"] = str(len(body))
    start_response(_status_line(response.status), list(headers.items()))
    return headers, [] if is_head or not body or response.status in _BODILESS else [body]


@lru_cache(maxsize=8)
def _http_date(moment: datetime) -> str:
    return format_datetime(moment.astimezone(UTC), usegmt=True)


@lru_cache(maxsize=64)
def _status_line(status: int) -> str:
    return f"{status} {HTTP_STATUS_CODES.get(status, 'unknown').upper()}"


def _encoded(value: str) -> str:
    """Percent-encode what a header must not hold: an address may name a key with any letter."""
    return quote(value, safe=string.punctuation + " ")
