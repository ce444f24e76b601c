"""The control API: what a tester can do to a running simulator."""

from __future__ import annotations

from random import Random
from threading import Event

import orjson
import pytest
from flask.testing import FlaskClient

from simulator import Simulator
from simulator.control.routes import ROUTES


@pytest.fixture
def control(simulator: Simulator) -> FlaskClient:
    return simulator.app.test_client()


def customer(control: FlaskClient, **values: object) -> dict[str, object]:
    reply = control.post("/_simulator/worlds/bc/customers", json={"displayName": "Æble A/S"} | values)
    assert reply.status_code == 201, reply.text
    return reply.get_json()


def test_it_says_when_it_is_ready(control: FlaskClient) -> None:
    reply = control.get("/_simulator").get_json()
    assert reply["status"] == "ready"
    assert reply["customers"] == 0


def test_the_secret_is_nowhere_in_it(control: FlaskClient, simulator: Simulator) -> None:
    assert simulator.config.client_secret not in control.get("/_simulator").text


def test_a_row_is_created_read_changed_and_deleted_as_another_user(control: FlaskClient, simulator: Simulator) -> None:
    made = customer(control)
    address = f"/_simulator/worlds/bc/customers/{made['id']}"
    assert control.get(address).get_json() == made
    assert control.patch(address, json={"city": "Århus"}).get_json()["city"] == "Århus"
    assert control.delete(address).status_code == 204
    assert control.get(address).status_code == 404
    kinds = [change.kind for change in simulator.bc.changes("customers")]
    assert kinds == ["created", "updated", "deleted"]


def test_what_the_service_refuses_is_refused_in_its_words(control: FlaskClient) -> None:
    reply = control.post("/_simulator/worlds/bc/customers", json={"displayName": "x" * 200})
    assert reply.status_code == 400
    assert reply.get_json()["code"] == "Application_StringExceededLength"
    assert control.get("/_simulator/worlds/bc/customers").get_json()["count"] == 0


@pytest.mark.simulator(customers=30)
def test_rows_are_searched_without_regard_to_case_and_paged(control: FlaskClient) -> None:
    found = control.get("/_simulator/worlds/bc/customers?search=ADATUM").get_json()
    assert [row["displayName"] for row in found["value"]] == ["Adatum Corporation"]
    address = "/_simulator/worlds/bc/customers?limit=10&offset="
    pages = [control.get(f"{address}{at}").get_json()["value"] for at in (0, 10, 20)]
    assert len({row["id"] for page in pages for row in page}) == 30


@pytest.mark.simulator(customers=12)
def test_the_worlds_are_listed_with_their_numbers_of_rows(control: FlaskClient) -> None:
    worlds = control.get("/_simulator/worlds").get_json()
    assert next(one for one in worlds["bc"] if one["name"] == "customers")["rows"] == 12
    assert next(one for one in worlds["sales"] if one["name"] == "accounts")["key"] == "accountid"


@pytest.mark.simulator(customers=5)
def test_reset_goes_back_to_the_world_as_configured(control: FlaskClient, simulator: Simulator) -> None:
    before = simulator.bc.list("customers")
    customer(control)
    simulator.clock.freeze()
    assert control.post("/_simulator/reset").status_code == 204
    assert simulator.bc.list("customers") == before
    assert not simulator.clock.is_frozen
    assert list(simulator.requests) == []


def test_a_new_seed_replaces_both_worlds(control: FlaskClient) -> None:
    reply = control.post("/_simulator/seed", json={"customers": 7, "seed": 2})
    assert reply.get_json()["customers"] == 7
    assert control.get("/_simulator/worlds/bc/customers").get_json()["count"] == 7


def test_a_snapshot_is_restored_by_name(control: FlaskClient, simulator: Simulator) -> None:
    made = customer(control)
    assert control.post("/_simulator/snapshots", json={"name": "before"}).status_code == 201
    simulator.bc.delete("customers", str(made["id"]))
    assert control.post("/_simulator/snapshots/before/restore").status_code == 204
    assert simulator.bc.get("customers", str(made["id"])) == made
    assert control.get("/_simulator/snapshots").get_json() == {"value": ["before"]}


def test_an_unknown_snapshot_names_those_there_are(control: FlaskClient) -> None:
    reply = control.post("/_simulator/snapshots/nope/restore")
    assert reply.status_code == 404
    assert "none" in reply.get_json()["error"]


def test_the_clock_is_frozen_and_advanced_and_the_services_follow(control: FlaskClient, simulator: Simulator) -> None:
    control.put("/_simulator/clock", json={"action": "freeze", "at": "2030-01-31T08:00:00Z"})
    assert customer(control)["lastModifiedDateTime"] == "2030-01-31T08:00:00Z"
    now = control.put("/_simulator/clock", json={"action": "advance", "seconds": 3600}).get_json()
    assert now == {"now": "2030-01-31T09:00:00+00:00", "frozen": True}
    control.put("/_simulator/clock", json={"action": "reset"})
    assert not simulator.clock.is_frozen


def test_the_journal_is_searched_and_exported(control: FlaskClient) -> None:
    control.get("/api/data/v9.2/accounts")
    control.get("/v2.0/Production/api/v2.0/companies")
    refused = control.get("/_simulator/requests?service=bc&refused=true").get_json()
    assert refused["count"] == 1
    (entry,) = refused["value"]
    assert entry["reason"].startswith("Authentication_InvalidCredentials: The server has rejected")
    assert control.get(f"/_simulator/requests/{entry['number']}").get_json() == entry
    lines = control.get("/_simulator/requests/export").data.splitlines()
    assert [orjson.loads(line)["service"] for line in lines] == ["sales", "bc"]
    assert control.delete("/_simulator/requests").status_code == 204
    assert control.get("/_simulator/requests").get_json()["count"] == 0


