"""Connections: set up, test, enable, disable."""

from __future__ import annotations

from typing import Any

from flask_coupling.operations import connections
from flask_coupling.schemas.base import EmptySchema
from flask_coupling.schemas.connection import (
    ConnectionListSchema,
    ConnectionReportSchema,
    ConnectionSchema,
    ConnectionValuesSchema,
    DisableSchema,
)

from .resource import Resource, give

resource = Resource("connections", __name__, "A Business Central company and a Sales environment: how to reach both.")

ROOT = "/connections"
ONE = f"{ROOT}/<string(maxlength=50):connection>"


@resource.get(ROOT)
@resource.gives(200, ConnectionListSchema)
def list_connections() -> Any:
    """List the connections."""
    return {"rows": connections.list_connections()}


@resource.get(ONE)
@resource.gives(200, ConnectionSchema)
def get_connection(connection: str) -> Any:
    """Show a connection; its client secret is never answered."""
    return connections.get_connection(connection)


@resource.put(ONE)
@resource.takes(ConnectionValuesSchema)
@resource.answers(200, ConnectionSchema)
@resource.answers(201, ConnectionSchema)
def save_connection(connection: str, **values: Any) -> Any:
    """Create a connection, or change the named values of one."""
    is_new = all(each.name != connection for each in connections.list_connections())
    return give(connections.save_connection(connection, values), ConnectionSchema, 201 if is_new else 200)


@resource.delete(ONE)
@resource.gives(204)
def delete_connection(connection: str) -> None:
    """Delete a connection with its couplings and jobs; the records of both systems stay as they are."""
    connections.delete_connection(connection)


@resource.post(f"{ONE}/test")
@resource.takes(ConnectionValuesSchema)
@resource.gives(200, ConnectionReportSchema)
def test_connection(connection: str, **values: Any) -> Any:
    """Test a connection, as saved or with other values in place of the saved ones.

    What is wrong with a service is part of the answer, not an error.
    """
    return connections.test_connection(connection, values or None)


@resource.post(f"{ONE}/enable")
@resource.takes(EmptySchema)
@resource.gives(200, ConnectionSchema)
def enable_connection(connection: str) -> Any:
    """Test a connection and enable it when both services answer."""
    return connections.enable_connection(connection)


@resource.post(f"{ONE}/disable")
@resource.takes(DisableSchema)
@resource.gives(200, ConnectionSchema)
def disable_connection(connection: str, reason: str = "") -> Any:
    """Disable a connection; nothing is synchronized until it is enabled again."""
    return connections.disable_connection(connection, reason)
