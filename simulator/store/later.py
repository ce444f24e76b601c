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

from simulator.store.inserting import Inserter
from simulator.store.log import write_log
from simulator.store.state import ServiceState, StoredRows
from simulator.store.transaction import Transaction
from simulator.store.work import LaterRow


class Later:
    """The waiting rows of a store.

    They are put into their tables within the transaction that is open, or in one of their own; until that one lasts,
    the tables count as incomplete, so that other threads wait for it.
    """

    def __init__(self, store: StoredRows) -> None:
        self._store = store
        self._tables: set[str] = set()
        self._is_busy = False
        self._is_settled = False

    def __bool__(self) -> bool:
        return bool(self._tables)

    def concerns(self, sql: str) -> bool:
        """Whether a statement is about a table for which rows wait."""
        return any(table in sql for table in self._tables)

    def recall(self, services: Iterable[str]) -> None:
        """Look whether rows wait, when the database was opened or changed as a whole; then any log is a reason."""
        self._is_settled = False
        waiting = self._store.query("SELECT 1 FROM _later LIMIT 1")
        self._tables = {f"{service}__changes" for service in services} if waiting else set()

    def keep(self, state: ServiceState, rows: Sequence[tuple[str, LaterRow]]) -> None:
        """Keep a transaction's waiting rows, each with its company; statements about their tables bring them there."""
        if not rows:
            return
        by_scope = defaultdict[str, list[LaterRow]](list)
        for scope, row in rows:
            by_scope[scope].append(row)
        service = state.service.name
        packed = [(service, scope, orjson.dumps(several, default=tuple)) for scope, several in by_scope.items()]
        self._store.execute_many("INSERT INTO _later (service, scope, rows) VALUES (?, ?, ?)", packed)
        self._tables = self._tables | _tables_of(state, rows)  # before the transaction lasts: no reader is to miss them

    def settle(self, states: Mapping[str, ServiceState], most: int = -1) -> None:
        """Put what waits into its tables, all of it or the oldest of so many transactions; one is open."""
        if self._is_busy:
            return
        self._is_busy = True
        try:
            kept = self._store.query("SELECT * FROM _later ORDER BY number LIMIT ?", (most,))
            for _, service, scope, rows in kept:
                self._put(states[service], scope, [LaterRow(*row) for row in orjson.loads(rows)])
            if kept:
                self._store.execute("DELETE FROM _later WHERE number <= ?", (kept[-1][0],))
            self._is_settled = len(kept) != most
        finally:
            self._is_busy = False

    def _put(self, state: ServiceState, scope: str, rows: Sequence[LaterRow]) -> None:
        world = Transaction(self._store, state, scope, "")
        world.together(lambda: _settle(world, rows))
        write_log(self._store.execute_many, state.service.name, world.log)

    def undone(self) -> None:
        """The transaction is taken back: what it settled waits as before."""
        self._is_settled = False

    def last(self, state: ServiceState, rows: Sequence[tuple[str, LaterRow]]) -> None:
        """The transaction lasts: what it settled does not wait any more, but these rows do."""
        if self._is_settled:
            self._tables, self._is_settled = _tables_of(state, rows), False


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
