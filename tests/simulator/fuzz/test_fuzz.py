"""Thousands of senseless requests to both services and the control API: no crash, and no refused request writes.

Seeds are fixed, so that a run is the same every time; ``COUPLING_FUZZ_SEED=100`` draws others.
"""

from __future__ import annotations

import json
import os
import sqlite3
from collections import Counter
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import quote

import pytest
from werkzeug.test import Client, TestResponse

from simulator import Simulator, mount
from tests.simulator.fuzz.nonsense import Nonsense, Request
from tests.simulator.fuzz.words import ODD_TEXTS, ODD_VALUES, RAW_BODIES

FIRST = int(os.environ.get("COUPLING_FUZZ_SEED", "1"))
SEEDS = range(FIRST, FIRST + 4)
REQUESTS = 600  # for each seed and service: 4 * 2 * 600, and 4 * 150 to the control API

# the services answer these with 500 themselves
OWN_500 = ("The maximum number of '100' query operations", "does not support delta requests")


class World:
    """A seeded simulator on a file, and a second connection to it that sees every commit."""

    def __init__(self, simulator: Simulator, file: Path) -> None:
        self.simulator = simulator
        self.client = Client(simulator.app)
        self._watch = sqlite3.connect(file)
        self._seen = self._data_version()
        self._sum = self._checksum()
        self.token = self._sign_in()

    def send(self, request: Request) -> TestResponse:
        authorization = {"Authorization": self.token}
        reply = self.client.open(
            request.path, method=request.method, query_string=request.query,
            headers=authorization | request.headers, data=request.body,
        )  # fmt: skip
        self._wake_rows()
        return reply

    def _wake_rows(self) -> None:
        """Put rows that wait into their tables now, or a later request that only reads would do it."""
        self.simulator.store.changes("bc", since=self.simulator.store.version("bc"))

    def wrote(self) -> bool:
        """Whether any row of either service is another than when this was last asked."""
        now = self._data_version()
        if now == self._seen:
            return False
        self._seen, before = now, self._sum
        self._sum = self._checksum()
        return self._sum != before

    def close(self) -> None:
        self._watch.close()

    def _data_version(self) -> int:
        """SQLite's own mark, which changes with every commit of another connection."""
        found: int = self._watch.execute("PRAGMA data_version").fetchone()[0]
        return found

    def _checksum(self) -> str:
        total = sha256()
        names = self._watch.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name").fetchall()
        for (name,) in names:
            if not name.startswith(("_", "sqlite_")):
                for row in self._watch.execute(f'SELECT * FROM "{name}" ORDER BY 1'):
                    total.update(repr(row).encode())
        return total.hexdigest()

    def _sign_in(self) -> str:
        config = self.simulator.config
        form = {"grant_type": "client_credentials", "client_id": config.client_id,
                "client_secret": config.client_secret, "scope": "http://localhost/.default"}  # fmt: skip
        reply = self.client.post(f"/{config.tenant}/oauth2/v2.0/token", data=form)
        return f"Bearer {reply.get_json()['access_token']}"


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with mount(customers=8, database=f"sqlite:///{tmp_path}/world.db") as simulator:
        world = World(simulator, tmp_path / "world.db")
        yield world
        world.close()


def asked_for(request: Request, reply: TestResponse) -> bool:
    """Whether a 5xx is one that the service is meant to give: 501 for what is not offered, and its own two 500s."""
    if reply.status_code == 501 and (request.method == "HEAD" or is_batch(reply)):
        return True
    message = (reply.get_json(silent=True) or {}).get("error", {}).get("message", "")
    return (reply.status_code == 501 and bool(message)) or any(text in message for text in OWN_500)


def is_batch(reply: TestResponse) -> bool:
    """Whether an answer is that of a batch: Dataverse's bears the status of the part that failed; others may stand."""
    return reply.mimetype == "multipart/mixed"


def check_refusal(service: str, request: Request, reply: TestResponse, told: str) -> None:
    """A refusal has the service's own shape, which names a code and says something."""
    if request.method == "HEAD" or not reply.data or is_batch(reply):
        return
    body = reply.get_json(silent=True)
    assert body and body["error"]["code"] and body["error"]["message"], told
    assert (service == "bc") == ("CorrelationId:  " in body["error"]["message"]), told


