"""A bench for the engine: two memory endpoints, a ledger on SQLite, a clock that stands still."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from flask_coupling.core.criteria import Group
from flask_coupling.core.mapping import FieldMapping, Lookup, Reference, Table, TableMapping
from flask_coupling.core.side import Direction, Side
from flask_coupling.core.table_filter import where
from flask_coupling.endpoints.memory import MemoryEndpoint
from flask_coupling.models import (
    Base,
    ConflictEntry,
    Connection,
    Coupling,
    CreateIntent,
    FailedRecord,
    HistoryEntry,
    IntegrationTableMapping,
    SynchJobError,
    table_of,
)
from flask_coupling.sync.carry_out import Services
from flask_coupling.sync.changes import synchronize_changes
from flask_coupling.sync.drift import report_drift
from flask_coupling.sync.handled import read_handled
from flask_coupling.sync.ledger import Ledger
from flask_coupling.sync.run import Brake, Run
from flask_coupling.sync.selected import create_partners, synchronize_links, undo

NOW = datetime(2026, 1, 1, 12, tzinfo=UTC)

CURRENCY = TableMapping(
    name="CURRENCY",
    direction=Direction.TO_SALES,
    match_on=("code",),
    couples_by_value=True,
    bc=Table(name="currencies", key="id", modified_on="lastModifiedDateTime", title="code"),
    sales=Table(
        name="transactioncurrencies", key="transactioncurrencyid", modified_on="modifiedon", title="isocurrencycode"
    ),
    fields=(FieldMapping(bc="code", sales="isocurrencycode", direction=Direction.TO_SALES),),
)

CUSTOMER = TableMapping(
    name="CUSTOMER",
    only_coupled=False,
    bc=Table(name="customers", key="id", modified_on="lastModifiedDateTime", title="displayName", number="number"),
    sales=Table(
        name="accounts",
        key="accountid",
        modified_on="modifiedon",
        title="name",
        lookups={"transactioncurrencyid": Lookup("transactioncurrencies", "transactioncurrencyid")},
    ),
    bc_filter=where("blocked", "blank", " "),
    fields=(
        FieldMapping(bc="displayName", sales="name"),
        FieldMapping(bc="phoneNumber", sales="telephone1"),
        FieldMapping(bc="city", sales="address1_city"),
        FieldMapping(bc="creditLimit", sales="creditlimit", direction=Direction.TO_SALES),
        FieldMapping(bc="currencyId", sales="transactioncurrencyid", reference=Reference("CURRENCY")),
        FieldMapping(sales="customertypecode", constant=3, direction=Direction.TO_SALES),
    ),
)


@dataclass
class Bench:
    """One world: the two sides, the ledger's database (a file's path, or in memory), and the last run's counters."""

    mapping: TableMapping = CUSTOMER
    bc: MemoryEndpoint = field(default_factory=lambda: MemoryEndpoint(Side.BC))
    sales: MemoryEndpoint = field(default_factory=lambda: MemoryEndpoint(Side.SALES))
    counters: Counter[str] = field(default_factory=Counter)
    stop_after: int | None = None
    fingerprint: str = "same"
    now: datetime = NOW
    brake: Brake | None = None
    match_first: Sequence[Group] = ()
    database: str = ""

    def __post_init__(self) -> None:
        self.engine = sa.create_engine(f"sqlite:///{self.database}", poolclass=sa.StaticPool)
        Base.metadata.create_all(self.engine)
        self.session = Session(self.engine)
        connections = table_of(Connection)
        self.session.execute(sa.insert(connections).values(_connection_row(connections)))
        self.session.commit()
        self.jobs = 0

    # --- Progress ----------------------------------------------------------------------------------------------

    def report(self, done: int, total: int | None, counters: Mapping[str, int], requests: int) -> None:
        self.counters = Counter(counters)
        self.done, self.total = done, total

    def stop_requested(self) -> bool:
        return self.stop_after is not None and self.done >= self.stop_after

    def commit(self) -> None:
        self.session.commit()

    # --- what a test does --------------------------------------------------------------------------------------

    def run(self, direction: Direction = Direction.BIDIRECTIONAL) -> Counter[str]:
        """Synchronize what changed; returns the counters."""
        run = self._make_run(direction)
        synchronize_changes(run, self.fingerprint)
        return +self.counters

    def go_on(self, do: Callable[[Run], None] | None = None) -> Counter[str]:
        """Go on with the last job, as one that was paused or whose process died; returns the counters of it all."""
        before, self.stop_after, self.jobs = self.counters, None, self.jobs - 1
        run = self._make_run(Direction.BIDIRECTIONAL)
        run.counters, run.done = Counter(before), before.total() - before["coupled"]
        run.handled = read_handled(run.ledger)
        (do or (lambda each: synchronize_changes(each, self.fingerprint)))(run)
        return +self.counters

    def run_links(self, *ids: int, direction: Direction = Direction.BIDIRECTIONAL) -> Counter[str]:
        run = self._make_run(direction)
        synchronize_links(run, ids)
        return +self.counters

    def undo(self, *ids: int) -> Counter[str]:
        """Take back these history entries, or all of the last job's."""
        entries = ids or [entry.id for entry in self.history() if entry.job_id == f"job-{self.jobs}"]
        undo(self._make_run(Direction.BIDIRECTIONAL), list(entries))
        return +self.counters

    def compare(self) -> Counter[str]:
        """Report what differs."""
        report_drift(self._make_run(Direction.BIDIRECTIONAL))
        return +self.counters

    def create(self, side: Side, *ids: str) -> Counter[str]:
        create_partners(self._make_run(Direction.BIDIRECTIONAL), side, ids)
        return +self.counters

    def _make_run(self, direction: Direction) -> Run:
        self.jobs += 1
        self.counters, self.done = Counter(), 0
        ledger = Ledger(self.session, "default", self.mapping, f"job-{self.jobs}", lambda: self.now)
        return Run(
            services=Services(self.bc, self.sales, self.mapping),
            ledger=ledger,
            direction=direction,
            policy=self.mapping.policy,
            progress=self,
            brake=self.brake,
            match_first=self.match_first,
            others={"CURRENCY": CURRENCY, "CUSTOMER": self.mapping},
        )

    def forget_cursors(self) -> None:
        """Both services are read from the beginning again, by the same rules."""
        self.session.execute(sa.update(IntegrationTableMapping).values(bc_cursor=None, sales_cursor=None))
        self.session.commit()

    def couple(self, bc_id: str, sales_id: str, source: Side | None = None) -> int:
        """Link two records by hand; returns the coupling's id."""
        row = {
            "connection": "default",
            "mapping": self.mapping.name,
            "bc_id": bc_id,
            "sales_id": sales_id,
            "source": source,
            "created_at": NOW,
        }
        id = self.session.execute(sa.insert(Coupling).values(row)).inserted_primary_key[0]
        self.session.commit()
        return int(id)

    def pair(self, **values: Any) -> tuple[str, str]:
        """A customer and its account, made alike, coupled and synchronized; returns both ids."""
        bc_id = self.bc.add("customers", **CUSTOMER_VALUES | values)
        self.run()
        coupling = self.session.scalars(sa.select(Coupling).where(Coupling.bc_id == bc_id)).one()
        return bc_id, coupling.sales_id

    def couplings(self) -> list[Coupling]:
        self.session.expire_all()
        return list(self.session.scalars(sa.select(Coupling).order_by(Coupling.id)))

    def errors(self) -> list[SynchJobError]:
        """The error rows of the last job."""
        query = sa.select(SynchJobError).where(SynchJobError.job_id == f"job-{self.jobs}")
        return list(self.session.scalars(query.order_by(SynchJobError.id)))

    def conflicts(self) -> list[ConflictEntry]:
        return list(self.session.scalars(sa.select(ConflictEntry).where(ConflictEntry.closed_at.is_(None))))

    def failed(self) -> list[FailedRecord]:
        self.session.expire_all()
        return list(self.session.scalars(sa.select(FailedRecord).order_by(FailedRecord.id)))

    def history(self) -> list[HistoryEntry]:
        return list(self.session.scalars(sa.select(HistoryEntry).order_by(HistoryEntry.id)))

    def intents(self) -> list[CreateIntent]:
        return list(self.session.scalars(sa.select(CreateIntent)))

    def customer(self, id: str) -> dict[str, Any]:
        return self.bc.rows("customers")[id]

    def account(self, id: str) -> dict[str, Any]:
        return self.sales.rows("accounts")[id]


CUSTOMER_VALUES: dict[str, Any] = {
    "displayName": "Adatum",
    "phoneNumber": "100",
    "city": "Aarhus",
    "creditLimit": 0,
    "currencyId": "00000000-0000-0000-0000-000000000000",
    "blocked": " ",
    "number": "10000",
}


def _connection_row(table: sa.Table) -> dict[str, Any]:
    texts = {c.name: "" for c in table.columns if isinstance(c.type, sa.String) and not c.nullable}
    return {**texts, "name": "default", "enabled": True, "disabled_reason": ""}
