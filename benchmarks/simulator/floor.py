"""The floor: a Flask handler which checks who asks, reads the request and returns a prebuilt answer.

It runs on the simulator's own server, and takes the simulator's own tokens.
"""

from __future__ import annotations

import base64
import sys
from datetime import UTC, datetime
from pathlib import Path

import orjson
from flask import Flask, Response, request

from simulator.auth import BC, SALES, Authority
from simulator.config import SimulatorConfig
from simulator.serve import serve_plainly


def make_app(answers: Path) -> Flask:
    """The app that gives the answers of a file, each at `/<its number>`."""
    told = orjson.loads(answers.read_bytes())
    prebuilt = [(each["status"], each["type"], base64.b64decode(each["body"])) for each in told]
    app = Flask("floor", static_folder=None)
    authority = Authority(SimulatorConfig(), lambda: datetime.now(UTC))

    @app.route("/<int:number>", methods=["GET", "POST", "PATCH"])
    def answer(number: int) -> Response:
        token = request.headers.get("Authorization", "")
        if authority.identify(token, BC) is None and authority.identify(token, SALES) is None:
            return Response(status=401)
        request.get_data()
        status, kind, body = prebuilt[number]
        return Response(body, status, content_type=kind or None)

    @app.get("/")
    def ready() -> Response:
        return Response(status=204)

    return app


if __name__ == "__main__":
    serve_plainly(make_app(Path(sys.argv[2])), "127.0.0.1", int(sys.argv[1]), threads=8)
