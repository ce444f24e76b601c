"""A run of a table mapping, and everything it works with."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from flask_coupling.core.conflict import Policy
from flask_coupling.core.mapping import TableMapping
from flask_coupling.core.record import Value
from flask_coupling.core.side import Direction, Side

from .carry_out import Services
from .failures import Failures
from .handled import Handled
from .ledger import Ledger
from .progress import Progress


@dataclass(frozen=True, slots=True)
class Brake:
    """A run of a whole mapping may change or delete at most this `share` of its couplings, or fewer than `minimum`."""

    share: float
    minimum: int


@dataclass(slots=True)
class Run:
    """A run and everything it works with.

    `blanks` says what a blank reference stands for; `others` holds the declared table mappings, for references;
    `sender` is the sender of signals; `brake` None lets any number of records be changed. `compare_every` is how
    often all ids are read of a side whose change feed tells no deletions. `counters`, `done` and `total` tell how far
    it is, `matched` which tables were coupled by value already. A job that goes on after a pause or a crash brings its
    `counters`, `done`, `requests_earlier` and what it has `handled`.
    """

    services: Services
    ledger: Ledger
    direction: Direction
    policy: Policy
    progress: Progress
    others: Mapping[str, TableMapping] = field(default_factory=dict)
    blanks: Mapping[tuple[str, Side, Value], Value] = field(default_factory=dict)
    sender: object = None
    counters: Counter[str] = field(default_factory=Counter)
    done: int = 0
    total: int | None = None
    matched: set[str] = field(default_factory=set)
    handled: Handled = field(default_factory=Handled)
    requests_earlier: int = 0
    requests_before: int = field(init=False)
    brake: Brake | None = None
    compare_every: timedelta = timedelta(days=1)
    failures: Failures = field(default_factory=lambda: Failures({}))

    def __post_init__(self) -> None:
        self.requests_before = self.services.requests_made

    @property
    def mapping(self) -> TableMapping:
        """The table mapping that is run."""
        return self.services.mapping

    def report(self) -> None:
        """Tell how far the run is."""
        requests = self.requests_earlier + self.services.requests_made - self.requests_before
        self.progress.report(self.done, self.total, self.counters, requests)
