"""Serves the table of operations: each becomes a route, and a path in the OpenAPI document."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, jsonify, request

from simulator.instance import Simulator
from simulator.journal import Entry


def describe_entry(entry: Entry) -> dict[str, Any]:
    """Return an entry of the journal as JSON values, bodies as text."""
    return {
        "number": entry.number,
        "at": entry.at.isoformat(),
        "service": entry.service,
        "method": entry.method,
        "url": entry.url,
        "status": entry.status,
        "seconds": round(entry.seconds, 6),
        "reason": entry.reason,
        "faults": list(entry.faults),
        "request": {"headers": entry.headers, "body": entry.body.decode(errors="replace")},
        "response": {"headers": entry.answer_headers, "body": entry.answer.decode(errors="replace")},
    }


def create_control(simulator: Simulator) -> Blueprint:
    """Return the blueprint of the control API of one simulator."""
    control = Blueprint("control", __name__)

    @control.get("")
    @control.get("/")
    def status() -> Response:
        state = simulator.store.get_state("seed", {})
        return jsonify({"status": "ready", "now": simulator.clock.now().isoformat(), **state})

    @control.post("/reset")
    def reset() -> tuple[str, int]:
        simulator.reset()
        return "", 204

    @control.post("/seed")
    def seed() -> tuple[str, int]:
        wanted: dict[str, Any] = request.get_json()
        simulator.seed(int(wanted.get("customers", 0)), int(wanted.get("seed", 1)))
        return "", 204

    @control.get("/requests")
    def requests() -> Response:
        return jsonify({"value": [describe_entry(one) for one in simulator.requests]})

    return control
