"""What the endpoint tests share: a clock that only moves when told, tables, and a transport over mocked hosts."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import responses

from flask_coupling.core.mapping import Lookup, Table, TableView
from flask_coupling.endpoints.clock import Clock
from flask_coupling.endpoints.connect import Account, Surroundings
from flask_coupling.endpoints.refusal import BUSINESS_CENTRAL, SALES, Dialect
from flask_coupling.endpoints.settings import TransportSettings
from flask_coupling.endpoints.token import TokenSource
from flask_coupling.endpoints.transport import Exchange, Transport

BC_ROOT = "https://api.businesscentral.dynamics.com/v2.0/contoso.com/Production"
SALES_ROOT = "https://contoso.crm4.dynamics.com/api/data/v9.2"
TOKEN_URL = "https://login.microsoftonline.com/contoso.com/oauth2/v2.0/token"
SECRET = "canary-secret"
TOKEN = "canary-token"
COMPANY = "3a54dcc0-3d5b-ef11-bfe8-6045bd0b1a01"

CUSTOMERS = Table(name="customers", key="id", modified_on="lastModifiedDateTime", title="displayName", number="number")
ACCOUNTS = Table(
    name="accounts",
    key="accountid",
    modified_on="modifiedon",
    title="name",
    number="accountnumber",
    lookups={"transactioncurrencyid": Lookup("transactioncurrencies", "transactioncurrencyid")},
)
CUSTOMER_VIEW = TableView(CUSTOMERS, ("displayName", "number", "phoneNumber", "creditLimit", "blocked"))
ACCOUNT_VIEW = TableView(ACCOUNTS, ("name", "accountnumber", "telephone1", "creditlimit", "transactioncurrencyid"))


class FakeClock:
    """Time that passes only by sleeping; `sleeps` lists how long."""

    def __init__(self, start: float = 1_800_000_000) -> None:
        self.now, self.sleeps = start, list[float]()
        self.clock = Clock(monotonic=lambda: self.now, wall=lambda: self.now, sleep=self.sleep)

    def sleep(self, seconds: float) -> None:
        self.sleeps.append(round(seconds, 3))
        self.now += seconds


def make_transport(
    dialect: Dialect = BUSINESS_CENTRAL, *, clock: FakeClock | None = None, on_exchange: Any = None, **limits: Any
) -> Transport:
    """A transport with retries that are quick to count, and a clock that does not really wait."""
    settings = replace(TransportSettings(retries=2, backoff=1), **limits)
    time = (clock or FakeClock()).clock
    token = TokenSource(
        service=dialect.title,
        tenant="contoso.com",
        client_id="the-client",
        client_secret=SECRET,
        scope="https://example.dynamics.com/.default",
        settings=settings,
        clock=time,
    )
    root = BC_ROOT if dialect.side == "bc" else SALES_ROOT
    dialect = replace(dialect, facts={"client_id": "the-client"})
    return Transport(dialect, root, token, settings, clock=time, on_exchange=on_exchange)


def answer_token(mock: responses.RequestsMock, **more: Any) -> None:
    """Let the token service hand out a token, as often as asked."""
    mock.post(TOKEN_URL, json={"token_type": "Bearer", "expires_in": 3599, "access_token": TOKEN, **more})


__all__ = ["BUSINESS_CENTRAL", "SALES", "Account", "Exchange", "Surroundings"]
