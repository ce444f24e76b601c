"""The floor: a Flask handler which reads the request and returns a prebuilt answer, on the simulator's own server."""

from __future__ import annotations

import base64
import sys
from pathlib import Path

import orjson
from flask import Flask, Response, request

from simulator.serve import serve_plainly


def make_app(answers: Path) -> Flask:
    """The app that gives the answers of a file, each at `/<its number>`."""
    told = orjson.loads(answers.read_bytes())
    prebuilt = [(each["status"], each["type"], base64.b64decode(each["body"])) for each in told]
    app = Flask("floor", static_folder=None)

    @app.route("/<int:number>", methods=["GET", "POST", "PATCH"])
    def answer(number: int) -> Response:
        request.get_data()
        status, kind, body = prebuilt[number]
        return Response(body, status, content_type=kind or None)

    @app.get("/")
    def ready() -> Response:
        return Response(status=204)

    return app


if __name__ == "__main__":
    serve_plainly(make_app(Path(sys.argv[2])), "127.0.0.1", int(sys.argv[1]), threads=8)
