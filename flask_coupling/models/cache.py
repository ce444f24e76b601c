"""SQLite's cache of pages, made larger for work that writes to many of them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from sqlite3 import ProgrammingError

from sqlalchemy.orm import Session, scoped_session

LARGE = 16
"""MiB that one connection may take meanwhile; SQLite's own measure is 2."""


@contextmanager
def large_cache(session: Session | scoped_session[Session]) -> Iterator[None]:
    """Let the database connection in use keep more pages until the block ends; no other database has such a measure.

    What is written in random order (indexes of numbers, of ids) is then found in memory, not read again each time.
    """
    connection = session.connection()
    if connection.dialect.name != "sqlite":
        yield
        return
    driver = connection.connection.driver_connection
    assert driver is not None
    (usual,) = driver.execute("PRAGMA cache_size").fetchone()
    driver.execute(f"PRAGMA cache_size = {-LARGE * 1024}")
    try:
        yield
    finally:
        with suppress(ProgrammingError):  # closed by its pool meanwhile
            driver.execute(f"PRAGMA cache_size = {usual}")
