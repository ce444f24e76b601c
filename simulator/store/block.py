"""The block of a `with` in which a service is written to: at its end it lasts, or is undone if an exception passes."""

from __future__ import annotations

import threading
from types import TracebackType
from typing import Protocol

from simulator.store.state import ServiceState, StoredRows
from simulator.store.transaction import Transaction


class Committing(StoredRows, Protocol):
    """A store as such a block sees it."""

    lock: threading.RLock

    def begin(self) -> None:
        """Begin a write."""

    def commit(self, transaction: Transaction) -> None:
        """Make what a transaction wrote last."""

    def undo(self) -> None:
        """Undo what was written since the beginning."""

    def tell(self, transaction: Transaction) -> None:
        """Tell those who listen what a transaction wrote."""


class WritingBlock:
    """Holds the store's lock from its beginning to its end; who listens is told when others may write again."""

    __slots__ = ("_author", "_scope", "_state", "_store", "_transaction")

    def __init__(self, store: Committing, state: ServiceState, scope: str, author: str) -> None:
        self._store = store
        self._state = state
        self._scope = scope
        self._author = author

    def __enter__(self) -> Transaction:
        store = self._store
        store.lock.acquire()
        try:
            self._transaction = Transaction(store, self._state, self._scope, self._author)
            store.begin()
        except BaseException:
            store.lock.release()
            raise
        return self._transaction

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        store = self._store
        try:
            if kind is None:
                store.commit(self._transaction)
            else:
                store.undo()
        finally:
            store.lock.release()
        if kind is None and self._transaction.log:
            store.tell(self._transaction)
