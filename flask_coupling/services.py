"""Open both services of a connection, and keep them open until the connection is saved again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from threading import Lock

from flask_coupling.endpoints.endpoint import Endpoint
from flask_coupling.errors import ConnectionIncomplete, SecretUnreadable
from flask_coupling.models import Connection
from flask_coupling.models.encrypted import UNREADABLE

Endpoints = tuple[Endpoint, Endpoint]
"""Business Central and Sales, in this order."""

REQUIRED = ("tenant", "environment", "company", "client_id", "client_secret", "bc_url", "sales_url", "token_url")
"""What a connection needs before anything can be asked of the services."""


def missing_values(connection: Connection) -> tuple[str, ...]:
    """The names of required values the connection lacks; empty when it is complete."""
    return tuple(name for name in REQUIRED if not getattr(connection, name))


class Services:
    """Calling it gives both endpoints of a connection's row: the same pair, with its tokens, until the row changes."""

    def __init__(self, connect: Callable[[Connection], Endpoints]) -> None:
        self._connect = connect
        self._open: dict[str, tuple[datetime | None, Endpoints]] = {}
        self._lock = Lock()

    def __call__(self, connection: Connection) -> Endpoints:
        """Both endpoints; raises ConnectionIncomplete, SecretUnreadable or AddressRefused. Sends nothing."""
        with self._lock:
            modified_at, endpoints = self._open.get(connection.name, (None, None))
            if endpoints is None or modified_at != connection.modified_at:
                endpoints = self.open(connection)
                self._open[connection.name] = connection.modified_at, endpoints
            return endpoints

    def open(self, connection: Connection) -> Endpoints:
        """Both endpoints anew, kept by nobody: for values that are not saved. Raises as calling does."""
        if connection.client_secret == UNREADABLE:
            raise SecretUnreadable(connection=connection.name)
        if missing := missing_values(connection):
            raise ConnectionIncomplete(connection=connection.name, missing=", ".join(missing))
        return self._connect(connection)
