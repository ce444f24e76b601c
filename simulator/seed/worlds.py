"""Writes a seed's rows into a store: what every world has, then companies and people, a block at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice

from simulator.seed.bc_rows import BusinessCentralRows
from simulator.seed.firms import Firm, make_firms
from simulator.seed.sales_rows import SalesRows
from simulator.store import Store

Progress = Callable[[int, int], None]
_BLOCK = 5_000


@dataclass(frozen=True, slots=True)
class WorldSeed:
    """What a seed depends on: its number, its size, the company's id and names, and who signs in to Sales."""

    seed: int
    customers: int
    company: str
    company_name: str
    company_display_name: str
    caller: str
    person: str
    client_id: str


def fill_store(store: Store, world: WorldSeed, progress: Progress | None = None) -> None:
    """Fill an empty store; ``progress(done, customers)`` is called after each block.

    With 0 customers there is only what every company and organization has from its first day.
    """
    bc = BusinessCentralRows(world.seed, world.company)
    sales = SalesRows(world.seed, world.caller, world.person, world.client_id)
    _fill_basics(store, world, bc, sales)
    done = 0
    for firms in _blocks(make_firms(world.customers, world.seed)):
        _fill_bc(store, world.company, bc, [firm for firm in firms if firm.in_bc])
        _fill_sales(store, sales, [firm for firm in firms if firm.in_sales])
        done += sum(firm.in_bc for firm in firms)
        if progress is not None:
            progress(done, world.customers)


def _fill_basics(store: Store, world: WorldSeed, bc: BusinessCentralRows, sales: SalesRows) -> None:
    store.load("bc", "companies", bc.companies(world.company_name, world.company_display_name or world.company_name))
    store.load("bc", "companyInformation", bc.company_information(world.company_name), scope=world.company)
    for entity_set, rows in bc.basics():
        store.load("bc", entity_set, rows, scope=world.company)
    for entity_set, rows in sales.basics():
        store.load("sales", entity_set, rows)


def _fill_bc(store: Store, company: str, bc: BusinessCentralRows, firms: list[Firm]) -> None:
    people = [(firm, person) for firm in firms for person in firm.people]
    store.load("bc", "customers", map(bc.customer, firms), scope=company)
    store.load("bc", "customerFinancialDetails", map(bc.financial_details, firms), scope=company)
    store.load("bc", "contacts", map(bc.company_contact, firms), scope=company)
    store.load("bc", "contactsInformation", map(bc.contact_information, firms), scope=company)
    store.load("bc", "contacts", (bc.contact(firm, person) for firm, person in people), scope=company)


def _fill_sales(store: Store, sales: SalesRows, firms: list[Firm]) -> None:
    people = [(firm, person) for firm in firms for person in firm.people]
    store.load("sales", "accounts", map(sales.account, firms))
    store.load("sales", "contacts", (sales.contact(firm, person) for firm, person in people))


def _blocks(firms: Iterator[Firm]) -> Iterator[list[Firm]]:
    while block := list(islice(firms, _BLOCK)):
        yield block
