"""Access tokens by OAuth 2 client credentials: fetched when needed, kept in memory, renewed before they end."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from threading import Lock
from typing import Any
from urllib.parse import quote, urlencode

from authlib.oauth2 import ClientAuth, OAuth2Client, OAuth2Error

from flask_coupling.errors import (
    CouplingError,
    CredentialsRejected,
    PermissionMissing,
    ServiceError,
    ServiceFailed,
    ServiceGarbled,
    ServiceThrottled,
    TenantUnknown,
)

from .clock import Clock
from .gate import Gate, retry_after
from .guard import Guard
from .settings import TransportSettings
from .wire import Answer, Wire

LOGIN_URL = "https://login.microsoftonline.com"

_EARLY = 300.0
_CODE = re.compile(r"AADSTS(\d+)")
_TRAIL = re.compile(r"\s*(?:Trace ID|Correlation ID|Timestamp):.*$", re.DOTALL)

# what the token service's codes mean to an administrator
_MEANINGS: dict[str, tuple[type[CouplingError], str]] = {
    "7000215": (CredentialsRejected, "the client secret is wrong (enter the secret's value, not its id)."),
    "7000222": (CredentialsRejected, "the client secret has expired; create a new one."),
    "7000218": (CredentialsRejected, "no client secret was sent."),
    "7000216": (CredentialsRejected, "no client secret was sent."),
    "700016": (CredentialsRejected, "the tenant knows no application with this client id."),
    "7000112": (CredentialsRejected, "the application is disabled in the tenant."),
    "90002": (TenantUnknown, "there is no such tenant, or it has no active subscription."),
    "900023": (TenantUnknown, "this is neither a tenant id nor a domain name."),
    "500011": (PermissionMissing, "the tenant has no service at {scope}; check the service's address and the tenant."),
    "70011": (PermissionMissing, "{scope} is not a scope the token service knows; check the service's address."),
    "1002012": (PermissionMissing, "{scope} is not a scope the token service knows; check the service's address."),
    "65001": (PermissionMissing, "an administrator of the tenant has not consented to the application."),
    "501051": (PermissionMissing, "the application is not assigned to this service."),
    "53003": (PermissionMissing, "a conditional access policy of the tenant blocks the application."),
}
# the OAuth error where the code says nothing to us
_BY_ERROR: dict[str, type[CouplingError]] = {
    "invalid_client": CredentialsRejected,
    "unauthorized_client": CredentialsRejected,
    "invalid_grant": CredentialsRejected,
    "invalid_scope": PermissionMissing,
    "invalid_resource": PermissionMissing,
    "invalid_request": TenantUnknown,
}


def _nobody() -> None:
    """Nobody counts."""


class TokenSource:
    """Hands out one service's access token; several threads may ask at once, and only one of them fetches.

    `requests_made` counts the requests to the token service.
    """

    def __init__(
        self,
        *,
        service: str,
        tenant: str,
        client_id: str,
        client_secret: str,
        scope: str,
        settings: TransportSettings,
        clock: Clock,
        login_url: str = LOGIN_URL,
    ) -> None:
        base = Guard(settings.allowed_hosts, settings.allow_insecure).check(login_url)
        self._url = f"{base}/{quote(tenant, safe='')}/oauth2/v2.0/token"
        self._facts: dict[str, Any] = {"service": service, "tenant": tenant, "client_id": client_id, "scope": scope}
        self._secret, self._clock, self._settings = client_secret, clock, settings
        self._gate = Gate("the token service", clock, settings.max_wait)
        self._wire = Wire("The token service", settings, clock, pool_size=1)
        self._lock = Lock()
        self._access, self._renew_at, self._ends_at = "", 0.0, 0.0
        self.requests_made = 0
        self._on_request = _nobody

    def __repr__(self) -> str:
        return f"<TokenSource of client {self._facts['client_id']} for {self._facts['scope']}>"

    def access_token(self, on_request: Callable[[], None] = _nobody) -> str:
        """Return a token that is good for some minutes more; raises SetupError or ServiceError types.

        `on_request` is called for each request that this call makes: of several who wait for a token one asks for it.
        """
        if self._clock.monotonic() < self._renew_at:
            return self._access
        with self._lock:
            if self._clock.monotonic() >= self._renew_at:
                self._on_request = on_request
                self._renew()
            return self._access

    def forget(self, access_token: str) -> None:
        """Let go of a token a service refused, unless someone has renewed it already."""
        with self._lock:
            if self._access == access_token:
                self._renew_at = self._ends_at = 0.0

    def redact(self, body: bytes) -> bytes:
        """The bytes without our secret and token, should an answer repeat them."""
        for secret in (self._secret, self._access):
            if secret:
                body = body.replace(secret.encode(), b"***")
        return body

    def _renew(self) -> None:
        asked_at = self._clock.monotonic()
        try:
            token = self._fetch()
            lifetime = float(token["expires_in"])
            access = str(token["access_token"])
        except ServiceError:
            if asked_at < self._ends_at:
                return  # the old one still holds for a while
            raise
        except (KeyError, TypeError, ValueError) as error:
            raise ServiceGarbled(service="The token service", detail="its answer holds no token") from error
        self._access = access
        self._ends_at = asked_at + lifetime
        self._renew_at = asked_at + max(lifetime - _EARLY, lifetime / 2)

    def _fetch(self) -> Mapping[str, Any]:
        client = OAuth2Client(
            self,
            client_id=self._facts["client_id"],
            client_secret=self._secret,
            token_endpoint_auth_method="client_secret_post",
        )
        try:
            return dict(client.fetch_token(self._url, grant_type="client_credentials", scope=self._facts["scope"]))
        except OAuth2Error as error:
            raise self._refusal(str(error.error or ""), str(error.description or "")) from None

    def post(self, url: str, *, data: Mapping[str, str], headers: Mapping[str, str], auth: ClientAuth) -> _TokenAnswer:
        """Send the form, patiently: what Authlib needs of a session."""
        url, headers, body = auth.prepare("POST", url, dict(headers), urlencode(data))
        for attempt in range(self._settings.retries + 1):
            self._gate.pass_through()
            self.requests_made += 1
            self._on_request()
            is_last = attempt == self._settings.retries
            pause = self._settings.backoff * 2**attempt
            try:
                answer = self._wire.send("POST", url, headers, body)
            except ServiceError:
                if is_last:
                    raise
                self._clock.sleep(pause)
                continue
            if answer.status != 429 and answer.status < 500:
                return _TokenAnswer(answer)
            asked = retry_after(answer.headers, self._clock, self._settings.longest_retry_after)
            self._gate.close(pause if asked is None else asked)
            if is_last:
                raise _unwell(answer, asked)
        raise AssertionError("the last attempt returns or raises")

    def _refusal(self, error: str, description: str) -> CouplingError:
        code = _CODE.search(description)
        number = code[1] if code else ""
        kind, meaning = _MEANINGS.get(number, (_BY_ERROR.get(error), ""))
        if kind is None:
            return ServiceFailed(service="The token service", http_status=400, detail=error or "an unknown refusal")
        said = _TRAIL.sub("", description).strip() or error
        detail = meaning.format_map(self._facts) or (said.replace(self._secret, "***") if self._secret else said)
        facts: dict[str, Any] = {"detail": f"{detail}{f' (AADSTS{number})' if number and meaning else ''}"}
        return kind(**self._facts, **facts)


class _TokenAnswer:
    """An answer in the shape Authlib reads."""

    def __init__(self, answer: Answer) -> None:
        self._answer = answer
        self.status_code = answer.status

    def json(self) -> Any:
        return self._answer.json()

    def raise_for_status(self) -> None:
        raise ServiceGarbled(service="The token service", detail=f"status {self.status_code} without a token")


def _unwell(answer: Answer, asked: float | None) -> ServiceError:
    if answer.status == 429:
        return ServiceThrottled(service="The token service", seconds=round(asked or 1), retry_after=asked or 1.0)
    detail = "no token was issued"
    wait = asked or 5.0
    return ServiceFailed(service="The token service", http_status=answer.status, detail=detail, retry_after=wait)
