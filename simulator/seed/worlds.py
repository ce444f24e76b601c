"""Writes a seed's rows into a store: what every world has, then companies and people, a block at a time.

The bulk is made in the services' own spelling, so the store need not check it; the tests do.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from simulator.sales.messages import message_rows
from simulator.sales.rules.base_amounts import columns_with_base
from simulator.seed.bc_rows import BusinessCentralRows
from simulator.seed.bc_trade import BusinessCentralTrade
from simulator.seed.dimensions import make_defaults
from simulator.seed.firms import Firm, make_firms
from simulator.seed.sales_rows import SalesRows
from simulator.seed.sales_trade import SalesTrade
from simulator.store import Store

Progress = Callable[[int, int], None]
Row = dict[str, Any]
_BLOCK = 2_000  # what is remembered of ids and moments covers a block


@dataclass(frozen=True, slots=True)
class WorldSeed:
    """What a seed depends on: its number, its size, the company's id and names, and who signs in to Sales.

    ``people``, ``items``, ``orders`` and ``invoices`` say how many there are where the customers would make fewer.
    ``with_sales`` is False for a further company beside the one whose world has been filled into Sales.
    """

    seed: int
    customers: int
    company: str
    company_name: str
    company_display_name: str
    caller: str
    person: str
    client_id: str
    with_sales: bool = True
    people: int = 0
    items: int = 0
    orders: int = 0
    invoices: int = 0


def fill_store(store: Store, world: WorldSeed, progress: Progress | None = None) -> None:
    """Fill an empty store; ``progress(done, customers)`` is called after each block.

    With 0 customers there is only what every company and organization has from its first day.
    """
    bc = _BcFiller(store, world)
    sales = _SalesFiller(store, world) if world.with_sales else None
    done = 0
    for firms in _blocks(make_firms(world.customers, world.seed, world.people)):
        bc.fill([firm for firm in firms if firm.in_bc])
        if sales is not None:
            sales.fill([firm for firm in firms if firm.in_sales])
        done += sum(firm.in_bc for firm in firms)
        if progress is not None:
            progress(done, world.customers)


class _BcFiller:
    """Fills one company of Business Central."""

    def __init__(self, store: Store, world: WorldSeed) -> None:
        self._store = store
        self._company = world.company
        self._rows = BusinessCentralRows(world.seed, world.company)
        wanted = {"salesOrders": world.orders, "salesInvoices": world.invoices}
        self._trade = BusinessCentralTrade(self._rows, world.customers, world.items, wanted)
        name = world.company_name
        store.load("bc", "companies", self._rows.companies(name, world.company_display_name or name))
        self._load("companyInformation", self._rows.company_information(name), trusted=False)
        self._load_all(self._rows.basics(), trusted=False)
        self._load_all(self._trade.catalog(), trusted=False)

    def fill(self, firms: list[Firm]) -> None:
        """Add a block of companies with all that hangs on them."""
        rows, trade = self._rows, self._trade
        self._load("customers", map(rows.customer, firms))
        self._load("customerFinancialDetails", map(rows.financial_details, firms))
        self._load("defaultDimensions", (row for firm in firms for row in make_defaults(rows, firm)))
        self._load("contacts", map(rows.company_contact, firms))
        self._load("contactsInformation", map(rows.contact_information, firms))
        self._load("contacts", (rows.contact(firm, person) for firm in firms for person in firm.people))
        self._load("vendors", (trade.vendor(firm) for firm in firms if firm.index % 10 == 0))
        self._load("opportunities", (trade.opportunity(firm) for firm in firms if firm.index % 10 == 6 and firm.people))
        self._load_all(trade.documents(firms))

    def _load_all(self, blocks: Iterable[tuple[str, list[Row]]], trusted: bool = True) -> None:
        for entity_set, rows in blocks:
            self._load(entity_set, rows, trusted)

    def _load(self, entity_set: str, rows: Iterable[Row], trusted: bool = True) -> None:
        self._store.load("bc", entity_set, rows, scope=self._company, trusted=trusted)


class _SalesFiller:
    """Fills the organization of Sales."""

    def __init__(self, store: Store, world: WorldSeed) -> None:
        self._store = store
        self._rows = SalesRows(world.seed, world.caller, world.person, world.client_id)
        self._trade = SalesTrade(self._rows, world.customers, world.items)
        self._declared = declared = store.state_of("sales").declared
        self._load_all(message_rows(declared.model))
        store.set_options("sales", self._rows.options(declared.shapes))
        self._load_all(self._rows.basics(), trusted=False)
        self._load_all(self._trade.catalog(), trusted=False)

    def fill(self, firms: list[Firm]) -> None:
        """Add a block of companies with all that hangs on them."""
        rows, trade = self._rows, self._trade
        self._load("accounts", map(rows.account, firms))
        self._load("contacts", (rows.contact(firm, person) for firm in firms for person in firm.people))
        self._load("opportunities", (trade.opportunity(firm) for firm in firms if firm.index % 10 == 6))
        self._load("incidents", (trade.case(firm) for firm in firms if firm.index % 25 == 8))
        self._load("annotations", (trade.note(firm) for firm in firms if firm.index % 25 == 9))
        self._load_all(trade.documents(firms))

    def _load_all(self, blocks: Iterable[tuple[str, list[Row]]], trusted: bool = True) -> None:
        for entity_set, rows in blocks:
            self._load(entity_set, rows, trusted)

    def _load(self, entity_set: str, rows: Iterable[Row], trusted: bool = True) -> None:
        names = columns_with_base(self._declared.shapes[entity_set].entity)
        based = self._rows.with_base_amounts(names, rows) if names else rows
        self._store.load("sales", entity_set, based, trusted=trusted)


def _blocks(firms: Iterator[Firm]) -> Iterator[list[Firm]]:
    while block := list(islice(firms, _BLOCK)):
        yield block
