"""Serves the simulator over sockets: waitress, or werkzeug's server where https is wanted."""

from __future__ import annotations

import gc
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flask import Flask
from waitress.channel import HTTPChannel
from waitress.server import create_server
from waitress.task import WSGITask
from werkzeug.serving import WSGIRequestHandler, make_server

from simulator.certificate import key_of
from simulator.transport import FaultyLine
from simulator.turns import Turns

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication, WSGIEnvironment


def serve(app: Flask, host: str, port: int, *, threads: int = 16, certificate: Path | None = None) -> None:
    """Serve until interrupted; over https when there is a ``certificate`` with its key beside it."""
    line = FaultyLine(app)
    if certificate is None:
        serve_plainly(line, host, port, threads)
        return
    context = (str(certificate), str(key_of(certificate)))
    server = make_server(host, port, line, threaded=True, ssl_context=context, request_handler=_KeepAliveHandler)
    server.serve_forever()


def serve_plainly(app: WSGIApplication, host: str, port: int, threads: int) -> None:
    """Serve a WSGI app over http until interrupted."""
    # every byte is sent at once, or a dripping answer would come in one piece
    sockets: dict[int, Any] = {}
    turns: Any = Turns(threads)  # in the place of waitress's own dispatcher
    server = create_server(app, map=sockets, host=host, port=port, ident="simulator", send_bytes=1, _dispatcher=turns)
    for listener in sockets.values():
        listener.channel_class = _KeepAliveChannel
    gc.freeze()  # what was made so far stays: the collector need not look through it again and again
    server.run()


class _KeepAliveTask(WSGITask):
    """Keeps the connection open behind an answer without a body, as the services do; waitress would close it."""

    def set_close_on_finish(self) -> None:
        """Close the connection after this answer, unless all that is wrong with it is that it has no body."""
        request: Any = self.request
        wants_close = request.headers.get("CONNECTION", "").lower() == "close"
        if self.wrote_header or self.has_body or wants_close or self.version != "1.1":
            super().set_close_on_finish()


class _KeepAliveChannel(HTTPChannel):
    task_class = _KeepAliveTask


class _KeepAliveHandler(WSGIRequestHandler):
    """Keeps connections open, as the services do, and writes no access log: the journal has every request."""

    protocol_version = "HTTP/1.1"

    def connection_dropped(self, error: BaseException, environ: WSGIEnvironment | None = None) -> None:
        """Close the connection: a fault rule wants it so."""
        self.close_connection = True

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Write nothing."""
