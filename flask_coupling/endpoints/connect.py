"""From plain connection values to the two endpoints."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from urllib.parse import quote

from .business_central import BC_URL, BusinessCentral
from .clock import SYSTEM_CLOCK, Clock
from .refusal import BUSINESS_CENTRAL, SALES, Dialect
from .sales import API_PATH, Sales
from .settings import TransportSettings
from .token import LOGIN_URL, TokenSource
from .transport import Exchange, Transport


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """The application that signs in at one service; the secret is not part of its text form."""

    tenant: str
    client_id: str
    client_secret: str = field(repr=False)
    login_url: str = LOGIN_URL


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What all endpoints of an app share: limits, clock, and who is told of each HTTP request."""

    settings: TransportSettings = field(default_factory=TransportSettings)
    clock: Clock = SYSTEM_CLOCK
    on_exchange: Callable[[Exchange], None] | None = None


USUAL = Surroundings()
"""The default limits, the machine's own clock, nobody told."""


def connect_business_central(
    account: Account,
    *,
    environment: str,
    company: str,
    base_url: str = BC_URL,
    client_url: str = "",
    around: Surroundings = USUAL,
) -> BusinessCentral:
    """Return the endpoint of a company (id or name); no request is made yet. Raises AddressRefused."""
    root = f"{base_url.rstrip('/')}/v2.0/{quote(account.tenant, safe='')}/{quote(environment, safe='')}"
    dialect = replace(
        BUSINESS_CENTRAL, facts={"environment": environment, "tenant": account.tenant, "company": company}
    )
    scope = f"{base_url.rstrip('/')}/.default"
    transport = _transport(dialect, root, account, scope, around)
    return BusinessCentral(
        transport, environment=environment, company=company, user=account.client_id, client_url=client_url
    )


def connect_sales(account: Account, *, org_url: str, around: Surroundings = USUAL) -> Sales:
    """Return the endpoint of a Sales environment; no request is made yet. Raises AddressRefused."""
    org = org_url.rstrip("/")
    return Sales(_transport(SALES, f"{org}{API_PATH}", account, f"{org}/.default", around))


def make_endpoints(
    account: Account,
    *,
    environment: str,
    company: str,
    org_url: str,
    bc_url: str = BC_URL,
    client_url: str = "",
    around: Surroundings = USUAL,
) -> tuple[BusinessCentral, Sales]:
    """Return both endpoints of a connection that uses one application for both services."""
    bc = connect_business_central(
        account, environment=environment, company=company, base_url=bc_url, client_url=client_url, around=around
    )
    return bc, connect_sales(account, org_url=org_url, around=around)


def _transport(dialect: Dialect, root: str, account: Account, scope: str, around: Surroundings) -> Transport:
    dialect = replace(dialect, facts={**dialect.facts, "client_id": account.client_id})
    token = TokenSource(
        service=dialect.title,
        tenant=account.tenant,
        client_id=account.client_id,
        client_secret=account.client_secret,
        scope=scope,
        settings=around.settings,
        clock=around.clock,
        login_url=account.login_url,
    )
    return Transport(dialect, root, token, around.settings, clock=around.clock, on_exchange=around.on_exchange)
