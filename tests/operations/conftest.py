"""A stage for lists and what is done to them, on each database."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from flask_coupling.operations import connections
from simulator.instance import Simulator
from tests.conftest import MakeApp, connection_values
from tests.scenarios.conftest import Stage


@pytest.fixture(params=["sqlite", "postgres"])
def stage(request: pytest.FixtureRequest, make_app: MakeApp, simulator: Simulator) -> Iterator[Stage]:
    """A connected host on each database, and both services as their users see them."""
    more = {}
    if request.param == "postgres":
        more["SQLALCHEMY_DATABASE_URI"] = request.getfixturevalue("migrated_postgres")
    app = make_app(**more)
    with app.app_context():
        connections.save_connection("default", connection_values(simulator))
        connections.enable_connection("default")
        yield Stage(app, app.extensions["test_coupling"], simulator)
