"""Answers requests' calls to the services' real host names from inside the process, without a socket."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import responses
from requests import PreparedRequest
from requests.exceptions import ChunkedEncodingError, ConnectionError, ReadTimeout, SSLError
from werkzeug.test import Client, TestResponse

from simulator.app import create_simulator
from simulator.config import BC_HOST, LOGIN_HOST, SimulatorConfig
from simulator.faults import TRANSPORT_HEADER
from simulator.instance import Simulator, simulator_of

_METHODS = ("GET", "POST", "PATCH", "PUT", "DELETE", "HEAD", "OPTIONS")

# what a client sees of a broken connection; a slow one cannot be felt without a socket
_BROKEN = {
    "reset": ConnectionError("Connection aborted: the simulator reset it."),
    "tls": SSLError("The simulator refused the secure connection."),
    "timeout": ReadTimeout("Read timed out: the simulator does not answer."),
    "cut": ChunkedEncodingError("Connection broken: the simulator cut the answer."),
}

Answer = tuple[int, dict[str, str], bytes]


@contextmanager
def mount(config: SimulatorConfig | None = None, **options: Any) -> Iterator[Simulator]:
    """Serve one simulator at the real host names while the block runs, and yield its handle.

    ``options`` are those of SimulatorConfig. Calls to any other host are refused, as ``responses`` refuses what it
    does not know.
    """
    simulator = simulator_of(create_simulator(config, **options))
    client = Client(simulator.app)
    hosts = "|".join(re.escape(_host(url)) for url in (BC_HOST, LOGIN_HOST, simulator.config.org_url))
    pattern = re.compile(rf"https?://({hosts})(/|$|\?)", re.IGNORECASE)
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        for method in _METHODS:
            mock.add_callback(method, pattern, callback=lambda request: _answer(client, request), content_type=None)
        try:
            yield simulator
        finally:
            simulator.close()


def _host(url: str) -> str:
    return urlsplit(url).netloc


def forward(client: Client, request: PreparedRequest) -> TestResponse:
    """Hand one prepared request to the WSGI application, byte for byte; the caller closes the answer."""
    parts = urlsplit(request.url or "")
    body = request.body
    return client.open(
        path=parts.path,
        query_string=parts.query,
        method=request.method,
        base_url=f"{parts.scheme}://{parts.netloc}/",
        headers=list(request.headers.items()),
        data=body.encode() if isinstance(body, str) else body,
    )


def _answer(client: Client, request: PreparedRequest) -> Answer:
    with forward(client, request) as reply:
        fault = reply.headers.pop(TRANSPORT_HEADER, "").partition("=")[0]
        if fault in _BROKEN:
            raise _BROKEN[fault]
        return reply.status_code, dict(reply.headers), reply.data
