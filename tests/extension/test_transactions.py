"""A commit that fails leaves nothing behind, neither locks nor changes."""

from __future__ import annotations

import sqlite3
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from flask_coupling import FlaskCoupling
from flask_coupling.models import Connection, table_of
from tests.conftest import MakeApp


class Busy(sqlite3.Connection):
    """A connection whose next commit finds the database locked, when it is told to."""

    is_busy = False

    def commit(self) -> None:
        if Busy.is_busy:
            Busy.is_busy = False
            raise sqlite3.OperationalError("database is locked")
        super().commit()


@pytest.fixture
def busy_app(make_app: MakeApp) -> Flask:
    options: dict[str, Any] = {"connect_args": {"factory": lambda *given, **named: Busy(*given, **named)}}
    return make_app(SQLALCHEMY_ENGINE_OPTIONS=options)


def test_a_commit_that_fails_leaves_no_transaction_on_a_pooled_connection(busy_app: Flask) -> None:
    coupling: FlaskCoupling = busy_app.extensions["test_coupling"]
    with busy_app.app_context(), pytest.raises(sa.exc.OperationalError):
        coupling.session.execute(sa.insert(table_of(Connection)).values(name="default", bc_url="x"))
        Busy.is_busy = True
        coupling.session.commit()
    with busy_app.app_context():
        pooled = coupling.session.connection().connection.driver_connection
        assert isinstance(pooled, Busy)
        assert not pooled.in_transaction
        coupling.session.commit()
        assert coupling.session.scalars(sa.select(Connection.name)).all() == []
