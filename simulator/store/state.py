"""What a store keeps for one service, and what reading and writing its rows takes from the store."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Protocol

from sqlalchemy import Table

from simulator.odata.edm import AlternateKey
from simulator.odata.service import Service, Shape
from simulator.store.changes import Change
from simulator.store.options import OptionSets
from simulator.store.plans import RowPlans

Guard = Callable[[Change], None]
"""Is told of every change while it can still be undone, and raises the service's error to refuse it."""


class TellsTime(Protocol):
    """Whatever answers the time in UTC."""

    def now(self) -> datetime:
        """Return the time."""


class ServiceState:
    """What the store keeps for one service: its tables' statements, its version counter, its alternate keys.

    `service` is the service as declared with the options that its choices have now.
    """

    def __init__(self, service: Service, tables: Mapping[str, Table]) -> None:
        self.declared = self.service = service
        self.options = OptionSets()
        self.tables = tables
        self.plans = {name: RowPlans(table.name, service.shapes[name]) for name, table in tables.items()}
        self.version = 0
        self.committed = 0
        self.skew = timedelta()
        self.set_versions: dict[str, int] = dict.fromkeys(tables, 0)
        self.oldest_token = 0
        self.keys: dict[str, list[AlternateKey]] = {}
        self.guard: Guard | None = None
        self.series: dict[tuple[str, str], int] = {}
        self.recalled: dict[tuple[str, str], tuple[tuple[int, ...], Any]] = {}

    def use_options(self, options: OptionSets) -> None:
        """Take over the options of choices, which the service then has."""
        self.options = options
        self.service = options.service(self.declared)

    def next_version(self) -> int:
        """Return the next version number of this service."""
        self.version += 1
        return self.version

    def alternate_keys(self, entity_set: str) -> list[AlternateKey]:
        """Return the alternate keys of a set that are enforced now."""
        return self.keys.get(entity_set, [])


class StoredRows(Protocol):
    """The store as its readers and transactions see it."""

    @property
    def clock(self) -> TellsTime:
        """The clock of the simulator."""

    @property
    def epoch(self) -> int:
        """How often all rows were replaced at once; what was remembered of them before is void."""

    def query(self, sql: str, parameters: Sequence[Any] = ()) -> list[Any]:
        """Return the rows a statement finds."""

    def execute(self, sql: str, parameters: Sequence[Any] = ()) -> sqlite3.Cursor:
        """Run a statement."""

    def execute_many(self, sql: str, rows: Iterable[Sequence[Any]]) -> None:
        """Run a statement for each of the rows."""

    def lets_wait(self, state: ServiceState) -> bool:
        """Whether new rows of a service may wait outside their tables: nobody is told of them at once."""

    def version(self, service: str) -> int:
        """Return the version of a service's latest change."""

    def changes(self, service: str, since: int = 0, entity_set: str = "", key: str = "") -> list[Change]:
        """Return the changes of a service after a version, oldest first."""

    def set_alternate_keys(self, service: str, entity_set: str, keys: Sequence[AlternateKey]) -> None:
        """Say which alternate keys of a set are enforced from now on."""

    def remember_options(self, state: ServiceState) -> None:
        """Keep the options of a service's choices with the state."""

    def restoring_options(self, state: ServiceState) -> tuple[str, Sequence[Any]]:
        """Return the statement that keeps the options of a service's choices as they are now."""

    def recall_options(self, state: ServiceState) -> None:
        """Take the options of a service's choices as they are kept: what was changed since is undone."""

    def new_id(self) -> str:
        """Return a new GUID."""

    def scope_number(self, state: ServiceState, scope: str) -> int:
        """Return the number that stands for a company in the tables."""

    def ensure_index(self, state: ServiceState, shape: Shape, column: str) -> None:
        """Index a column that is being filtered on, when its table has grown large."""
