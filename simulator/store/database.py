"""The SQLite database itself: connections, pragmas, indexes made when needed, copies by name."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from sqlalchemy import Index, Table, create_engine, make_url
from sqlalchemy.pool import NullPool, PoolProxiedConnection, StaticPool
from sqlalchemy.schema import CreateIndex

from simulator.store.several import SeveralRows
from simulator.store.tables import Schema

_LARGE = 2_000  # rows from which an index pays for itself
_MOST_INDEXES = 16  # of one table: each makes creates slower
_MEMORY = ("synchronous=OFF", "temp_store=MEMORY", "cache_size=-65536")
# A simulated world survives its process, not a power cut: no write waits for the disk. Every connection has a cache of
# its own, so it is small, and a reader's is smaller: what it reads is near at hand in the system's own cache. Pages are
# not mapped, as all that were ever read would count as the process's memory. The log is worked in rarely, as that takes
# as long as a batch.
_FILE = (
    "journal_mode=WAL", "synchronous=OFF", "temp_store=MEMORY", "cache_size=-16384", "wal_autocheckpoint=8000",
)  # fmt: skip


class Database:
    """One SQLite database, opened through SQLAlchemy; statements run on its driver connection.

    Memory: one connection, one statement at a time. A file: the writer has its own connection and readers take theirs
    from a stack, in write-ahead mode, so that they do not wait for each other.
    """

    def __init__(self, url: str, schema: Schema) -> None:
        parsed = make_url(url)
        if parsed.get_backend_name() != "sqlite":
            raise ValueError(f"The simulator keeps its state in SQLite; {parsed.get_backend_name()} is not supported.")
        self._path = "" if parsed.database in (None, "", ":memory:") else str(parsed.database)
        pool = NullPool if self._path else StaticPool
        self._engine = create_engine(url, connect_args={"check_same_thread": False}, poolclass=pool)
        self._metadata = schema.metadata
        self._lock = threading.RLock()
        self._writing_thread = 0
        self._several = SeveralRows()
        self._idle: list[tuple[PoolProxiedConnection, sqlite3.Connection]] = []
        self._fairy = self._engine.raw_connection()
        self._writer = self._prepare(self._fairy.driver_connection)
        self._indexes = schema.indexes
        self._writer.executescript(";".join(("BEGIN", *schema.statements, *schema.indexes.values(), "COMMIT")))
        self._indexed: set[tuple[str, str]] = set()
        self._small: dict[str, int] = {}
        self._copies: dict[str, sqlite3.Connection] = {}

    def _prepare(self, connection: Any) -> sqlite3.Connection:
        raw: sqlite3.Connection = connection
        raw.isolation_level = None
        raw.create_function("fold", 1, _fold, deterministic=True)
        for pragma in _FILE if self._path else _MEMORY:
            raw.execute(f"PRAGMA {pragma}")
        return raw

    # statements

    def query(self, sql: str, parameters: Sequence[Any] = ()) -> list[Any]:
        """Run a SELECT and return all its rows as tuples."""
        if self._path and self._writing_thread != threading.get_ident():
            return self._read(sql, parameters)
        with self._lock:
            return self._writer.execute(sql, parameters).fetchall()

    def execute(self, sql: str, parameters: Sequence[Any] = ()) -> sqlite3.Cursor:
        """Run one statement on the writer's connection."""
        with self._lock:
            return self._writer.execute(sql, parameters)

    def execute_many(self, sql: str, rows: Iterable[Sequence[Any]]) -> None:
        """Run one INSERT … VALUES (?, …) for many rows, several in one statement; nothing when there are none."""
        listed = rows if isinstance(rows, list) else list(rows)
        if len(listed) == 1:
            self.execute(sql, listed[0])
            return
        with self._lock:
            for statement, values in self._several.statements(sql, listed):
                self._writer.execute(statement, values)

    def begin(self) -> None:
        """Begin a write; until it ends, only this thread reaches the writer's connection."""
        self._lock.acquire()
        self._writing_thread = threading.get_ident()
        self._writer.execute("BEGIN IMMEDIATE")

    def commit(self) -> None:
        """Make a write last."""
        self._end("COMMIT")

    def rollback(self) -> None:
        """Undo a write."""
        self._end("ROLLBACK")

    def _end(self, statement: str) -> None:
        try:
            self._writer.execute(statement)
        finally:
            self._writing_thread = 0
            self._lock.release()

    def is_writing(self) -> bool:
        """Whether this thread is between the begin and the end of a write."""
        return self._writing_thread == threading.get_ident()

    def _read(self, sql: str, parameters: Sequence[Any]) -> list[Any]:
        """Read over the connection that was used last: to open one takes as long as a hundred reads."""
        try:
            line = self._idle.pop()
        except IndexError:
            fairy = self._engine.raw_connection()
            line = fairy, self._prepare(fairy.driver_connection)
            line[1].execute("PRAGMA cache_size=-6144")
        try:
            return line[1].execute(sql, parameters).fetchall()
        finally:
            self._idle.append(line)

    @contextmanager
    def filling(self) -> Iterator[None]:
        """Insert very many rows: indexes are made when they are there, and pages are written once, not to a log first.

        Should a reader have the file open already, the log stays.
        """
        self._writer.executescript(";".join(f'DROP INDEX IF EXISTS "{name}"' for name in self._indexes))
        with suppress(sqlite3.OperationalError):
            self._writer.execute("PRAGMA journal_mode=MEMORY")
        self._several = SeveralRows(learns=False)  # these rows say nothing of those that come one by one
        try:
            yield
        finally:
            self._several = SeveralRows()
            self._writer.executescript(";".join(("BEGIN", *self._indexes.values(), "COMMIT")))
            if self._path:
                self._writer.execute("PRAGMA journal_mode=WAL")

    # indexes

    def ensure_index(self, table: Table, column: str, lock: threading.RLock) -> None:
        """Index a column of a table that has grown large; small tables are looked at again when they doubled."""
        if (table.name, column) in self._indexed or column not in table.c or column.startswith("_"):
            return
        if self._is_small(table) or sum(name == table.name for name, _ in self._indexed) >= _MOST_INDEXES:
            return
        columns = (table.c["_scope"], table.c[column])
        index = Index(f"ax_{table.name}_{column}", *columns, _table=table)
        with lock:
            self.execute(str(CreateIndex(index, if_not_exists=True).compile(self._engine)))
            # without statistics the planner walks the order's index instead of using this one
            self.execute(f'ANALYZE "{table.name}"')
            self._indexed.add((table.name, column))
        table.indexes.discard(index)

    def _is_small(self, table: Table) -> bool:
        largest = self.query(f'SELECT max(_pk) FROM "{table.name}"')[0][0] or 0
        return bool(largest < _LARGE)

    # copies

    def delete_everything(self) -> None:
        """Empty every table and forget the indexes made on the way."""
        with self._lock:
            for table in self._metadata.tables.values():
                self._writer.execute(f'DELETE FROM "{table.name}"')

    def copy_to(self, name: str) -> None:
        """Copy everything to a named copy: beside the file, or in memory when there is none."""
        self.drop_copy(name)
        copy = sqlite3.connect(self._copy_path(name) if self._path else ":memory:", check_same_thread=False)
        with self._lock:
            self._writer.backup(copy)
        if self._path:
            copy.close()
        else:
            self._copies[name] = copy

    def copy_from(self, name: str) -> None:
        """Replace everything by a named copy; KeyError when there is none."""
        if name not in self.copies():
            raise KeyError(name)
        copy = sqlite3.connect(self._copy_path(name)) if self._path else self._copies[name]
        with self._lock:
            copy.backup(self._writer)
        if self._path:
            copy.close()
        self._indexed.clear()

    def export(self, path: str) -> None:
        """Copy everything to a file."""
        copy = sqlite3.connect(path)
        with self._lock:
            self._writer.backup(copy)
        copy.close()

    def adopt(self, path: str) -> None:
        """Replace everything by what a file holds."""
        copy = sqlite3.connect(path)
        with self._lock:
            copy.backup(self._writer)
        copy.close()
        self._indexed.clear()

    def drop_copy(self, name: str) -> None:
        """Forget a named copy, if there is one."""
        if self._path:
            Path(self._copy_path(name)).unlink(missing_ok=True)
        elif name in self._copies:
            self._copies.pop(name).close()

    def copies(self) -> list[str]:
        """Return the names of the copies, sorted."""
        if not self._path:
            return sorted(self._copies)
        prefix = f"{Path(self._path).name}.copy-"
        return sorted(one.name[len(prefix) :] for one in Path(self._path).parent.glob(f"{prefix}*"))

    def _copy_path(self, name: str) -> str:
        if not name or not all(one.isalnum() or one in "-_." for one in name):
            raise ValueError(f"A copy's name has letters, digits, '-', '_' and '.' only, not {name!r}.")
        return f"{self._path}.copy-{name}"

    def close(self) -> None:
        """Close every connection."""
        for copy in self._copies.values():
            copy.close()
        for fairy, _ in self._idle:
            fairy.close()
        self._idle.clear()
        self._fairy.close()
        self._engine.dispose()


def _fold(text: str | float | bytes | None) -> str | float | bytes | None:
    return text.casefold() if isinstance(text, str) else text
