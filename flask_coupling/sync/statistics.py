"""Statistics of coupled customers to Sales, in bulk: what Business Central calculates has no change feed.

A calculated value changes without its customer being modified, so every coupled customer is looked at; only what
differs is written. Statistics never set a coupling aside: a customer's data go on when its statistics cannot.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from uuid import NAMESPACE_URL, uuid5

from flask_coupling.core.fill import insert_values
from flask_coupling.core.mapping import Table, TableMapping, TableView
from flask_coupling.core.plan import Plan
from flask_coupling.core.record import Pair, Record, Value
from flask_coupling.core.reference import agree, spell
from flask_coupling.core.side import Side
from flask_coupling.endpoints.endpoint import Verb, Write
from flask_coupling.errors import CouplingError, DuplicateRecord, RecordNotFound

from .carry_out import send
from .link import Link, chunks, read_after, read_links
from .run import Run
from .work import Work

PORTION = 5000
"""Couplings worked on together."""

FEW = 500
"""Up to so many customers are asked for by id; more are read with all others, a page at a time."""


@dataclass(frozen=True, slots=True)
class Statistics:
    """Where statistics go: the fields of their rows, the accounts, the lookup that links the two, and the date."""

    mapping: TableMapping
    accounts: Table
    link: str
    as_of: str

    @property
    def account_view(self) -> TableView:
        """What is read of an account."""
        return TableView(self.accounts, (self.accounts.title, self.link))


@dataclass(slots=True)
class _Item:
    """One coupled customer on its way: what was read, and what is to be written."""

    link: Link
    customer: Record | None
    account: Record | None
    row: Record | None = None
    id: str = ""
    writes: list[Write] = field(default_factory=list)
    error: CouplingError | None = None
    is_new: bool = False


def push_statistics(run: Run, statistics: Statistics, ids: Sequence[int] | None = None) -> None:
    """Bring the statistics of all coupled customers, or of these couplings, up to date.

    Counts `inserted`, `modified`, `unchanged`, and `failed` for a customer or account that is gone or refuses.
    """
    run.counters.clear()
    run.done = 0
    customers = _Customers(run, statistics)
    for links in _portions(run, ids):
        items = _observe(run, statistics, links, customers)
        for item in items:
            if item.error is None:
                _plan(item, statistics, run.ledger.clock())
        _carry_out(run, items)
        _store(run, items)
        if run.progress.stop_requested():
            return


def _portions(run: Run, ids: Sequence[int] | None) -> Iterator[list[Link]]:
    session, connection, name = run.ledger.session, run.ledger.connection, run.mapping.name
    if ids is not None:
        for part in chunks(list(ids), PORTION):
            yield read_links(session, connection, name, "id", part)
        return
    after = 0
    while links := read_after(session, connection, name, after, PORTION):
        after = links[-1].id
        yield [link for link in links if not link.paused]


class _Customers:
    """The customers with what is calculated of them: by id while they are few, else all of them in one pass."""

    def __init__(self, run: Run, statistics: Statistics) -> None:
        self._bc, self._view = run.services.bc, statistics.mapping.view(Side.BC)
        self._all: dict[str, Record] | None = None

    def of(self, ids: Sequence[str]) -> Mapping[str, Record]:
        """Those of these customers that exist, by id."""
        if self._all is None and len(ids) <= FEW:
            return self._bc.get_many(self._view, ids)
        if self._all is None:
            self._all = {record.id: record for page in self._bc.changes(self._view, None) for record in page.records}
        return self._all


def _observe(run: Run, statistics: Statistics, links: Sequence[Link], customers: _Customers) -> list[_Item]:
    """Read customers, accounts and their statistics: each in one go."""
    known = customers.of([link.bc_id for link in links])
    accounts = run.services.sales.get_many(statistics.account_view, [link.sales_id for link in links])
    items = [_Item(link, known.get(link.bc_id), accounts.get(link.sales_id)) for link in links]
    for item in items:
        if item.customer is None or item.account is None:
            side, id = (Side.SALES, item.link.sales_id) if item.customer is not None else (Side.BC, item.link.bc_id)
            item.error = RecordNotFound(service=side.label, table=run.mapping.table(side).name, id=id)
        else:
            item.id = str(item.account.values.get(statistics.link) or _own_id(run, item.link))
    rows = run.services.sales.get_many(_row_view(statistics), [item.id for item in items if item.id])
    for item in items:
        item.row = rows.get(item.id)
    return items


def _own_id(run: Run, link: Link) -> str:
    """The id of an account's statistics: the same at each attempt, so that none is made twice."""
    return str(uuid5(NAMESPACE_URL, "/".join(("flask_coupling", run.ledger.connection, "statistics", link.sales_id))))


