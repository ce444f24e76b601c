"""What a transaction has done so far: its log, how to take it back, and rows that go to the database together."""

from __future__ import annotations

from collections.abc import Sequence
from sqlite3 import IntegrityError
from types import TracebackType
from typing import Any, NamedTuple

from simulator.odata.rules import Row
from simulator.store.changes import LogRow
from simulator.store.state import ServiceState, StoredRows

Statement = tuple[str, Sequence[Any]]


class Collided(Exception):
    """Rows held back cannot be stored together: all that was done since is to be done again, row by row."""


Beside = tuple[str, str, str]
"""Another set, a property of it, and the value there that tells which row's key is meant."""


class LaterRow(NamedTuple):
    """A write that is done when somebody asks for a row of its table: its facts are known by now.

    It is a new row, or changes the one that `beside` tells.
    """

    entity_set: str
    version: int
    author: str
    ticks: int
    values: Row
    beside: Beside | None = None


class Work:
    """One transaction's work, shared by its views of several companies.

    `statements` take it back, latest first; they are kept while a savepoint is open (`depth`). While rows are held
    (`is_holding`) new ones wait in `held`, each with its INSERT, until the transaction asks for anything of their
    tables. `later` are rows that wait longer than the transaction, by company.
    """

    __slots__ = (
        "changes_options", "depth", "flushes", "held", "is_holding", "later", "lets_wait", "log", "statements", "store",
        "tables", "waiting",
    )  # fmt: skip

    def __init__(self, store: StoredRows) -> None:
        self.store = store
        self.log: list[LogRow] = []
        self.depth = 0
        self.statements: list[Statement] = []
        self.changes_options = False
        self.is_holding = False
        self.held: list[Statement] = []
        self.tables: dict[str, str] = {}
        self.flushes = 0
        self.later: list[tuple[str, LaterRow]] = []
        self.lets_wait: bool | None = None
        self.waiting: set[str] = set()

    def hold(self, table: str, statement: Statement) -> None:
        """Keep a row back, with the INSERT that will store it."""
        self.tables[statement[0]] = table
        self.held.append(statement)

    def concerns(self, sql: str) -> bool:
        """Whether a statement would miss rows that are held."""
        return any(table.strip('"') in sql for table in self.tables.values())

    def awaits(self, sql: str) -> bool:
        """Whether a statement is about a table for which rows of this transaction wait, or about the log."""
        return "__changes" in sql or any(table in sql for table in self.waiting)

    def flush(self) -> None:
        """Store what is held; raises Collided when the database finds a value taken."""
        if not self.held:
            return
        rows: dict[str, list[Sequence[Any]]] = {}
        for sql, parameters in self.held:
            rows.setdefault(sql, []).append(parameters)
        self.flushes += 1
        self.held = []
        try:
            for sql, several in rows.items():
                self._store(self.tables[sql], sql, several)
        except IntegrityError as error:
            raise Collided from error
        finally:
            self.tables = {}

    def _store(self, table: str, sql: str, rows: list[Sequence[Any]]) -> None:
        latest = f"SELECT max(_pk) FROM {table}"
        first = self.store.query(latest)[0][0] or 0
        try:
            self.store.execute_many(sql, rows)
        finally:
            last = self.store.query(latest)[0][0] or 0
            self.statements.append((f"DELETE FROM {table} WHERE _pk > ? AND _pk <= ?", (first, last)))

    def take_back(self, done: int) -> None:
        """Undo what was done behind a number of statements."""
        for sql, parameters in reversed(self.statements[done:]):
            self.store.execute(sql, parameters)
        del self.statements[done:]


class Savepoint:
    """Undoes what rows were written inside when an exception passes.

    Each write leaves the statement that takes it back: a savepoint of the database would cost every part of a batch,
    and the pages it touches, as much again.
    """

    __slots__ = ("_done", "_flushes", "_held", "_later", "_log", "_state", "_work")

    def __init__(self, work: Work, state: ServiceState) -> None:
        self._work = work
        self._state = state

    def __enter__(self) -> None:
        work = self._work
        work.depth += 1
        self._done, self._log, self._flushes = len(work.statements), len(work.log), work.flushes
        self._held, self._later = len(work.held), (work.later, len(work.later))

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        work = self._work
        work.depth -= 1
        if kind is None:
            return
        is_mixed = bool(self._held) and work.flushes != self._flushes
        work.take_back(self._done)
        del work.log[self._log :], work.held[0 if work.flushes != self._flushes else self._held :]
        work.later, length = self._later
        del work.later[length:]
        if work.changes_options:
            work.store.recall_options(self._state)
        if is_mixed and kind is not Collided:  # rows of before went to the database inside, and are gone with the rest
            raise Collided from error
