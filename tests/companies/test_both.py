"""Two companies and one Sales environment, synchronized fully, one after the other."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask

from flask_coupling.operations import full_synchronization, jobs, mappings
from flask_coupling.operations.views import JobView
from simulator.inprocess import mount
from simulator.instance import Simulator

from .conftest import COMPANY, DANMARK, NORGE, Group, connect

TABLES = ("accounts", "contacts", "products", "pricelevels", "opportunities", "quotes", "salesorders", "invoices")
BOOKS = ("customers", "vendors", "contacts", "items", "opportunities", "salesOrders", "salesQuotes")


@pytest.fixture
def simulator() -> Iterator[Simulator]:
    """Two companies with customers of their own; what Sales has is of the first one, or of none."""
    with mount(companies=(DANMARK, NORGE), customers=12, seed=5) as mounted:
        yield mounted


@pytest.fixture
def group(app: Flask, simulator: Simulator) -> Iterator[Group]:
    """The group; companies are told apart."""
    with app.app_context():
        connect(simulator, "danmark", DANMARK, several_companies=True)
        connect(simulator, "norge", NORGE, several_companies=True)
        yield Group(app, simulator)


def synchronize_all(where: str) -> JobView:
    """All tables of a connection."""
    job = full_synchronization.start_full_synchronization(where)
    return jobs.get_job(where, job.id)


def scoped(where: str) -> list[str]:
    """The table mappings that tell companies apart."""
    return [each.name for each in mappings.list_mappings(where) if each.company and each.in_use]


def test_two_companies_never_take_each_others_rows(group: Group) -> None:
    for where in ("danmark", "norge", "danmark", "norge"):
        synchronize_all(where)
    coupled = {where: {name: group.coupled(where, name) for name in scoped(where)} for where in ("danmark", "norge")}
    assert all(sum(map(len, each.values())) > 12 for each in coupled.values()), "both have their couplings"
    for name, rows in coupled["danmark"].items():
        assert not set(rows.values()) & set(coupled["norge"][name].values()), name
    for where, found in coupled.items():
        for name, rows in found.items():
            table = mappings.get_mapping(where, name).sales_table
            assert {group.company_of(id, table) for id in rows.values()} <= {where}, name


def test_nothing_is_doubled_and_a_further_run_writes_nothing(group: Group) -> None:
    for where in ("danmark", "norge", "danmark", "norge"):
        synchronize_all(where)
    before = written(group)
    for where in ("danmark", "norge"):
        assert accounts_of(group, where) == partners(group, where, "CUSTOMER", "VENDOR")
        assert len(group.coupled(where)) == group.books[where].count("customers")
    for where in ("danmark", "norge"):
        again = synchronize_all(where)
        assert not {"inserted", "modified", "deleted"} & {name for name, count in again.counters.items() if count}
    assert written(group) == before


def accounts_of(group: Group, where: str) -> list[str]:
    """The accounts that carry a company."""
    mine = group.simulator.sales.list("accounts", **{COMPANY: group.ids[where]})
    return sorted(str(row["accountid"]) for row in mine)


def partners(group: Group, where: str, *names: str) -> list[str]:
    """The rows of Sales that are coupled by these table mappings."""
    return sorted(id for name in names for id in group.coupled(where, name).values())


def written(group: Group) -> dict[str, int]:
    """How many changes each table has seen."""
    books = {f"{where} {name}": len(user.changes(name)) for where, user in group.books.items() for name in BOOKS}
    return books | {name: len(group.simulator.sales.changes(name)) for name in TABLES}