def _row_view(statistics: Statistics) -> TableView:
    return statistics.mapping.view(Side.SALES, statistics.as_of)


def _plan(item: _Item, statistics: Statistics, now: datetime) -> None:
    """Decide what has to be written: a new row, the values that differ, and the link from the account."""
    assert item.customer is not None and item.account is not None
    view, stamp = _row_view(statistics), f"{now.date().isoformat()}T00:00:00Z"
    if item.row is None:
        values = insert_values(item.customer, Side.BC, statistics.mapping, {})
        item.writes.append(Write(Verb.CREATE, view, item.id, {**values, statistics.as_of: stamp}))
        item.is_new = True
    elif values := _differing(item.customer, item.row, statistics.mapping):
        item.writes.append(Write(Verb.UPDATE, view, item.id, {**values, statistics.as_of: stamp}, item.row.etag))
    if item.account.values.get(statistics.link) != item.id:
        account = item.account
        link: dict[str, Value] = {statistics.link: item.id}
        item.writes.append(Write(Verb.UPDATE, statistics.account_view, account.id, link, account.etag))


def _differing(customer: Record, row: Record, mapping: TableMapping) -> dict[str, Value]:
    values: dict[str, Value] = {}
    for each in mapping.flowing_from(Side.BC):
        own, theirs = customer.values.get(each.bc or ""), row.values.get(each.sales or "")
        if each.sales is not None and not agree(each, own, theirs, {}) and not _is_rounded(own, theirs):
            values[each.sales] = spell(each, Side.BC, own, theirs, {})
    return values


def _is_rounded(amount: Value, kept: Value) -> bool:
    """Whether Sales keeps an amount in whole cents: it would be written again each time."""
    if isinstance(amount, bool | str | None) or isinstance(kept, bool | str | None):
        return False
    return abs(Decimal(str(amount)) - Decimal(str(kept))) < _CENT


_CENT = Decimal("0.01")


def _carry_out(run: Run, items: Sequence[_Item]) -> None:
    """Send the rows of statistics first, then the links of the accounts whose row is there."""
    for turn in (0, 1):
        tasks = [(item, item.writes[turn]) for item in items if len(item.writes) > turn and item.error is None]
        for part in chunks(tasks, 1000):
            for (item, write), outcome in zip(
                part, send(run.services.sales, [write for _, write in part]), strict=True
            ):
                adopts = write.verb is Verb.CREATE and isinstance(outcome.error, DuplicateRecord)
                item.error = None if adopts else outcome.error


def _store(run: Run, items: Sequence[_Item]) -> None:
    failed = [item for item in items if item.error is not None]
    run.ledger.log([(_work(item), item.error) for item in failed if item.error], "failed")
    run.counters["failed"] += len(failed)
    for item in items:
        if item.error is None:
            run.counters["inserted" if item.is_new else "modified" if item.writes else "unchanged"] += 1
    run.done += len(items)
    run.report()
    run.progress.commit()


def _work(item: _Item) -> Work:
    """The customer and its account, as the job's log knows them."""
    labelled = Pair(item.customer, item.account, is_coupled=True)
    return Work(Plan(labelled), item.link)
