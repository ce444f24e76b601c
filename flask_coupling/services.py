"""Open both services of a connection, and keep them open until the connection is saved again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from threading import Lock

from flask_coupling.core.side import Side
from flask_coupling.endpoints.connect import Account, Surroundings, connect_business_central, connect_sales
from flask_coupling.endpoints.endpoint import Endpoint
from flask_coupling.endpoints.settings import TransportSettings
from flask_coupling.endpoints.usage import UsageMeter
from flask_coupling.errors import ConnectionIncomplete, SecretUnreadable
from flask_coupling.models import Connection
from flask_coupling.models.encrypted import UNREADABLE
from flask_coupling.settings import Settings

Endpoints = tuple[Endpoint, Endpoint]
"""Business Central and Sales, in this order."""

_SHARED = ("tenant", "client_id", "client_secret", "token_url")

REQUIRED = {
    Side.BC: (*_SHARED, "environment", "company", "bc_url"),
    Side.SALES: (*_SHARED, "sales_url"),
}
"""What a connection needs before anything can be asked of a service."""


def missing_values(connection: Connection, *sides: Side) -> tuple[str, ...]:
    """The names of required values the connection lacks, for these sides or for both; empty when it is complete.

    A secret that cannot be decrypted any more counts as missing.
    """
    names = dict.fromkeys(name for side in sides or Side for name in REQUIRED[side])
    return tuple(name for name in names if getattr(connection, name) in (None, "", UNREADABLE))


def connector(settings: Settings, usage: UsageMeter) -> Callable[[Connection, Side], Endpoint]:
    """How an endpoint is made of a complete connection under this configuration; raises AddressRefused."""
    usual = Surroundings(
        settings=TransportSettings(
            connect_timeout=settings.connect_timeout,
            read_timeout=settings.read_timeout,
            answer_timeout=settings.answer_timeout,
            max_wait=settings.max_wait,
            retries=settings.retries,
            parallel=settings.parallel,
            overlap=settings.feed_overlap,
            allowed_hosts=tuple(settings.allowed_hosts),
            allow_insecure=settings.allow_insecure,
        )
    )

    def connect(connection: Connection, side: Side) -> Endpoint:
        account = Account(
            tenant=connection.tenant,
            client_id=connection.client_id,
            client_secret=connection.client_secret or "",
            login_url=connection.token_url,
        )
        around = replace(usual, on_exchange=usage.listener(connection.name, side))
        if side is Side.SALES:
            return connect_sales(account, org_url=connection.sales_url, around=around)
        return connect_business_central(
            account,
            environment=connection.environment,
            company=connection.company,
            base_url=connection.bc_url,
            around=around,
        )

    return connect


class Services:
    """Calling it gives both endpoints of a connection's row: the same pair, with its tokens, until the row changes."""

    def __init__(self, connect: Callable[[Connection, Side], Endpoint]) -> None:
        self._connect = connect
        self._open: dict[str, tuple[datetime | None, Endpoints]] = {}
        self._lock = Lock()

    def __call__(self, connection: Connection) -> Endpoints:
        """Both endpoints; raises ConnectionIncomplete, SecretUnreadable or AddressRefused. Sends nothing."""
        with self._lock:
            modified_at, endpoints = self._open.get(connection.name, (None, None))
            if endpoints is None or modified_at != connection.modified_at:
                endpoints = self.open(connection, Side.BC), self.open(connection, Side.SALES)
                self._open[connection.name] = connection.modified_at, endpoints
            return endpoints

    def open(self, connection: Connection, side: Side) -> Endpoint:
        """One endpoint anew, kept by nobody: for values that are not saved. Raises as calling does."""
        if connection.client_secret == UNREADABLE:
            raise SecretUnreadable(connection=connection.name)
        if missing := missing_values(connection, side):
            raise ConnectionIncomplete(connection=connection.name, missing=", ".join(missing))
        return self._connect(connection, side)
