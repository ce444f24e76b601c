"""The four worlds the conformance suite runs in: each service in memory, and each one over HTTP."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Protocol

import pytest

from flask_coupling.core.mapping import TableView
from flask_coupling.core.record import Value
from flask_coupling.core.side import Side
from flask_coupling.endpoints.connect import Account, Surroundings, make_endpoints
from flask_coupling.endpoints.endpoint import Endpoint
from flask_coupling.endpoints.memory import MemoryEndpoint
from flask_coupling.endpoints.settings import TransportSettings
from simulator.instance import Simulator

from .helpers import ACCOUNT_VIEW, CUSTOMER_VIEW

FIELDS = {
    Side.BC: {"name": "displayName", "number": "number", "phone": "phoneNumber", "credit": "creditLimit"},
    Side.SALES: {"name": "name", "number": "accountnumber", "phone": "telephone1", "credit": "creditlimit"},
}
VIEWS = {Side.BC: CUSTOMER_VIEW, Side.SALES: ACCOUNT_VIEW}


class User(Protocol):
    """Someone else at work in the service: the endpoint under test is not told."""

    def create(self, entity_set: str, values: dict[str, Any]) -> Any: ...
    def update(self, entity_set: str, key: str, **values: Any) -> Any: ...
    def delete(self, entity_set: str, key: str) -> Any: ...


@dataclass
class World:
    """An endpoint, and another user of the same service."""

    endpoint: Endpoint
    user: User
    names: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.names = FIELDS[self.endpoint.side]

    @property
    def view(self) -> TableView:
        """Customers or accounts."""
        return VIEWS[self.endpoint.side]

    def values(self, **words: Value) -> dict[str, Value]:
        """Values by the service's own property names."""
        return {self.names.get(word, word): value for word, value in words.items()}

    def add(self, **words: Value) -> str:
        """Another user makes a row; returns its id."""
        return str(self.user.create(self.view.table.name, self.values(**words))[self.view.table.key])

    def edit(self, id: str, **words: Value) -> None:
        """Another user changes a row."""
        self.user.update(self.view.table.name, id, **self.values(**words))

    def remove(self, id: str) -> None:
        """Another user deletes a row."""
        self.user.delete(self.view.table.name, id)


class _MemoryUser:
    def __init__(self, endpoint: MemoryEndpoint) -> None:
        self._endpoint = endpoint

    def create(self, entity_set: str, values: dict[str, Any]) -> dict[str, str]:
        id = self._endpoint.add(entity_set, **values)
        return {"id": id, "accountid": id}

    def update(self, entity_set: str, key: str, **values: Any) -> None:
        self._endpoint.edit(entity_set, key, **values)

    def delete(self, entity_set: str, key: str) -> None:
        self._endpoint.remove(entity_set, key)


def connect(simulator: Simulator, **limits: Any) -> dict[Side, Endpoint]:
    """Both endpoints of a simulator's first company; they wait for nothing longer than tests may."""
    config = simulator.config
    account = Account(tenant=config.tenant, client_id=config.client_id, client_secret=config.client_secret)
    around = Surroundings(settings=TransportSettings(**{"backoff": 0.0, "parallel": 1, **limits}))
    bc, sales = make_endpoints(
        account, environment=config.environment, company=config.company.id, org_url=config.org_url, around=around
    )
    return {Side.BC: bc, Side.SALES: sales}


@pytest.fixture(params=["bc in memory", "sales in memory", "bc", "sales"])
def world(request: pytest.FixtureRequest) -> World:
    """Each of the four in turn, empty."""
    side = Side(request.param.split()[0])
    if "memory" in request.param:
        memory = MemoryEndpoint(side)
        return World(memory, _MemoryUser(memory))
    simulator: Simulator = request.getfixturevalue("simulator")
    return World(connect(simulator)[side], getattr(simulator, side.value))
