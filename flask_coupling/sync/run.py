"""A run of a table mapping, and everything it works with."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TypeAlias

from flask_coupling.core.action import Skip
from flask_coupling.core.conflict import Policy
from flask_coupling.core.criteria import Group
from flask_coupling.core.mapping import Freight, TableMapping
from flask_coupling.core.record import Pair, Value
from flask_coupling.core.reference import References
from flask_coupling.core.side import Direction, Side
from flask_coupling.core.table_filter import EVERYTHING
from flask_coupling.endpoints.endpoint import Page

from .carry_out import Services
from .failures import Failures
from .handled import Handled
from .ledger import Ledger
from .matching import Partners
from .progress import Progress, Quiet


@dataclass(frozen=True, slots=True)
class Brake:
    """A run of a whole mapping may change or delete at most this `share` of its couplings, or fewer than `minimum`."""

    share: float
    minimum: int


@dataclass(frozen=True, slots=True)
class Opened:
    """Change feeds that are open already from the stored cursors on, because those of several runs were opened at once.

    `began` is when, and `newest` the greatest id of a coupling then. With `is_whole` they are open from the beginning
    of both tables on instead. Who reads one takes it out.
    """

    began: datetime
    newest: int
    pages: dict[Side, Iterator[Page]]
    is_whole: bool = False


CoupleMissing: TypeAlias = "Callable[[Run, Sequence[Pair], References], bool]"
"""Couples what pairs refer to without a partner; whether it coupled anything."""


@dataclass(slots=True)
class Run:
    """A run and everything it works with.

    `blanks` says what a blank reference stands for; `others` holds the declared table mappings, for references;
    `sender` is the sender of signals; `brake` None lets any number of records be changed. `compare_every` is how often
    all ids are read of a side whose change feed tells no deletions. `counters`, `done` and `total` tell how far it is,
    `matched` which tables were coupled by value already, `names` what records without a partner are called. A job that
    goes on after a pause or a crash brings its `counters`, `done`, `requests_earlier` and what it has `handled`.
    `couple_missing` makes it couple what its records refer to, `sought` remembers what was looked for. `doubts` tells
    of records for which no partner is to be made. `chosen` holds what was decided for single lines, by coupling.
    `freight_account` is the number of the G/L account of freight, empty where none is set. `match_first` are the
    criteria by which a new record is coupled before a partner is created for it, none where that is not asked for;
    `partners` then are the rows that may be partners, of a side that was read for it, and `claims` which records of a
    side match each row of the other.
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
    names: dict[tuple[str, Side, str], str] = field(default_factory=dict)
    handled: Handled = field(default_factory=Handled)
    requests_earlier: int = 0
    requests_before: int = field(init=False)
    brake: Brake | None = None
    compare_every: timedelta = timedelta(days=1)
    failures: Failures = field(default_factory=lambda: Failures({}))
    couple_missing: CoupleMissing | None = None
    sought: set[tuple[str, Side, str, Value]] = field(default_factory=set)
    doubts: Mapping[tuple[Side, str], Skip] = field(default_factory=dict)
    opened: Opened | None = None
    chosen: Mapping[int, Policy] = field(default_factory=dict)
    freight_account: str = ""
    match_first: Sequence[Group] = ()
    partners: dict[Side, Partners] = field(default_factory=dict)
    claims: dict[Side, Mapping[str, Sequence[str]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        lines = {each.name: each for each in self.lines_mappings}
        self.services = replace(self.services, lines=lines) if lines else self.services
        self.requests_before = self.services.requests_made

    @property
    def mapping(self) -> TableMapping:
        """The table mapping that is run."""
        return self.services.mapping

    @property
    def lines_mappings(self) -> list[TableMapping]:
        """The mappings of the lines of this mapping's documents; none where it is not one of documents."""
        return [each for each in self.others.values() if each.parent == self.mapping.name]

    @property
    def freight(self) -> Freight | None:
        """Where freight stands in the documents whose lines this run handles; None where it is not told."""
        parent = self.others.get(self.mapping.parent)
        return parent.freight if parent is not None else None

    def unfiltered(self) -> Run:
        """The same run, of all records of the tables and in all directions of the mapping."""
        everything = self.mapping.replaced(bc_filter=EVERYTHING, sales_filter=EVERYTHING)
        return replace(self, services=replace(self.services, mapping=everything), direction=self.mapping.direction)

    def of_lines(self, lines: TableMapping) -> Run:
        """A part of this run that handles the lines of its documents: it commits with it, and counts for itself."""
        same_way = self.policy.update == self.mapping.update_conflict
        policy = lines.policy if same_way else replace(lines.policy, update=self.policy.update)
        return Run(
            services=Services(self.services.bc, self.services.sales, lines),
            ledger=self.ledger.of(lines),
            direction=self.direction.within(lines.direction) or lines.direction,
            policy=policy,
            progress=Quiet(self.progress),
            others=self.others,
            blanks=self.blanks,
            sender=self.sender,
            matched=self.matched,
            names=self.names,
            couple_missing=self.couple_missing,
            sought=self.sought,
            chosen=self.chosen,
            freight_account=self.freight_account,
        )

    def report(self) -> None:
        """Tell how far the run is."""
        requests = self.requests_earlier + self.services.requests_made - self.requests_before
        self.progress.report(self.done, self.total, self.counters, requests)
