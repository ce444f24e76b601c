"""Every declared entity set of both services, and a client that is signed in to its service."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import orjson
import pytest
from faker import Faker
from werkzeug.test import Client, TestResponse

from simulator import Simulator, create_simulator, simulator_of
from simulator.business_central.service import business_central_service
from simulator.odata.edm import EntitySet
from simulator.sales.service import sales_service

SERVICES = {"bc": business_central_service(), "sales": sales_service()}
EVERY = [(name, one) for name, service in SERVICES.items() for one in service.model.entity_sets]
CREATABLE = [(name, one) for name, one in EVERY if one.insert_allowed and one.sample(Faker())]
_OWNERS = {  # sets that are tested below a row of another one
    "attachments": ("Sales_x0020_Order", "salesOrders"),
    "documentAttachments": ("Customer", "customers"),
    "contactsInformation": ("Customer", "customers"),
    "defaultDimensions": ("Customer", "customers"),
}
LISTED = [(name, one) for name, one in EVERY if one.derived is None]
LABELS = {id(one): f"{name}-{one.name}" for name, one in EVERY}


def label(value: Any) -> str | None:
    return LABELS.get(id(value)) if isinstance(value, EntitySet) else None


class Tester:
    """Calls one service at the address of one set, and knows what a valid row of it is."""

    __test__ = False

    def __init__(self, simulator: Simulator, fake: Faker, service: str, declared: EntitySet) -> None:
        self.simulator = simulator
        self.service = service
        self.declared = declared
        self.fake = fake
        self._client = Client(simulator.app)
        self._token = _sign_in(self._client, simulator)
        self.parent = self._make_parent() if declared.parent else self._make_owner() if self._owner else None

    @property
    def root(self) -> str:
        config = self.simulator.config
        if self.service == "sales":
            return "/api/data/v9.2"
        return f"/v2.0/{config.tenant}/{config.environment}/api/{self.declared.api or 'v2.0'}"

    @property
    def base(self) -> str:
        if self.service == "sales" or not self.declared.scoped:
            return self.root
        return f"{self.root}/companies({self.simulator.config.company.id})"

    @property
    def address(self) -> str:
        """Where rows are created and listed: below the document for lines."""
        if self.parent and self.declared.parent:
            return f"{self.base}/{self.declared.parent.target}({self.parent})/{self.declared.parent.navigation}"
        if self._owner:
            navigation = self.declared.subpage.navigation if self.declared.subpage else self.declared.name
            return f"{self.base}/{self._owner[1]}({self.parent})/{navigation}"
        return f"{self.base}/{self.declared.name}"

    @property
    def above(self) -> dict[str, Any]:
        """What each row of a set has that is below another row: which row that is."""
        if self.declared.parent:
            return {self.declared.parent.column: self.parent}
        if self.declared.subpage and self._owner:
            return {self.declared.subpage.column: self.parent, self.declared.subpage.kind: self._owner[0]}
        return {(*self.declared.read_by, "parentId")[0]: self.parent} if self._owner else {}

    @property
    def _owner(self) -> tuple[str, str] | None:
        """What rows below a row of another set call it, and which set it is in; None for all others."""
        if self.declared.subpage:
            return next(iter(self.declared.subpage.owners.items()))
        return _OWNERS.get(self.declared.name)

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> TestResponse:
        """Call an address, or the set's own when the path starts with a query or a key."""
        address = path if path.startswith("/") else self.address + path
        return self._client.open(
            address,
            method=method,
            data=orjson.dumps(body) if body is not None else None,
            headers={"Authorization": self._token}
            | ({"Content-Type": "application/json"} if body is not None else {})
            | {name.replace("_", "-"): value for name, value in headers.items()},
        )

    def row_address(self, row: dict[str, Any]) -> str:
        set_address = self.address if self.declared.subpage else f"{self.base}/{self.declared.name}"
        return f"{set_address}({row[self.declared.key]})"

    def sample(self) -> dict[str, Any]:
        return dict(self.declared.sample(self.fake))

    def create(self, **values: Any) -> dict[str, Any]:
        """Create a valid row and return it as the service answers it."""
        reply = self.call("POST", "", self.sample() | values, Prefer="return=representation")
        assert reply.status_code == 201, reply.text
        row: dict[str, Any] = reply.get_json()
        return row

    def _make_owner(self) -> str:
        owners = self._owner[1] if self._owner else ""
        if not owners.startswith("sales"):
            return str(self.simulator.bc.create(owners, {"displayName": "Owner"})["id"])
        customer = self.simulator.bc.create("customers", {"displayName": "Owner"})
        return str(self.simulator.bc.create(owners, {"customerId": customer["id"]})["id"])

    def _make_parent(self) -> str:
        parent = self.declared.parent
        assert parent
        if parent.target == "priceLists":
            return str(self.simulator.bc.create("priceLists", {"displayName": "Prices"})["id"])
        customer = self.simulator.bc.create("customers", {"displayName": "Buyer"})
        return str(self.simulator.bc.create(parent.target, {"customerId": customer["id"]})["id"])


def _sign_in(client: Client, simulator: Simulator) -> str:
    config = simulator.config
    form = {
        "grant_type": "client_credentials",
        "client_id": config.client_id,
        "client_secret": config.client_secret,
        "scope": "http://localhost/.default",
    }
    reply = client.post(f"/{config.tenant}/oauth2/v2.0/token", data=form)
    return f"Bearer {reply.get_json()['access_token']}"


@pytest.fixture(scope="session")
def shared() -> Iterator[tuple[Simulator, Faker]]:
    """One simulator for all these tests, each of which looks only at the rows it made; and words that never repeat."""
    fake = Faker()
    fake.seed_instance(20)
    simulator = simulator_of(create_simulator())  # not mounted: that would take over `requests` for other tests
    yield simulator, fake
    simulator.close()


@pytest.fixture
def tester(request: pytest.FixtureRequest, shared: tuple[Simulator, Faker]) -> Tester:
    """A client of the set that the test is about: its parameters `service` and `declared`."""
    params = request.node.callspec.params
    return Tester(*shared, params["service"], params["declared"])
