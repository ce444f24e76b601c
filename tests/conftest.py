"""Fixtures for every folder: a host app on a database of its own, a client, and a connection to the simulator.

Mark a test with `@pytest.mark.settings(COUPLING_RETRIES=0, ...)` to configure its `app`.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from flask_sqlalchemy import SQLAlchemy

from flask_coupling import FlaskCoupling, migrations
from flask_coupling.models import Base
from flask_coupling.operations import connections
from flask_coupling.operations.views import ConnectionView
from simulator.instance import Simulator

from .support import fresh_database, postgres_server
from .web.browser import open_browser

if TYPE_CHECKING:
    from playwright.sync_api import Browser

SECRET_KEY = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="

MakeApp = Callable[..., Flask]


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with our tables and nothing in them; copied, because migrating anew takes each test's time."""
    path = tmp_path_factory.mktemp("migrated") / "host.sqlite3"
    engine = sa.create_engine(f"sqlite:///{path}")
    migrations.upgrade(engine)
    engine.dispose()
    return path


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for all walks."""
    with open_browser() as opened:
        yield opened


@pytest.fixture
def database_url(migrated_file: Path, tmp_path: Path) -> str:
    """A SQLite database with our tables, this test's own."""
    path = tmp_path / "host.sqlite3"
    shutil.copy(migrated_file, path)
    return f"sqlite:///{path}"


@pytest.fixture
def make_app(database_url: str, tmp_path: Path) -> Iterator[MakeApp]:
    """Make host apps: `make_app(COUPLING_RETRIES=0)`; their engines are stopped and disposed of afterwards."""
    apps: list[Flask] = []

    def make(**config: Any) -> Flask:
        app = Flask(f"host{len(apps) or ''}", instance_path=str(tmp_path / "instance"))
        app.config.update(
            TESTING=True,
            SECRET_KEY="only for tests",
            SQLALCHEMY_DATABASE_URI=database_url,
            COUPLING_SECRET_KEYS=[SECRET_KEY],
            COUPLING_JOB_ENGINE="inline",
            WTF_CSRF_ENABLED=False,
        )
        app.config.update(config)
        app.extensions["test_coupling"] = FlaskCoupling(app, SQLAlchemy(app))
        apps.append(app)
        return app

    yield make
    for app in apps:
        app.extensions["coupling"].engine.stop()
        with app.app_context():
            for engine in app.extensions["sqlalchemy"].engines.values():
                engine.dispose()


@pytest.fixture
def app(make_app: MakeApp, request: pytest.FixtureRequest) -> Flask:
    """A host app with the extension; its tables exist, jobs run inline, everything is permitted (testing)."""
    marker = request.node.get_closest_marker("settings")
    return make_app(**(marker.kwargs if marker else {}))


@pytest.fixture
def db(app: Flask) -> SQLAlchemy:
    """The host's Flask-SQLAlchemy."""
    found: SQLAlchemy = app.extensions["sqlalchemy"]
    return found


@pytest.fixture
def coupling(app: Flask) -> FlaskCoupling:
    """The extension on `app`."""
    found: FlaskCoupling = app.extensions["test_coupling"]
    return found


@pytest.fixture
def app_context(app: Flask) -> Iterator[None]:
    """An app context for the whole test, as a host's script has it."""
    with app.app_context():
        yield


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser, or another program."""
    return app.test_client()


def connection_values(simulator: Simulator) -> dict[str, str]:
    """What an administrator would type to connect to the simulator."""
    return simulator.config.credentials() | {"sales_url": simulator.config.org_url}


@pytest.fixture
def connected(app: Flask, simulator: Simulator) -> ConnectionView:
    """The connection `default` to the in-process simulator: saved, tested and enabled."""
    with app.app_context():
        connections.save_connection("default", connection_values(simulator))
        return connections.enable_connection("default")


@pytest.fixture(scope="session")
def postgres_address() -> Iterator[sa.URL]:
    """A PostgreSQL server for the session; skipped by name where there is none."""
    with postgres_server() as url:
        yield url


@pytest.fixture(scope="session")
def migrated_server(postgres_address: sa.URL) -> Iterator[sa.Engine]:
    """A PostgreSQL database with our tables, one for the session: making one takes half a second."""
    with fresh_database(postgres_address) as url:
        engine = sa.create_engine(url, poolclass=sa.NullPool)
        migrations.upgrade(engine)
        yield engine


@pytest.fixture
def migrated_postgres(migrated_server: sa.Engine) -> Iterator[str]:
    """The URL of a PostgreSQL database with our tables and nothing in them."""
    yield migrated_server.url.render_as_string(hide_password=False)
    with migrated_server.begin() as connection:
        for table in reversed(Base.metadata.sorted_tables):
            connection.execute(table.delete())


@pytest.fixture
def postgres(postgres_address: sa.URL) -> Iterator[str]:
    """The URL of a new, empty PostgreSQL database."""
    with fresh_database(postgres_address) as url:
        yield url.render_as_string(hide_password=False)


def pytest_configure(config: pytest.Config) -> None:
    """Declare the marker of `app`."""
    config.addinivalue_line("markers", "settings(**config): configuration of the `app` fixture")
