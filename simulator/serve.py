"""Serves the simulator over sockets: waitress, or werkzeug's server where https is wanted."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import waitress
from flask import Flask
from werkzeug.serving import WSGIRequestHandler, make_server

from simulator.certificate import key_of
from simulator.transport import FaultyLine

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment


def serve(app: Flask, host: str, port: int, *, threads: int = 16, certificate: Path | None = None) -> None:
    """Serve until interrupted; over https when there is a ``certificate`` with its key beside it."""
    line = FaultyLine(app)
    if certificate is None:
        # every byte is sent at once, or a dripping answer would come in one piece
        waitress.serve(line, host=host, port=port, threads=threads, ident="simulator", send_bytes=1)
        return
    context = (str(certificate), str(key_of(certificate)))
    server = make_server(host, port, line, threaded=True, ssl_context=context, request_handler=_KeepAliveHandler)
    server.serve_forever()


class _KeepAliveHandler(WSGIRequestHandler):
    """Keeps connections open, as the services do, and writes no access log: the journal has every request."""

    protocol_version = "HTTP/1.1"

    def connection_dropped(self, error: BaseException, environ: WSGIEnvironment | None = None) -> None:
        """Close the connection: a fault rule wants it so."""
        self.close_connection = True

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Write nothing."""
