"""The rules of the token service (Microsoft Entra ID, OAuth 2): who gets a token, and whom a token speaks for."""

from __future__ import annotations

import hmac
from base64 import b64decode
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any
from urllib.parse import urlsplit
from uuid import NAMESPACE_URL, uuid4, uuid5

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OctKey

from simulator.config import BC_HOST, SimulatorConfig
from simulator.refusals import refusal

BC = "business_central"
SALES = "sales"

_BC_RESOURCES = (BC_HOST, "996def3d-b36c-4153-8607-a6fd3c01b89f")
_SHARED_TENANTS = ("common", "organizations")
_LOOPBACK = ("localhost", "127.0.0.1", "::1")
_REFRESH_SECONDS = 90 * 24 * 3600
_REMEMBERED_TOKENS = 1024


@dataclass(frozen=True, slots=True)
class Identity:
    """Who a request speaks for: an application or a user, with its object id in the tenant."""

    object_id: str
    name: str
    is_application: bool = True


@dataclass(frozen=True, slots=True)
class Token:
    """An access token as handed out; ``refresh`` is empty for client credentials."""

    access: str
    resource: str
    scope: str
    expires_on: int
    lasts: int
    refresh: str = ""


class Authority:
    """Issues and reads the tokens of one simulator.

    Tokens are signed with a key made from the tenant and the client secret, so they outlive a restart and never pass at
    another simulator.
    """

    def __init__(self, config: SimulatorConfig, now: Callable[[], datetime]) -> None:
        self.config = config
        self._now = now
        seed = f"{config.tenant}/{config.client_id}/{config.client_secret}"
        self._key = OctKey.import_key(sha256(seed.encode()).digest())
        self._read: dict[str, tuple[int, tuple[str, ...], Identity]] = {}
        self._grants: dict[str, Callable[[Mapping[str, str], str, str], Token]] = {
            "client_credentials": self._client_credentials,
            "refresh_token": self._refresh_token,
            "authorization_code": self._authorization_code,
            "password": self._password,
        }

    def issue(self, tenant: str, form: Mapping[str, str], own_address: str) -> Token:
        """Return the token a form asks for, or raise TokenRefused as the service would refuse it.

        ``own_address`` is the address the simulator was called at: asking for ``{own_address}/.default`` gives a token
        for both services, as both answer there.
        """
        self._check_tenant(tenant)
        kind = _required(form, "grant_type")
        grant = self._grants.get(kind)
        if grant is None:
            raise refusal("unknown grant", grant=kind)
        self._check_client(form)
        return grant(form, self._resource(form, own_address, is_application=kind == "client_credentials"), own_address)

    def code(self, client_id: str) -> str:
        """Return an authorization code for the person who signs in; the simulator asks nobody."""
        return self._sign({"use": "code", "appid": client_id}, 600)

    def identify(self, authorization: str, service: str) -> Identity | None:
        """Return whom an Authorization header speaks for at one service, or None when it is no good there."""
        if self.config.lenient:
            return self.application
        if service == BC and self.config.basic_users and authorization[:6].lower() == "basic ":
            return self._basic_user(authorization[6:])
        known = self._read.get(authorization) or self._remember(authorization)
        if known is None:
            return None
        expires_on, services, identity = known
        return identity if service in services and self._now().timestamp() < expires_on else None

    @property
    def application(self) -> Identity:
        """The application user that the client id signs in as."""
        return Identity(str(uuid5(NAMESPACE_URL, f"application/{self.config.client_id}")), "# Integration")

    @property
    def person(self) -> Identity:
        """The person delegated tokens are issued for."""
        return Identity(str(uuid5(NAMESPACE_URL, f"person/{self.config.tenant}")), "Admin", is_application=False)

    def _basic_user(self, encoded: str) -> Identity | None:
        try:
            user, _, key = b64decode(encoded, validate=True).decode().partition(":")
        except ValueError:
            return None
        return self.person if (user, key) in self.config.basic_users else None

    def _check_tenant(self, tenant: str) -> None:
        known = (self.config.tenant.lower(), self.config.tenant_domain.lower(), *_SHARED_TENANTS)
        if not self.config.lenient and tenant.lower() not in known:
            raise refusal("unknown tenant", tenant=tenant)

    def _check_client(self, form: Mapping[str, str]) -> None:
        client_id = _required(form, "client_id")
        if self.config.lenient:
            return
        if client_id.lower() != self.config.client_id.lower():
            raise refusal("unknown client", client=client_id, tenant=self.config.tenant)
        secret = form.get("client_secret")
        if not secret:
            raise refusal("missing secret")
        if not hmac.compare_digest(secret.encode(), self.config.client_secret.encode()):
            raise refusal("wrong secret", client=client_id)

    def _resource(self, form: Mapping[str, str], own_address: str, *, is_application: bool) -> str:
        """Return the resource a form names: v1 by ``resource``, v2 by ``scope`` (delegated grants may leave it out)."""
        asked = form.get("resource") or ""
        if not asked:
            asked = self._scoped_resource(form, is_application=is_application)
        resource = asked.rstrip("/")
        if self.config.lenient or self._services(resource, own_address):
            return resource
        raise refusal("unknown resource", resource=asked, domain=self.config.tenant_domain)

    def _scoped_resource(self, form: Mapping[str, str], *, is_application: bool) -> str:
        if is_application:
            scope = _required(form, "scope").strip()
            if not scope.endswith("/.default"):
                raise refusal("not .default", scope=scope)
            return scope.removesuffix("/.default")
        scopes = [scope for scope in form.get("scope", "").split() if "://" in scope]
        return scopes[0].rsplit("/", 1)[0] if scopes else BC_HOST

    def _services(self, resource: str, own_address: str) -> tuple[str, ...]:
        """Return which services a resource stands for; empty when the tenant does not know it."""
        host = urlsplit(resource).hostname
        if resource.lower() == own_address.rstrip("/").lower() or host in _LOOPBACK:
            return (BC, SALES)
        if resource in _BC_RESOURCES:
            return (BC,)
        return (SALES,) if resource.lower() == self.config.org_url.rstrip("/").lower() else ()

    def _client_credentials(self, form: Mapping[str, str], resource: str, own_address: str) -> Token:
        claims = {
            "sub": self.application.object_id,
            "appid": form["client_id"],
            "idtyp": "app",
            "roles": ["API.ReadWrite.All", "Automation.ReadWrite.All"],
        }
        return self._token(claims, resource, own_address, scope=f"{resource}/.default")

    def _refresh_token(self, form: Mapping[str, str], resource: str, own_address: str) -> Token:
        self._check_grant(_required(form, "refresh_token"), "refresh", "The refresh token")
        return self._delegated(form, resource, own_address)

    def _authorization_code(self, form: Mapping[str, str], resource: str, own_address: str) -> Token:
        self._check_grant(_required(form, "code"), "code", "The provided authorization code")
        return self._delegated(form, resource, own_address)

    def _password(self, form: Mapping[str, str], resource: str, own_address: str) -> Token:
        user, password = _required(form, "username"), _required(form, "password")
        if not self.config.lenient and (user, password) not in self.config.basic_users:
            raise refusal("wrong password")
        return self._delegated(form, resource, own_address)

    def _check_grant(self, text: str, use: str, what: str) -> None:
        claims = self._verified(text)
        if self.config.lenient:
            return
        if claims is None or claims.get("use") != use:
            raise refusal("malformed grant", what=what)
        if self._now().timestamp() >= claims["exp"]:
            raise refusal("expired grant", what=what)

    def _delegated(self, form: Mapping[str, str], resource: str, own_address: str) -> Token:
        claims = {
            "sub": self.person.object_id,
            "appid": form["client_id"],
            "idtyp": "user",
            "scp": "user_impersonation",
        }
        refresh = self._sign({"use": "refresh", "appid": form["client_id"]}, _REFRESH_SECONDS)
        return self._token(claims, resource, own_address, scope=f"{resource}/user_impersonation", refresh=refresh)

    def _token(self, claims: dict[str, Any], resource: str, own_address: str, scope: str, refresh: str = "") -> Token:
        tenant = self.config.tenant
        services = self._services(resource, own_address) or (BC, SALES)
        issuer = {"iss": f"https://sts.windows.net/{tenant}/", "tid": tenant, "oid": claims["sub"], "ver": "1.0"}
        access = self._sign(
            {"aud": resource, **issuer, **claims, "use": "access", "svc": services}, self.config.token_seconds
        )
        lasts = self.config.token_seconds
        return Token(access, resource, scope, int(self._now().timestamp()) + lasts, lasts, refresh)

    def _sign(self, claims: dict[str, Any], seconds: int) -> str:
        now = int(self._now().timestamp())
        stamps = {"iat": now, "nbf": now, "exp": now + seconds, "uti": uuid4().hex}
        return jwt.encode({"alg": "HS256", "typ": "JWT"}, {**claims, **stamps}, self._key)

    def _verified(self, text: str) -> dict[str, Any] | None:
        try:
            return jwt.decode(text, self._key, algorithms=["HS256"]).claims
        except (JoseError, ValueError):  # not ours, forged, or no token at all: all the same to a service
            return None

    def _remember(self, authorization: str) -> tuple[int, tuple[str, ...], Identity] | None:
        scheme, _, text = authorization.partition(" ")
        claims = self._verified(text.strip()) if scheme.lower() == "bearer" else None
        if claims is None or claims.get("use") != "access":
            return None
        is_application = claims["idtyp"] == "app"
        identity = self.application if is_application else self.person
        if len(self._read) >= _REMEMBERED_TOKENS:
            self._read.clear()
        known = (int(claims["exp"]), tuple(claims["svc"]), identity)
        self._read[authorization] = known
        return known


def _required(form: Mapping[str, str], name: str) -> str:
    value = form.get(name)
    if not value:
        raise refusal("missing parameter", name=name)
    return value