def test_the_change_log_is_shown(control: FlaskClient, simulator: Simulator) -> None:
    made = customer(control)
    simulator.clock.advance(1)  # or both writes may fall into one millisecond
    simulator.bc.update("customers", str(made["id"]), city="Odense")
    changes = control.get(f"/_simulator/changes/bc?entity_set=customers&key={made['id']}").get_json()["value"]
    assert [change["kind"] for change in changes] == ["created", "updated"]
    assert set(changes[1]["fields"]) == {"city", "lastModifiedDateTime"}


@pytest.mark.simulator(customers=10)
def test_simulated_users_edit_both_sides(simulator: Simulator) -> None:
    for _ in range(40):
        simulator.editors.edit_once()
    assert {change.entity_set for change in simulator.bc.changes()} >= {"customers", "contacts"}
    assert {change.entity_set for change in simulator.sales.changes()} >= {"accounts", "contacts"}
    assert simulator.editors.edits == 40


@pytest.mark.simulator(customers=10)
def test_simulated_users_keep_editing_at_a_rate_until_they_are_stopped(
    control: FlaskClient, simulator: Simulator
) -> None:
    seen = Event()
    simulator.store.listen(lambda service, changes: seen.set())
    control.put("/_simulator/editors", json={"per_minute": 6000})
    assert seen.wait(timeout=30)
    assert control.put("/_simulator/editors", json={"per_minute": 0}).get_json()["per_minute"] == 0
    made = len(simulator.bc.changes()) + len(simulator.sales.changes())
    seen.clear()
    assert not seen.wait(timeout=0.1)
    assert len(simulator.bc.changes()) + len(simulator.sales.changes()) == made > 0


def test_another_site_cannot_steer_it_through_a_browser(control: FlaskClient, simulator: Simulator) -> None:
    reply = control.post("/_simulator/seed", json={"customers": 3}, headers={"Origin": "https://evil.example"})
    assert reply.status_code == 403
    assert simulator.bc.count("customers") == 0


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("POST", "/seed", b"{", 400),
        ("POST", "/seed", b"[]", 400),
        ("POST", "/seed", b'{"customers": -1}', 422),
        ("POST", "/seed", b'{"customers": "many"}', 422),
        ("POST", "/seed", b'{"size": 1}', 422),
        ("PUT", "/clock", b'{"action": "stop"}', 422),
        ("PUT", "/clock", b'{"action": "advance"}', 422),
        ("PUT", "/clock", b'{"action": "set", "at": "yesterday"}', 422),
        ("PUT", "/clock", b'{"action": "set", "at": "0001-01-01T00:00:00+14:00"}', 422),
        ("POST", "/snapshots", b'{"name": "../x"}', 422),
        ("PUT", "/editors", b'{"per_minute": 1e9}', 422),
        ("GET", "/requests?limit=0", b"", 422),
        ("GET", "/requests/999", b"", 404),
        ("GET", "/worlds/bc/nothing", b"", 404),
        ("GET", "/worlds/erp/customers", b"", 404),
        ("GET", "/worlds/bc/customers?limit=1000000", b"", 422),
        ("POST", "/worlds/bc/customers", b'{"self": 1, "entity_set": 2}', 400),
        ("PATCH", "/worlds/bc/customers/nope", b"{}", 404),
        ("DELETE", "/worlds/bc/customers/nope", b"", 404),
        ("GET", "/nothing", b"", 404),
        ("DELETE", "/clock", b"", 405),
    ],
)
def test_nonsense_is_a_4xx_that_says_why(
    control: FlaskClient, simulator: Simulator, method: str, path: str, body: bytes, status: int
) -> None:
    before = simulator.store.version("bc")
    reply = control.open(f"/_simulator{path}", method=method, data=body, content_type="application/json")
    assert reply.status_code == status, reply.text
    assert simulator.store.version("bc") == before


def test_the_openapi_document_describes_every_route(control: FlaskClient) -> None:
    document = control.get("/_simulator/openapi.json").get_json()
    assert document["openapi"] == "3.1.0"
    described = {(method.upper(), path) for path, methods in document["paths"].items() for method in methods}
    assert len(described) == len(ROUTES)
    seed = document["paths"]["/_simulator/seed"]["post"]
    assert seed["requestBody"]["content"]["application/json"]["schema"]["$ref"].endswith("/Seed")
    search = document["paths"]["/_simulator/requests"]["get"]["parameters"]
    assert {parameter["name"] for parameter in search} >= {"text", "status", "refused"}


def test_random_calls_never_break_it(control: FlaskClient) -> None:
    seed = Random().randrange(2**32)
    random = Random(seed)
    junk = ["", "null", "[]", "{}", '{"customers": 1}', '{"name": "\\u0000"}']
    junk.append('{"action": "set", "at": "9999-12-31T23:59:59Z"}')
    texts = ["bc", "sales", "customers", "accounts", "../..", "%00", "Æ", "'", "0", "-1", "x" * 300]
    for _ in range(300):
        route = random.choice([one for one in ROUTES if one.path not in ("/reset", "/seed")])
        parts = [random.choice(texts) if part.startswith("<") else part for part in route.path.split("/")]
        reply = control.open(
            "/_simulator" + "/".join(parts) + random.choice(["", "?limit=x", "?offset=-1", "?search=%25%27"]),
            method=route.method,
            data=random.choice(junk),
        )
        assert reply.status_code < 500, f"seed {seed}: {route.method} {parts} {reply.text}"
    control.put("/_simulator/editors", json={"per_minute": 0})
