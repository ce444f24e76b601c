"""A table filter decides about a record exactly as the service does that is sent its rendering."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

import pytest

from flask_coupling.core.mapping import Table, TableMapping, TableView
from flask_coupling.core.record import Record
from flask_coupling.core.side import Side
from flask_coupling.core.table_filter import AnyOf, Condition, TableFilter, both, equal, one_of, where
from flask_coupling.endpoints.connect import Account, connect_business_central, connect_sales
from flask_coupling.endpoints.endpoint import Endpoint
from flask_coupling.mappings import default_setup
from simulator.config import SimulatorConfig
from simulator.inprocess import mount

NAMES = (
    "Ålborg Værft",
    "Zenith",
    "O'Neill & Sons",
    "10 % off",
    "a_b",
    "acb",
    "[c]",
    "10 x off",
    "2026-01-31",
    "Æblegård",
)
LIMITS = (0, 2.5, 10, 2000)
COMPARISONS = ("eq", "ne", "gt", "ge", "lt", "le")

TABLES = {
    Side.BC: Table(name="customers", key="id", modified_on="lastModifiedDateTime", title="displayName"),
    Side.SALES: Table(name="accounts", key="accountid", modified_on="modifiedon", title="name"),
}
FIELDS = {Side.BC: ("displayName", "creditLimit", "city"), Side.SALES: ("name", "creditlimit", "address1_city")}


@pytest.fixture(scope="module")
def services() -> Iterator[dict[Side, Endpoint]]:
    """Both services with the same few rows, some of which have no city."""
    config = SimulatorConfig()
    account = Account(tenant=config.tenant, client_id=config.client_id, client_secret=config.client_secret)
    users = {}
    with mount(customers=0) as simulator:
        users = {Side.BC: simulator.bc, Side.SALES: simulator.sales}
        for side, user in users.items():
            name, limit, city = FIELDS[side]
            for index, (title, credit) in enumerate(product(NAMES, LIMITS)):
                town = {city: "Ry"} if index % 3 else {}
                user.create(TABLES[side].name, {name: title, limit: credit, **town})
        yield {
            Side.BC: connect_business_central(account, environment=config.environment, company=config.company.name),
            Side.SALES: connect_sales(account, org_url=config.org_url),
        }


def cases(side: Side) -> Iterator[TableFilter]:
    name, limit, city = FIELDS[side]
    for operator, value in product(
        ("eq", "ne", "startswith", "endswith", "contains"), (*NAMES, "Å", "o", "zenith", "10 %", "a_", "c]", "*")
    ):
        yield where(name, operator, value)
    for operator, value in product(COMPARISONS, LIMITS):
        yield where(limit, operator, value)
    yield where(city, "blank", "" if side is Side.BC else None)
    yield where(city, "not_blank", "" if side is Side.BC else None)
    for value in ("Ry", "y", "ry"):
        yield TableFilter((equal(city, value, "ne"),))
        yield from (where(city, operator, value) for operator in ("eq", "startswith", "endswith", "contains"))
    yield one_of(city, "Ry", "" if side is Side.BC else None)
    yield one_of(name, "Zenith", "a_b")
    yield both(where(limit, "gt", 1), one_of(name, "Zenith", "a_b"), where(city, "ne", "Aarhus"))
    if side is Side.SALES:
        yield TableFilter((AnyOf((Condition(city, "ne", "Ry"), Condition(limit, "gt", 5))),))
    yield both(where(name, "contains", "b"), where(limit, "lt", 3), where(city, "eq", "Ry"))


@pytest.mark.parametrize("side, admits", [(side, each) for side in Side for each in cases(side)], ids=str)
def test_it_admits_the_rows_the_service_selects(services, side, admits):
    admits = mapping_with(side, admits).filter(side)
    view = TableView(TABLES[side], FIELDS[side])
    everything, selected = ids(services[side], view, TableFilter()), ids(services[side], view, admits)
    assert {id for id, record in everything.items() if admits.admits(record)} == selected.keys()
    assert [record.id for record in admits.admitted(everything.values())] == [id for id in everything if id in selected]


@pytest.mark.parametrize("side", Side)
def test_a_text_that_looks_like_a_date_is_found_as_a_text_and_a_date_as_a_date(services, side):
    view = TableView(TABLES[side], FIELDS[side])
    day = services[side].find(view, FIELDS[side][0], ["Zenith", "2026-01-31"])
    assert {record.values[FIELDS[side][0]] for record in day} == {"Zenith", "2026-01-31"}
    table = TABLES[side]
    since = TableFilter((Condition(table.modified_on, "gt", "2020-01-01T00:00:00Z"),))
    assert services[side].count(table, since).number == len(NAMES) * len(LIMITS)


def mapping_with(side: Side, admits: TableFilter) -> TableMapping:
    return default_setup()["CUSTOMER"].replaced(**{"bc_filter" if side is Side.BC else "sales_filter": admits})


def ids(endpoint: Endpoint, view: TableView, admits: TableFilter) -> dict[str, Record]:
    page = endpoint.search(view, "", admits, limit=500)
    assert page.cursor is None
    return {record.id: record for record in page.records}


@pytest.mark.parametrize(
    "mapping", [each for each in default_setup().values() if not each.parent], ids=lambda each: each.name
)
@pytest.mark.parametrize("side", Side)
def test_the_filters_of_the_default_setup_are_understood_by_the_services(services, side, mapping):
    view = mapping.view(side)
    everything, selected = ids(services[side], view, TableFilter()), ids(services[side], view, mapping.filter(side))
    assert {id for id, record in everything.items() if mapping.filter(side).admits(record)} == selected.keys()
