"""Writes that are certain but wait outside their tables until somebody asks for a row there.

Business Central makes several rows with each new customer that hardly anybody reads, and keeps one of them up to date
with it. To store them costs more than the customer itself; their facts - id, number, version, time, author and values -
are known at once, and kept in one piece for all of a transaction. The first statement about one of their tables, or
about the change log, puts them there.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

import orjson

from simulator.store.changes import LogRow
from simulator.store.inserting import Inserter
from simulator.store.log import write_log
from simulator.store.state import ServiceState, StoredRows
from simulator.store.transaction import Transaction
from simulator.store.work import LaterRow

_MOST_STATEMENTS = 1_000
_WAITS = "later IS NOT NULL"


class Waiting:
    """The tables for which rows wait, and which statements are about one of them, as far as they were asked about."""

    __slots__ = ("_known", "tables")

    def __init__(self, tables: Iterable[str]) -> None:
        self.tables = frozenset(tables)
        self._known: dict[str, bool] = {}

    def concerns(self, sql: str) -> bool:
        """Whether a statement is about one of the tables."""
        found = self._known.get(sql)
        if found is None:
            if len(self._known) >= _MOST_STATEMENTS:
                self._known.clear()
            found = self._known[sql] = any(table in sql for table in self.tables)
        return found


class Later:
    """The waiting rows of a store, kept in the log entry of the change that they follow.

    They are put into their tables within the transaction that is open, or in one of their own; until that one lasts,
    the tables count as incomplete, so that other threads wait for it.
    """

    def __init__(self, store: StoredRows) -> None:
        self._store = store
        self.waiting = Waiting(())
        self._since: dict[str, int] = {}  # by service, a version behind which everything that waits is found
        self._reached: dict[str, int] = {}  # the same, as soon as the transaction lasts
        self._is_busy = False
        self._is_settled = False

    def __bool__(self) -> bool:
        return bool(self.waiting.tables)

    def recall(self, services: Iterable[str]) -> None:
        """Look whether rows wait, when the database was opened or changed as a whole; then any log is a reason."""
        self.undone()
        self.waiting = Waiting(())
        waiting = [name for name in services if self._store.query(f"SELECT 1 FROM {_log(name)} WHERE {_WAITS} LIMIT 1")]
        self._since = dict.fromkeys(waiting, 0)
        self.waiting = Waiting(f"{name}__changes" for name in waiting)

    def keep(self, state: ServiceState, log: list[LogRow], rows: Sequence[tuple[str, LaterRow]]) -> None:
        """Keep a transaction's waiting rows, each with its company; statements about their tables bring them there."""
        by_scope = defaultdict[str, list[LaterRow]](list)
        for scope, row in rows:
            by_scope[scope].append(row)
        last = log[-1]
        log[-1] = LogRow(*last[:-2], orjson.dumps(by_scope, default=tuple), last.after)
        self._since.setdefault(state.service.name, last.version - 1)
        tables = _tables_of(state, rows)
        if not tables <= self.waiting.tables:  # before the transaction lasts: no reader is to miss them
            self.waiting = Waiting(self.waiting.tables | tables)

    def settle(self, states: Mapping[str, ServiceState], most: int = -1) -> None:
        """Put what waits into its tables, all of it or the oldest of so many transactions; one is open."""
        if self._is_busy:
            return
        self._is_busy = True
        try:
            self._is_settled = all(self._settle_log(states[name], since, most) for name, since in self._since.items())
        finally:
            self._is_busy = False

    def _settle_log(self, state: ServiceState, since: int, most: int) -> bool:
        """Put what waits in one log into its tables; return whether that is all."""
        log = _log(state.service.name)
        since = self._reached.get(state.service.name, since)
        kept = self._store.query(
            f"SELECT version, later FROM {log} WHERE version > ? AND {_WAITS} ORDER BY version LIMIT ?", (since, most)
        )
        for version, later in kept:
            for scope, rows in orjson.loads(later).items():
                self._put(state, scope, [LaterRow(*row) for row in rows])
            self._store.execute(f"UPDATE {log} SET later = NULL WHERE version = ?", (version,))
            self._reached[state.service.name] = version
        return len(kept) != most

    def _put(self, state: ServiceState, scope: str, rows: Sequence[LaterRow]) -> None:
        world = Transaction(self._store, state, scope, "")
        world.together(lambda: _settle(world, rows))
        write_log(self._store.execute_many, state.service.name, world.log)

    def undone(self) -> None:
        """The transaction is taken back: what it settled waits as before."""
        self._is_settled = False
        self._reached.clear()

    def last(self, state: ServiceState, rows: Sequence[tuple[str, LaterRow]]) -> None:
        """The transaction lasts: what it settled does not wait any more, but these rows do."""
        if self._reached:
            self._since |= self._reached
            self._reached.clear()
        if self._is_settled:
            self.waiting, self._is_settled = Waiting(_tables_of(state, rows)), False


def _log(service: str) -> str:
    return f'"{service}__changes"'


def _settle(world: Transaction, rows: Sequence[LaterRow]) -> None:
    if not world.is_holding:
        for row in rows:
            world.settle(row)
        return
    shapes = world.service.shapes
    inserters = {name: Inserter(world, shapes[name]) for name in {row.entity_set for row in rows}}
    for row in rows:
        if row.beside is not None:
            world.settle(row)
            continue
        world.be_then(row)
        inserters[row.entity_set].insert(row.values, row.version)


def _tables_of(state: ServiceState, rows: Sequence[tuple[str, LaterRow]]) -> set[str]:
    names = {state.tables[row.entity_set].name for _, row in rows}
    return names | {f"{state.service.name}__changes"} if names else names
