"""The state of one simulator: rows, ETags, change log, snapshots; SQLAlchemy Core on SQLite."""

from simulator.store.changes import Change
from simulator.store.store import Store
from simulator.store.transaction import Transaction

__all__ = ["Change", "Store", "Transaction"]
