"""The two services' addresses: who calls, and for which environment; the rest is each service's own handler."""

from __future__ import annotations

import re
from collections.abc import Callable
from time import perf_counter
from typing import Any
from uuid import uuid4

from flask import Blueprint, Response, jsonify, request

from simulator import auth
from simulator.auth import Identity
from simulator.business_central.manners import BusinessCentralManners
from simulator.config import LOGIN_HOST
from simulator.http import Handler, answer
from simulator.http.flask_glue import as_flask
from simulator.instance import Simulator
from simulator.journal import Entry, find_reason
from simulator.odata.errors import ServiceError
from simulator.odata.messages import Remarks
from simulator.sales.manners import SalesManners

_MOST_REFUSALS = 20  # parts of a batch whose refusals the journal tells
_METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "MERGE", "DELETE", "OPTIONS"]
_OPTIONS: dict[str, Any] = {"methods": _METHODS, "provide_automatic_options": False, "strict_slashes": False}
_BC_ROOT = re.compile(
    r"(?P<root>/v2\.0/(?:(?P<tenant>[^/]+)/)?(?P<environment>[^/]+)/api/(?:v2\.0|[^/]+/[^/]+/v\d+\.\d+))(?P<path>/.*)?",
    re.IGNORECASE,
)
_REJECTED = "The server has rejected the client credentials."
_SALES_ROOT = re.compile(r"(?P<root>/api/data/v9\.\d)(?P<path>/.*)?", re.IGNORECASE)


def create_gateway(simulator: Simulator) -> Blueprint:
    """Return the blueprint with both services' addresses, for one simulator."""
    gateway = Blueprint("services", __name__)
    manners = BusinessCentralManners(simulator.services["bc"])
    # handshakes go over the notifier's line, which a test may lead elsewhere
    bc = Handler(manners, simulator.store, simulator.faults, lambda *sent: simulator.notifier.send(*sent))
    sales = Handler(SalesManners(simulator.services["sales"]), simulator.store, simulator.faults)

    @gateway.route("/v2.0", defaults={"rest": ""}, **_OPTIONS)
    @gateway.route("/v2.0/<path:rest>", **_OPTIONS)
    def business_central(rest: str) -> Response:
        return _journaled(simulator, "bc", lambda remarks: _answer_bc(simulator, bc, remarks))

    @gateway.route("/api/data", defaults={"rest": ""}, **_OPTIONS)
    @gateway.route("/api/data/<path:rest>", **_OPTIONS)
    def dataverse(rest: str) -> Response:
        return _journaled(simulator, "sales", lambda remarks: _answer_sales(simulator, sales, remarks))

    @gateway.get("/environments/<version>")
    def environments(version: str) -> Response:
        return _journaled(simulator, "bc", lambda remarks: _list_environments(simulator, bc))

    return gateway


def _journaled(simulator: Simulator, service: str, answer_it: Callable[[Remarks], Response]) -> Response:
    """Answer, and write the exchange down; the body is kept for both."""
    start = perf_counter()
    sent = request.get_data(cache=True)
    remarks = Remarks()
    response = answer_it(remarks)
    entry = Entry(
        number=0,
        at=simulator.clock.now(),
        service=service,
        method=request.method,
        url=_address(),
        headers={name.lower(): value for name, value in request.headers.items()},
        body=sent,
        status=response.status_code,
        answer_headers=dict(response.headers),
        answer=response.get_data(),
        seconds=perf_counter() - start,
        reason="; ".join(remarks.refusals[:_MOST_REFUSALS]),
        faults=tuple(remarks.faults),
    )
    if entry.status >= 400 and not entry.reason:
        entry.reason = find_reason(entry.answer)
    simulator.requests.add(entry)
    return response


def _address() -> str:
    """Return the path and query of the request; bytes that are no UTF-8 are shown as such."""
    query = request.query_string.decode("utf-8", "replace")
    return f"{request.path}?{query}" if query else request.path


def _answer_bc(simulator: Simulator, handler: Handler, remarks: Remarks) -> Response:
    identity = _identify(simulator, auth.BC)
    if identity is None:
        return _bc_refusal(handler, 401, "Authentication_InvalidCredentials", _REJECTED, {"WWW-Authenticate": "Bearer"})
    root = _BC_ROOT.fullmatch(request.path)
    if root is None:
        return _bc_refusal(handler, 404, "BadRequest_NotFound", "Bad Request - Error in query syntax.")
    config = simulator.config
    if not config.lenient:
        tenant = (root["tenant"] or config.tenant).lower()
        if tenant not in (config.tenant.lower(), config.tenant_domain.lower()):
            return _bc_refusal(handler, 404, "Internal_TenantUnavailable", f"Tenant '{root['tenant']}' does not exist.")
        if root["environment"].lower() != config.environment.lower():
            return _bc_refusal(handler, 404, "NoEnvironment", "Environment does not exist.")
    return answer(handler, root["root"], root["path"] or "", identity.object_id, remarks)


def _bc_refusal(
    handler: Handler, status: int, code: str, message: str, headers: dict[str, str] | None = None
) -> Response:
    return as_flask(handler, handler.refusal(ServiceError(status, code, message, headers)))


def _answer_sales(simulator: Simulator, handler: Handler, remarks: Remarks) -> Response:
    identity = _identify(simulator, auth.SALES)
    root = _SALES_ROOT.fullmatch(request.path)
    if identity is None:
        return _sales_challenge(simulator)
    if root is None:
        return as_flask(handler, handler.refusal(ServiceError(404, "0x8006088a", "Resource not found.")))
    return answer(handler, root["root"], root["path"] or "", identity.object_id, remarks)


def _sales_challenge(simulator: Simulator) -> Response:
    """401 without a body; clients find the tenant in its header."""
    authorize = f"{LOGIN_HOST}/{simulator.config.tenant}/oauth2/authorize"
    challenge = f"Bearer authorization_uri={authorize}, resource_id={simulator.config.org_url}/"
    return Response(b"", 401, {"WWW-Authenticate": challenge, "REQ_ID": str(uuid4())})


def _list_environments(simulator: Simulator, handler: Handler) -> Response:
    if _identify(simulator, auth.BC) is None:
        return _bc_refusal(handler, 401, "Authentication_InvalidCredentials", _REJECTED, {"WWW-Authenticate": "Bearer"})
    config, base = simulator.config, request.host_url.rstrip("/")
    environment = {
        "aadTenantId": config.tenant,
        "applicationFamily": "BusinessCentral",
        "type": "Production",
        "name": config.environment,
        "countryCode": "DK",
        "webServiceUrl": base,
        "webClientLoginUrl": f"{base}/{config.tenant}/{config.environment}",
        "ringName": "PROD",
    }
    return jsonify({"value": [environment]})


def _identify(simulator: Simulator, service: str) -> Identity | None:
    return simulator.authority.identify(request.headers.get("Authorization", ""), service)
