"""Addresses that nobody has are refused in the shape of the part they look like."""

from __future__ import annotations

from typing import Any

import pytest
from werkzeug.test import Client

from simulator import Simulator


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("/v2.0/production%0A/api", "BadRequest_NotFound"),
        ("/environments/v1.2/nope", "BadRequest_NotFound"),
        ("/api/data/v9.2/accounts(%0D%0A)", "0x8006088a"),
    ],
)
def test_a_service_answers_in_its_own_shape(simulator: Simulator, path: str, code: str) -> None:
    reply = Client(simulator.app).get(path)
    error: dict[str, Any] = reply.get_json()["error"]
    assert (reply.status_code, error["code"]) == (404, code) and error["message"]


def test_the_control_api_answers_in_json_and_people_get_pages(simulator: Simulator) -> None:
    client = Client(simulator.app)
    assert client.get("/_simulator/nope").get_json()["error"]
    assert client.post("/_simulator/worlds").status_code == 405
    assert client.post("/_simulator/worlds").get_json()["error"]
    assert client.get("/_simulator/pages/nope").mimetype == "text/html"
    assert client.get("/nope").mimetype == "text/html"
