"""A caller of the API who holds every answer against the OpenAPI document."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_sqlalchemy import SQLAlchemy
from werkzeug.test import TestResponse

from flask_coupling import FlaskCoupling
from simulator.instance import Simulator

from .contract import Contract

ROOT = "/coupling/api"
SYNCHRONIZE = "/connections/default/table-mappings/CUSTOMER/synchronize"


class Caller:
    """Another program: `api.get("/connections")`, `api.post("/connections/default/enable", {})`."""

    def __init__(self, client: FlaskClient, contract: Contract) -> None:
        self.client = client
        self.contract = contract

    def call(self, method: str, path: str, **options: Any) -> TestResponse:
        """Ask for a path below the API's root, or for an address an answer told."""
        address = path if path.startswith(ROOT) else ROOT + path
        answer = self.client.open(address, method=method, **options)
        self.contract.check(method, address.partition("?")[0], answer)
        return answer

    def get(self, path: str, **options: Any) -> TestResponse:
        return self.call("GET", path, **options)

    def post(self, path: str, body: Any) -> TestResponse:
        return self.call("POST", path, json=body)

    def put(self, path: str, body: Any) -> TestResponse:
        return self.call("PUT", path, json=body)

    def delete(self, path: str) -> TestResponse:
        return self.call("DELETE", path)


@pytest.fixture(scope="session")
def contract() -> Contract:
    """What the document promises; the same for every host."""
    app = Flask("documented")
    app.config.update(TESTING=True, SQLALCHEMY_DATABASE_URI="sqlite://", COUPLING_JOB_ENGINE="inline")
    FlaskCoupling(app, SQLAlchemy(app))
    return Contract(app.test_client().get(f"{ROOT}/openapi.json").get_json())


@pytest.fixture
def api(client: FlaskClient, contract: Contract) -> Caller:
    """A caller of the host's API; nobody is connected yet."""
    return Caller(client, contract)


@dataclass(frozen=True)
class World:
    """The simulator's two systems, and what the tests put there."""

    simulator: Simulator

    def customer(self, name: str, **values: Any) -> str:
        """Create a customer in Business Central and return its id."""
        return str(self.simulator.bc.create("customers", {"displayName": name, **values})["id"])

    def account(self, name: str, **values: Any) -> str:
        """Create an account of a customer in Sales and return its id."""
        row = self.simulator.sales.create("accounts", {"name": name, "customertypecode": 3, **values})
        return str(row["accountid"])


@pytest.fixture
def world(simulator: Simulator, connected: object) -> World:
    """Two systems the host is connected to, empty but for what a test creates."""
    return World(simulator)


@pytest.fixture
def coupling_id(api: Caller, world: World) -> int:
    """A coupling of the customer Adatum in both systems, not synchronized yet."""
    body = {"mapping": "CUSTOMER", "bc_id": world.customer("Adatum"), "sales_id": world.account("Adatum")}
    return int(api.post("/connections/default/couplings", body).json["coupling"]["id"])


@pytest.fixture
def pair(api: Caller, coupling_id: int) -> dict[str, Any]:
    """The coupling as listed."""
    coupling: dict[str, Any] = api.get(f"/connections/default/couplings/{coupling_id}").json["coupling"]
    return coupling


@pytest.fixture
def synchronized(api: Caller, world: World, pair: dict[str, Any]) -> dict[str, Any]:
    """A pair that agreed, and was then edited in Business Central."""
    api.post(SYNCHRONIZE, {"coupling_ids": [pair["id"]], "wait": True, "resolution": "send_to_sales"})
    world.simulator.bc.update("customers", pair["bc_id"], city="Aarhus")
    return pair


def expect_problem(answer: TestResponse, status: int, code: str) -> dict[str, Any]:
    """The problem an answer is, which must have this status and code, and say something."""
    assert (answer.status_code, answer.get_json(force=True)["code"]) == (status, code), answer.get_data(as_text=True)
    assert answer.mimetype == "application/problem+json"
    problem: dict[str, Any] = answer.get_json(force=True)
    assert problem["status"] == status
    assert problem["detail"]
    return problem
