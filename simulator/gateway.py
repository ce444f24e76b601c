"""The two services' addresses: who calls, and for which environment; the rest is each service's own handler."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterable
from time import perf_counter
from typing import TYPE_CHECKING
from uuid import uuid4

import orjson

from simulator import auth
from simulator.auth import Identity
from simulator.business_central.manners import BusinessCentralManners
from simulator.config import LOGIN_HOST
from simulator.http import Handler, read_path, read_request, send_response
from simulator.instance import Simulator
from simulator.journal import Entry, find_reason
from simulator.odata.errors import ServiceError
from simulator.odata.messages import Remarks, ServiceRequest, ServiceResponse
from simulator.sales.manners import SalesManners

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

log = logging.getLogger(__name__)

Answer = Callable[[ServiceRequest, str], ServiceResponse]
"""Answers a request at a path."""

_MOST_REFUSALS = 20  # parts of a batch whose refusals the journal tells
_ADDRESSES = re.compile(r"/(v2\.0|api/data|environments|[^/_][^/]*/api)(?:/.*)?")
_ENVIRONMENTS = re.compile(r"/environments/[^/]+/?")
_BC_ROOT = re.compile(
    r"(?P<root>/(?:v2\.0/(?:(?P<tenant>[^/]+)/)?(?P<environment>[^/]+)|[^/]+)"  # in the cloud, or of a server instance
    r"/api/(?:v2\.0|[^/]+/[^/]+/v\d+\.\d+))(?P<path>/.*)?",
    re.IGNORECASE,
)
_REJECTED = "The server has rejected the client credentials."
_SALES_ROOT = re.compile(r"(?P<root>/api/data/v9\.\d)(?P<path>/.*)?", re.IGNORECASE)


class Gateway:
    """WSGI middleware which answers at both services' addresses; every other request goes on to the app behind it."""

    def __init__(self, simulator: Simulator, app: WSGIApplication) -> None:
        self._app = app
        self._simulator = simulator
        store, faults, limits = simulator.store, simulator.faults, simulator.limits
        manners = BusinessCentralManners(simulator.services["bc"])
        # handshakes go over the notifier's line, which a test may lead elsewhere
        self._bc = Handler(manners, store, faults, lambda *sent: simulator.notifier.send(*sent), limits)
        self._sales = Handler(SalesManners(simulator.services["sales"]), store, faults, limits=limits)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        path = read_path(environ)
        found = _ADDRESSES.fullmatch(path)
        if found is None:
            return self._app(environ, start_response)
        if found[1] == "v2.0" or found[1].endswith("/api"):
            return self._journaled(environ, start_response, path, self._bc, self._answer_bc)
        if found[1] == "api/data":
            return self._journaled(environ, start_response, path, self._sales, self._answer_sales)
        if environ["REQUEST_METHOD"] == "GET" and _ENVIRONMENTS.fullmatch(path):
            return self._journaled(environ, start_response, path, self._bc, self._list_environments)
        return self._app(environ, start_response)

    def _journaled(
        self, environ: WSGIEnvironment, start_response: StartResponse, path: str, handler: Handler, answer: Answer
    ) -> Iterable[bytes]:
        """Answer, and write the exchange down."""
        start = perf_counter()
        request = read_request(environ, "", path, Remarks())
        response = self._answer_soundly(handler, request, path, answer)
        at = self._simulator.clock.now()
        headers, sent = send_response(handler, response, at, request.method == "HEAD", start_response)
        remarks = request.remarks
        entry = Entry(
            0, at, handler.service.name, request.method,
            f"{path}?{request.query}" if request.query else path, dict(request.headers), request.body, response.status,
            headers, response.body, perf_counter() - start, "; ".join(remarks.refusals[:_MOST_REFUSALS]),
            tuple(remarks.faults),
        )  # fmt: skip
        if response.status >= 400 and not entry.reason:
            entry.reason = find_reason(response.body)
        self._simulator.requests.add(entry)
        return sent

    def _answer_soundly(self, handler: Handler, request: ServiceRequest, path: str, answer: Answer) -> ServiceResponse:
        try:
            return answer(request, path)
        except Exception:
            log.exception("request crashed method=%s path=%s", request.method, path)
            return handler.refusal(ServiceError(500, *handler.manners.status_words(500)))

    def _answer_bc(self, request: ServiceRequest, path: str) -> ServiceResponse:
        identity = self._identify(request, auth.BC)
        if identity is None:
            return self._reject()
        root = _BC_ROOT.fullmatch(path)
        if root is None:
            return self._refuse(404, "BadRequest_NotFound", "Bad Request - Error in query syntax.")
        config = self._simulator.config
        if not config.lenient and root["environment"]:
            tenant = (root["tenant"] or config.tenant).lower()
            if tenant not in (config.tenant.lower(), config.tenant_domain.lower()):
                return self._refuse(404, "Internal_TenantUnavailable", f"Tenant '{root['tenant']}' does not exist.")
            if root["environment"].lower() != config.environment.lower():
                return self._refuse(404, "NoEnvironment", "Environment does not exist.")
        return self._bc.handle(_below(request, root, identity))

    def _reject(self) -> ServiceResponse:
        return self._refuse(401, "Authentication_InvalidCredentials", _REJECTED, {"WWW-Authenticate": "Bearer"})

    def _refuse(self, status: int, code: str, message: str, headers: dict[str, str] | None = None) -> ServiceResponse:
        return self._bc.refusal(ServiceError(status, code, message, headers))

    def _answer_sales(self, request: ServiceRequest, path: str) -> ServiceResponse:
        identity = self._identify(request, auth.SALES)
        if identity is None:
            return self._challenge(request)
        root = _SALES_ROOT.fullmatch(path)
        if root is None:
            return self._sales.refusal(ServiceError(404, "0x8006088a", "Resource not found."))
        return self._sales.handle(_below(request, root, identity))

    def _challenge(self, request: ServiceRequest) -> ServiceResponse:
        """401 without a body; clients find the tenant in its header, and where it signs in: here, for who came here."""
        config = self._simulator.config
        is_at_home = request.base.lower() == config.org_url.lower()
        resource, login = (config.org_url, LOGIN_HOST) if is_at_home else (request.base, request.base)
        authorize = f"{login}/{config.tenant}/oauth2/authorize"
        challenge = f"Bearer authorization_uri={authorize}, resource_id={resource}/"
        return ServiceResponse(401, {"WWW-Authenticate": challenge, "REQ_ID": str(uuid4())})

    def _list_environments(self, request: ServiceRequest, path: str) -> ServiceResponse:
        if self._identify(request, auth.BC) is None:
            return self._reject()
        config = self._simulator.config
        environment = {
            "aadTenantId": config.tenant,
            "applicationFamily": "BusinessCentral",
            "type": "Production",
            "name": config.environment,
            "countryCode": "DK",
            "webServiceUrl": request.base,
            "webClientLoginUrl": f"{request.base}/{config.tenant}/{config.environment}",
            "ringName": "PROD",
        }
        return ServiceResponse(200, {"Content-Type": "application/json"}, orjson.dumps({"value": [environment]}))

    def _identify(self, request: ServiceRequest, service: str) -> Identity | None:
        return self._simulator.authority.identify(request.headers.get("authorization", ""), service)


def _below(request: ServiceRequest, root: re.Match[str], identity: Identity) -> ServiceRequest:
    """Return the request as a service sees it: below its root, by a known caller."""
    request.root, request.path, request.caller = root["root"], root["path"] or "", identity.object_id
    return request
