"""Addresses that nobody has are refused in the shape of the part they look like."""

from __future__ import annotations

from typing import Any

import pytest
from werkzeug.test import Client

from simulator import Simulator, create_simulator, simulator_of
from simulator.odata.edm import AlternateKey


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


@pytest.mark.parametrize(
    ("path", "code"), [("v2.0/Production/api/v2.0/companies", "Internal_ServerError"), ("api/data/v9.2/accounts", "")]
)
def test_a_crash_is_logged_and_answered_in_the_services_own_shape(
    path: str, code: str, caplog: pytest.LogCaptureFixture
) -> None:
    app = create_simulator(lenient=True)
    simulator = simulator_of(app)
    simulator.store.close()  # whatever is asked for now cannot be read
    reply = Client(app).get(f"/{path}")
    error = reply.get_json()["error"]
    assert reply.status_code == 500 and error["message"] and code in error["code"]
    assert "crashed" in caplog.text and simulator.requests[-1].status == 500


def test_a_key_of_any_letters_can_stand_in_an_answers_headers() -> None:
    app = create_simulator(lenient=True)
    keys = [AlternateKey("by_name", ("name",))]
    simulator_of(app).store.set_alternate_keys("sales", "accounts", keys)
    reply = Client(app).patch("/api/data/v9.2/accounts(name='Łódź æ')", json={})
    assert reply.status_code == 204
    assert reply.headers["OData-EntityId"].endswith("/accounts(name='%C5%81%C3%B3d%C5%BA %C3%A6')")
