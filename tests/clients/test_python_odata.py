"""The general OData client `python-odata`, on both services; of Sales it reads $metadata to make its classes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import pytest
from odata import ODataService
from odata.exceptions import ODataError
from odata.property import StringProperty, UUIDProperty

from tests.clients.conftest import Service


@dataclass(frozen=True, slots=True)
class Table:
    """One table of a service as this client sees it: its class, and which property is the name."""

    client: ODataService
    entity: Any
    name: Any

    def make(self, text: str) -> Any:
        row = self.entity()
        setattr(row, self.name.name, text)
        self.client.save(row)
        return row

    def text_of(self, row: Any) -> str:
        return str(getattr(row, self.name.name))


@pytest.fixture
def customers(service: Service) -> Table:
    client = ODataService(service.bc_company, session=service.session(), quiet_progress=True)

    class Customer(client.Entity):  # type: ignore[name-defined, misc]
        __odata_type__ = "Microsoft.NAV.customer"
        __odata_collection__ = "customers"
        id = UUIDProperty("id", primary_key=True)
        displayName = StringProperty("displayName")  # noqa: N815  the service's own name

    return Table(client, Customer, Customer.displayName)


@pytest.fixture
def accounts(service: Service) -> Table:
    session = service.session()
    session.headers["Prefer"] = "return=representation"  # or a create answers no row, which this client wants to keep
    client = ODataService(service.sales, session=session, quiet_progress=True)

    class Account(client.Entity):  # type: ignore[name-defined, misc]
        __odata_type__ = "Microsoft.Dynamics.CRM.account"
        __odata_collection__ = "accounts"
        accountid = UUIDProperty("accountid", primary_key=True)
        name = StringProperty("name")

    return Table(client, Account, Account.name)


@pytest.fixture(params=["customers", "accounts"])
def table(request: pytest.FixtureRequest) -> Table:
    found: Table = request.getfixturevalue(request.param)
    return found


@pytest.fixture
def word() -> str:
    return f"Ålborg-{uuid4().hex[:8]}"  # no blank: the tests look for " 1"


def test_rows_are_created_filtered_ordered_and_deleted(table: Table, word: str) -> None:
    rows = [table.make(f"{word} {n}") for n in range(3)]
    mine = table.client.query(table.entity).filter(table.name.startswith(word))
    assert [table.text_of(row)[-1] for row in mine.order_by(table.name.desc())] == ["2", "1", "0"]
    assert table.text_of(mine.filter(table.name.contains(" 1")).one()) == f"{word} 1"
    for row in rows[:2]:
        table.client.delete(row)
    assert len(mine.all()) == 1


def test_a_selection_is_cut_into_pages(customers: Table, word: str) -> None:
    for n in range(5):
        customers.make(f"{word} {n}")
    mine = customers.client.query(customers.entity).filter(customers.name.startswith(word))
    query = mine.order_by(customers.name.asc())
    pages = [query.select(customers.name).limit(2).offset(skip).all() for skip in (0, 2, 4)]
    assert [[row["displayName"][-1] for row in page] for page in pages] == [["0", "1"], ["2", "3"], ["4"]]


def test_an_update_is_guarded_by_the_etag(table: Table, word: str) -> None:
    row = table.make(word)
    (read,) = table.client.query(table.entity).raw({"$filter": str(table.name == word)})
    etag = {"If-Match": read["@odata.etag"]}
    setattr(row, table.name.name, f"{word} first")
    table.client.default_context.save(row, extra_headers=etag)
    setattr(row, table.name.name, f"{word} second")
    with pytest.raises(ODataError) as refused:
        table.client.default_context.save(row, extra_headers=etag)
    assert refused.value.code in ("Request_EntityChanged", "0x80060882")
    found = table.client.query(table.entity).filter(table.name.startswith(word)).one()
    assert table.text_of(found) == f"{word} first"


def test_its_classes_are_made_of_the_metadata_of_sales(service: Service, word: str) -> None:
    client = ODataService(service.sales, session=service.session(), reflect_entities=True, quiet_progress=True)
    assert {"accounts", "contacts", "salesorders"} <= client.entities.keys()
    account = client.entities["accounts"]
    described = {prop.name: type(prop).__name__ for _, prop in account().__odata__.properties}
    assert described["creditlimit"] == "DecimalProperty" and described["createdon"] == "DatetimeProperty"
    rich = client.query(account).filter(account.creditlimit > 1000).order_by(account.creditlimit.asc()).all()
    limits = [row.creditlimit for row in rich]
    assert limits and limits == sorted(limits) and min(limits) > 1000
    person = client.query(client.entities["contacts"]).expand(client.entities["contacts"].parentcustomerid_account)
    assert person.first().parentcustomerid_account.name
    assert client.query(account).filter(account.name == None).count() == 0  # noqa: E711  its way to write null


def test_a_refusal_carries_the_services_code(table: Table) -> None:
    with pytest.raises(ODataError) as refused:
        table.client.query(table.entity).raw({"$filter": "notAProperty eq 1"})
    assert refused.value.status_code == "HTTP 400" and "notAProperty" in refused.value.message