@pytest.mark.parametrize("service", ["bc", "sales"])
@pytest.mark.parametrize("seed", SEEDS)
def test_no_request_crashes_a_service_and_no_refused_one_writes(world: World, service: str, seed: int) -> None:
    nonsense = Nonsense(seed, world.simulator, service)
    statuses: Counter[int] = Counter()
    for number in range(REQUESTS):
        request = nonsense.draw()
        reply = world.send(request)
        told = tell(seed, service, number, request, reply)
        statuses[reply.status_code] += 1
        assert reply.status_code < 500 or asked_for(request, reply), told
        wrote = world.wrote()
        if reply.status_code >= 400:
            assert is_batch(reply) or not wrote, told
            check_refusal(service, request, reply, told)
        elif request.method in ("GET", "HEAD", "OPTIONS"):
            assert not wrote, told
    assert statuses[200] > REQUESTS // 20 and statuses[400] > REQUESTS // 5, f"seed {seed}: {statuses}"
    assert statuses[404] and statuses[201] + statuses[204] > REQUESTS // 50, f"seed {seed}: {statuses}"


def tell(seed: int, part: str, number: int, request: Request, reply: TestResponse) -> str:
    """What is needed to see a failure again, and what was answered."""
    return f"COUPLING_FUZZ_SEED={seed}, {part}, request {number}: {request}\n{reply.status_code} {reply.data[:600]!r}"


class ControlNonsense:
    """Draws requests to the control API from its own OpenAPI document."""

    def __init__(self, seed: int, document: dict[str, Any], keys: list[str]) -> None:
        self.random = Random(f"control/{seed}")
        self.operations = [(path, verb, one) for path, item in document["paths"].items() for verb, one in item.items()]
        self.schemas = document.get("components", {}).get("schemas", {})
        self.names = ["bc", "sales", "customers", "accounts", "nope", *keys]

    def draw(self) -> Request:
        path, verb, operation = self.random.choice(self.operations)
        while "{" in path:
            before, _, rest = path.partition("{")
            path = f"{before}{self.name()}{rest.partition('}')[2]}"
        pairs = {one["name"]: self.random.choice(ODD_TEXTS) for one in operation.get("parameters", ())
                 if one["in"] == "query" and self.random.random() < 0.5}  # fmt: skip
        body = self.body(operation) if verb not in ("get", "delete") else b""
        query = "&".join(f"{name}={quote(text, safe='')}" for name, text in pairs.items())
        return Request(verb.upper(), quote(path), query, {"Content-Type": "application/json"}, body)

    def name(self) -> str:
        if self.random.random() < 0.7:
            return self.random.choice(self.names)
        return self.random.choice([text for text in ODD_TEXTS if text.strip("./ ")])[:60]

    def body(self, operation: dict[str, Any]) -> bytes:
        if self.random.random() < 0.3:
            return self.random.choice(RAW_BODIES)
        schema = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
        name = schema.get("$ref", "").rpartition("/")[2]
        fields = (*self.schemas.get(name, schema).get("properties", {}), "effect", "displayName", "name", "nope")
        values = {self.random.choice(fields): self.random.choice(ODD_VALUES) for _ in range(self.random.randint(0, 3))}
        return json.dumps(values).encode()


@pytest.mark.parametrize("seed", SEEDS)
def test_no_request_crashes_the_control_api_and_no_refused_one_writes(world: World, seed: int) -> None:
    document = world.client.get("/_simulator/openapi.json").get_json()
    keys = [row["id"] for row in world.simulator.bc.list("customers")[:3]]
    nonsense = ControlNonsense(seed, document, keys)
    statuses: Counter[int] = Counter()
    for number in range(150):
        request = nonsense.draw()
        if request.path.endswith(("/reset", "/seed")) and number % 10:
            continue  # these make whole worlds anew
        reply = world.send(request)
        told = tell(seed, "control", number, request, reply)
        statuses[reply.status_code] += 1
        assert reply.status_code < 500, told
        if reply.status_code >= 400:
            assert not world.wrote(), told
            assert reply.get_json(silent=True)["error"], told
        else:
            put_right(world)
    assert statuses[200] and statuses[404] and statuses[422], f"seed {seed}: {statuses}"


def put_right(world: World) -> None:
    """Undo what would make later answers other than nonsense deserves: fault rules, another time, busy users."""
    world.simulator.faults.clear()
    world.simulator.clock.reset()
    world.simulator.editors.stop()
    world.wrote()
