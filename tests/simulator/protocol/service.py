"""The two services alone, without tokens: a WSGI app over one store, for the protocol tests."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from werkzeug.test import Client

from simulator.business_central.manners import BusinessCentralManners
from simulator.business_central.service import business_central_service
from simulator.clock import Clock
from simulator.faults import Faults
from simulator.http import Handler, read_path, read_request, send_response
from simulator.http.notices import Notifier
from simulator.odata.messages import Remarks
from simulator.odata.service import Service
from simulator.sales.manners import SalesManners
from simulator.sales.messages import message_rows
from simulator.sales.service import sales_service
from simulator.store import Store

COMPANY = "11111111-1111-1111-1111-111111111111"
OTHER_COMPANY = "11111111-1111-1111-1111-222222222222"
USER = "22222222-2222-2222-2222-222222222222"
BC_ROOT = "/v2.0/tenant/production/api/v2.0"
SALES_ROOT = "/api/data/v9.2"


@dataclass
class Services:
    """Both services, with what a test may look at and turn."""

    store: Store
    clock: Clock
    faults: Faults
    notifier: Notifier
    client: Client
    posted: list[tuple[str, bytes]]
    posted_headers: list[dict[str, str]]
    subscriber_status: list[int]

    def bc(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        return self._call(method, f"{BC_ROOT}/companies({COMPANY}){path}", body, headers)

    def bc_root(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        return self._call(method, BC_ROOT + path, body, headers)

    def sales(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        return self._call(method, SALES_ROOT + path, body, headers)

    def follow(self, link: str, **headers: str) -> Any:
        return self._call("GET", link, None, headers)

    def _call(self, method: str, path: str, body: Any, headers: dict[str, str]) -> Any:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        options: dict[str, Any] = {"data": body} if isinstance(body, bytes) else {"json": body}
        return self.client.open(path, method=method, headers=named, **({} if body is None else options))


@cache
def _declared() -> tuple[Service, Service]:
    return business_central_service(), sales_service()


def make_services() -> Services:
    clock, faults = Clock(), Faults()
    declared = _declared()
    store = Store(declared, clock=clock, id_seed=7)
    for entity_set, rows in message_rows(declared[1].model):
        store.load("sales", entity_set, rows)
    store.load("bc", "companies", [{"id": COMPANY, "name": "CRONUS"}, {"id": OTHER_COMPANY, "name": "Other"}])
    posted: list[tuple[str, bytes]] = []
    posted_headers: list[dict[str, str]] = []
    statuses = [200]

    def send(url: str, headers: Any, body: bytes) -> tuple[int, bytes]:
        posted.append((url, body))
        posted_headers.append(dict(headers))
        _, mark, token = url.partition("validationToken=")
        return (200, token.encode()) if mark else (statuses[-1], b"")

    bc = Handler(BusinessCentralManners(declared[0]), store, faults, send)
    sales = Handler(SalesManners(declared[1]), store, faults, send)

    def app(environ: Any, start_response: Any) -> Any:
        path = read_path(environ)
        handler, root = (bc, BC_ROOT) if path.startswith(BC_ROOT) else (sales, SALES_ROOT)
        request = read_request(environ, root, path.removeprefix(root), Remarks())
        request.caller = USER
        response = handler.handle(request)
        return send_response(handler, response, clock.now(), request.method == "HEAD", start_response)[1]

    return Services(
        store, clock, faults, Notifier(store, faults, send, send), Client(app), posted, posted_headers, statuses
    )
