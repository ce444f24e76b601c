"""Serves the simulator over sockets: waitress, or werkzeug's server where https is wanted."""

from __future__ import annotations

from pathlib import Path

import waitress
from flask import Flask
from werkzeug.serving import WSGIRequestHandler, make_server

from simulator.certificate import write_certificate


def serve(app: Flask, host: str, port: int, *, threads: int = 16, certificate: str | None = None) -> None:
    """Serve until interrupted; with ``certificate``, over https, and the certificate is written to that file."""
    if certificate is None:
        waitress.serve(app, host=host, port=port, threads=threads, ident="simulator", channel_timeout=600)
        return
    path = Path(certificate)
    key = write_certificate(path, host)
    server = make_server(
        host, port, app, threaded=True, ssl_context=(str(path), str(key)), request_handler=_KeepAliveHandler
    )
    server.serve_forever()


class _KeepAliveHandler(WSGIRequestHandler):
    """Keeps connections open, as the services do, and writes no access log: the journal has every request."""

    protocol_version = "HTTP/1.1"

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Write nothing."""
