"""The statements of a store: to its database, for which rows that wait are put into their tables first."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Sequence
from sqlite3 import Cursor
from typing import Any

import orjson

from simulator.odata.service import Shape
from simulator.store.changes import Change
from simulator.store.database import Database
from simulator.store.later import Later
from simulator.store.state import ServiceState

Listener = Callable[[str, Sequence[Change]], None]
Wants = Callable[[str], bool]
_FEW = 5  # transactions whose rows are put in place at once: who wants to write waits no longer than for a batch


class Statements:
    """A database with the small state beside the rows, and who listens to its changes."""

    lock: threading.RLock
    _database: Database
    _later: Later
    _states: dict[str, ServiceState]
    _listeners: list[tuple[Listener, Wants]]
    _values: dict[str, bytes | None]
    _seen: list[int]

    def query(self, sql: str, parameters: Sequence[Any] = ()) -> list[Any]:
        """Return the rows a statement finds."""
        if self._later.waiting.concerns(sql):
            self._settle()
        return self._database.query(sql, parameters)

    def execute(self, sql: str, parameters: Sequence[Any] = ()) -> Cursor:
        """Run a statement."""
        if self._later.waiting.concerns(sql):
            self._settle()
        return self._database.execute(sql, parameters)

    def execute_many(self, sql: str, rows: Iterable[Sequence[Any]]) -> None:
        """Run a statement for each of the rows."""
        self._database.execute_many(sql, rows)

    def lets_wait(self, state: ServiceState) -> bool:
        """Whether new rows of a service may wait outside their tables: nobody is told of them at once."""
        return state.guard is None and not self.listening(state)

    def listening(self, state: ServiceState) -> list[Listener]:
        """Return who wants to be told of a service's changes now."""
        name = state.service.name
        return [listener for listener, wants in self._listeners if wants(name)]

    def tidy(self) -> None:
        """Put the rows that wait into their tables, unless something was written since the last call.

        For a thread that has nothing else to do: a few go at a time, and it stops when somebody writes.
        """
        before, self._seen = self._seen, self._versions()
        while self._later and self._versions() == before:
            self._settle(_FEW)
            time.sleep(0.001)  # or who waits for the lock would not get it

    def _versions(self) -> list[int]:
        return [state.version for state in self._states.values()]

    def _settle(self, most: int = -1) -> None:
        """Put the rows that wait into their tables, in the transaction of this thread or in one of their own."""
        with self.lock:
            if not self._later or self._database.is_writing():
                if self._later:
                    self._later.settle(self._states)
                return
            self._database.begin()
            try:
                self._later.settle(self._states, most)
            except BaseException:
                self.undo()
                raise
            self._database.commit()
            self._later.last(next(iter(self._states.values())), ())

    def undo(self) -> None:
        """Undo what was written since the beginning."""
        raise NotImplementedError

    def listen(self, listener: Listener, wants: Wants = bool) -> None:
        """Call `listener(service, changes)` after every commit that wrote something, if it wants that service's now."""
        self._listeners.append((listener, wants))

    # small state

    def get_state(self, name: str, default: Any = None) -> Any:
        """Return a JSON value kept under a name, or the default."""
        kept = self._values.get(name, b"")
        if kept == b"":
            with self.lock:
                found = self.query("SELECT value FROM _state WHERE name = ?", (name,))
                kept = self._values[name] = found[0][0] if found else None
        return default if kept is None else orjson.loads(kept)

    def put_state(self, name: str, value: Any) -> None:
        """Keep a JSON value under a name."""
        with self.lock:
            kept = self._values[name] = orjson.dumps(value)
            self.execute("INSERT OR REPLACE INTO _state VALUES (?, ?)", (name, kept))

    def ensure_index(self, state: ServiceState, shape: Shape, column: str) -> None:
        """Index a column that is being filtered on, when its table has grown large; cheap when it is there."""
        self._database.ensure_index(state.tables[shape.name], column, self.lock)
