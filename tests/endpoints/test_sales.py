"""What is Dataverse's own: lookups, computed names, change tracking and chosen ids."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
import requests
import responses

from flask_coupling.core.mapping import Table, TableView
from flask_coupling.core.side import Side
from flask_coupling.core.table_filter import TableFilter
from flask_coupling.endpoints.connect import Account, Surroundings, connect_sales
from flask_coupling.endpoints.endpoint import Endpoint, Verb, Write
from flask_coupling.endpoints.sales import Sales
from flask_coupling.endpoints.settings import TransportSettings
from flask_coupling.errors import (
    CredentialsRejected,
    CursorExpired,
    PermissionMissing,
    ServiceGarbled,
    ServiceUnreachable,
    ValueRefused,
)
from simulator.instance import Simulator

from .conftest import connect
from .helpers import ACCOUNT_VIEW, ACCOUNTS, SALES, SALES_ROOT, answer_token, make_transport

CONTACT_VIEW = TableView(
    Table(
        name="contacts",
        key="contactid",
        modified_on="modifiedon",
        title="fullname",
        composites={"fullname": ("firstname", "lastname")},
    ),
    ("fullname", "jobtitle"),
)


@pytest.fixture
def sales(simulator: Simulator) -> Endpoint:
    return connect(simulator)[Side.SALES]


@pytest.fixture
def mock() -> Iterator[responses.RequestsMock]:
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        answer_token(mock)
        yield mock


def _connect(simulator: Simulator, **changes: str) -> Sales:
    config = simulator.config
    account = Account(
        tenant=config.tenant, client_id=config.client_id, client_secret=changes.get("secret", config.client_secret)
    )
    around = Surroundings(settings=TransportSettings(backoff=0, retries=1))
    return connect_sales(account, org_url=changes.get("org_url", config.org_url), around=around)


def test_a_lookup_is_read_by_its_value_and_written_by_its_navigation(simulator: Simulator, sales: Endpoint) -> None:
    currencies = simulator.sales.list("transactioncurrencies")
    id, currency = str(uuid4()), currencies[0]["transactioncurrencyid"]
    values = {"name": "Adatum", "transactioncurrencyid": currency}
    (made,) = sales.batch([Write(Verb.CREATE, ACCOUNT_VIEW, id, values)])
    assert made.record is not None
    assert made.record.values["transactioncurrencyid"] == currency
    assert [each.id for each in sales.find(ACCOUNT_VIEW, "transactioncurrencyid", [currency])] == [id]
    (cleared,) = sales.batch([Write(Verb.UPDATE, ACCOUNT_VIEW, id, {"transactioncurrencyid": None})])
    assert cleared.record is not None
    assert cleared.record.values["transactioncurrencyid"] is None


def test_a_lookup_to_a_row_that_is_gone_is_the_values_fault_not_the_records(sales: Endpoint) -> None:
    id = str(uuid4())
    sales.batch([Write(Verb.CREATE, ACCOUNT_VIEW, id, {"name": "Adatum"})])
    (outcome,) = sales.batch([Write(Verb.UPDATE, ACCOUNT_VIEW, id, {"transactioncurrencyid": str(uuid4())})])
    assert isinstance(outcome.error, ValueRefused)


def test_a_computed_name_is_written_by_its_parts(simulator: Simulator, sales: Endpoint) -> None:
    id = str(uuid4())
    (made,) = sales.batch([Write(Verb.CREATE, CONTACT_VIEW, id, {"fullname": "Anne Marie Ørsted"})])
    assert made.record is not None
    assert made.record.values["fullname"] == "Anne Marie Ørsted"
    row = simulator.sales.get("contacts", id)
    assert row is not None
    assert (row["firstname"], row["lastname"]) == ("Anne Marie", "Ørsted")


def test_a_state_may_be_written(sales: Endpoint) -> None:
    view = TableView(ACCOUNTS, ("name", "statecode"))
    id = str(uuid4())
    sales.batch([Write(Verb.CREATE, view, id, {"name": "Adatum"})])
    (outcome,) = sales.batch([Write(Verb.UPDATE, view, id, {"statecode": 1})])
    assert outcome.record is not None
    assert outcome.record.values["statecode"] == 1


# --- connection -------------------------------------------------------------------------------------------------------


def test_a_test_of_the_connection_tells_organization_and_base_currency(sales: Endpoint) -> None:
    details = sales.check().details
    assert details["base_currency_code"] == "DKK"
    assert {"organization_id", "user_id", "base_currency_id"} <= set(details)


def test_a_wrong_secret_or_environment_is_named(simulator: Simulator) -> None:
    with pytest.raises(CredentialsRejected, match="secret"):
        _connect(simulator, secret="wrong").check()
    with pytest.raises(PermissionMissing, match=r"other\.crm4\.dynamics\.com"):
        _connect(simulator, org_url="https://other.crm4.dynamics.com").check()


def test_an_environment_that_is_not_there_cannot_be_reached(mock: responses.RequestsMock) -> None:
    mock.get(re.compile(".*"), body=requests.ConnectionError("no such host"))
    with pytest.raises(ServiceUnreachable, match=r"contoso\.crm4"):
        Sales(make_transport(SALES, retries=0)).check()


def test_who_changed_rows_last_is_told_by_name_in_one_request(simulator: Simulator, sales: Endpoint) -> None:
    ids = [str(simulator.sales.create("accounts", {"name": name})["accountid"]) for name in "AB"]
    person = simulator.sales.get("systemusers", simulator.authority.person.object_id)
    assert person is not None
    simulator.requests.clear()
    told = sales.authors(ACCOUNTS, [*ids, str(uuid4())])
    assert told[ids[0]] == person["fullname"] and set(told) == set(ids)
    assert simulator.requests.count(text="$batch") == 1


def test_the_address_of_a_record_names_table_and_id(sales: Endpoint) -> None:
    url = sales.url(ACCOUNTS, "11111111-1111-1111-1111-111111111111")
    assert url.startswith("https://contoso.crm4.dynamics.com/main.aspx?etn=account&")


# --- change tracking --------------------------------------------------------------------------------------------------


def test_only_what_changed_is_told_over_pages(simulator: Simulator, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Sales, "page_size", 4)
    sales = connect(simulator)[Side.SALES]
    ids = [simulator.sales.create("accounts", {"name": f"Account {n}"})["accountid"] for n in range(10)]
    pages = list(sales.changes(ACCOUNT_VIEW, None))
    assert [len(page.records) for page in pages] == [4, 4, 2]
    cursor = pages[-1].cursor
    assert cursor is not None
    assert cursor.startswith("accounts?")  # nothing of the host is stored
    for id in ids[:6]:
        simulator.sales.update("accounts", id, telephone1="1")
    simulator.sales.delete("accounts", ids[9])
    pages = list(sales.changes(ACCOUNT_VIEW, cursor))
    assert {record.id for page in pages for record in page.records} == set(ids[:6])
    assert [id for page in pages for id in page.deleted] == [ids[9]]
    *_, last = sales.changes(ACCOUNT_VIEW, pages[-1].cursor)
    assert (last.records, last.deleted) == ([], [])


def test_a_cursor_older_than_the_service_keeps_has_expired(simulator: Simulator, sales: Endpoint) -> None:
    *_, last = sales.changes(ACCOUNT_VIEW, None)
    simulator.clock.advance(60 * 86_400)
    with pytest.raises(CursorExpired):
        list(sales.changes(ACCOUNT_VIEW, last.cursor))


def test_a_table_that_is_not_tracked_is_read_by_its_time_stamps(mock: responses.RequestsMock) -> None:
    row = {"@odata.etag": 'W/"1"', "accountid": str(uuid4()), "name": "A", "modifiedon": "2026-01-01T00:00:00Z"}
    row |= dict.fromkeys(("accountnumber", "telephone1", "creditlimit", "_transactioncurrencyid_value"))
    mock.get(re.compile(re.escape(SALES_ROOT) + "/accounts.*"), json={"value": [row]})
    endpoint = Sales(make_transport(SALES))
    (page,) = endpoint.changes(ACCOUNT_VIEW, None)
    assert len(page.records) == 1
    list(endpoint.changes(ACCOUNT_VIEW, page.cursor))
    assert "modifiedon%20ge%20" in str(mock.calls[-1].request.url)
    assert "track" not in mock.calls[-1].request.headers["Prefer"]


def test_a_tracked_feed_that_ends_without_its_link_is_garbled(mock: responses.RequestsMock) -> None:
    headers = {"Preference-Applied": "odata.track-changes"}
    mock.get(re.compile(re.escape(SALES_ROOT) + "/accounts.*"), json={"value": []}, headers=headers)
    with pytest.raises(ServiceGarbled, match="delta link"):
        list(Sales(make_transport(SALES)).changes(ACCOUNT_VIEW, None))


@pytest.mark.parametrize(
    "link", ["https://evil.example/api/data/v9.2/accounts?$deltatoken=1", "/api/data/v9.2x/accounts"]
)
def test_a_delta_link_to_elsewhere_is_refused(mock: responses.RequestsMock, link: str) -> None:
    content = {"value": [], "@odata.deltaLink": link}
    mock.get(re.compile(re.escape(SALES_ROOT) + "/accounts.*"), json=content)
    with pytest.raises(ServiceGarbled, match="leads elsewhere"):
        list(Sales(make_transport(SALES)).changes(ACCOUNT_VIEW, None))


# --- batches ----------------------------------------------------------------------------------------------------------


def test_writes_ask_for_the_written_row_and_for_nothing_else(simulator: Simulator, sales: Endpoint) -> None:
    sales.batch([Write(Verb.CREATE, ACCOUNT_VIEW, str(uuid4()), {"name": "Adatum"})])
    entry = simulator.requests[-1]
    sent = entry.body.decode()
    assert entry.headers["prefer"] == "odata.continue-on-error"
    assert "Prefer: return=representation" in sent
    assert "$select=accountid,name,accountnumber,telephone1,creditlimit,_transactioncurrencyid_value,modifiedon" in sent
    assert "changeset" not in sent


def test_several_batches_may_travel_at_once(simulator: Simulator) -> None:
    sales = connect(simulator, parallel=4)[Side.SALES]
    sales.batch_limit = 20
    writes = [Write(Verb.CREATE, ACCOUNT_VIEW, str(uuid4()), {"name": f"Account {n}"}) for n in range(95)]
    outcomes = sales.batch(writes)
    assert [each.record and each.record.id for each in outcomes] == [write.id for write in writes]
    assert len([entry for entry in simulator.requests if entry.url.endswith("$batch")]) == 5


def test_a_batch_refused_as_a_whole_is_raised(mock: responses.RequestsMock) -> None:
    error: dict[str, Any] = {"error": {"code": "0x80060888", "message": "The batch is too large."}}
    mock.post(f"{SALES_ROOT}/$batch", json=error, status=400)
    with pytest.raises(ValueRefused, match="too large") as caught:
        Sales(make_transport(SALES)).batch([Write(Verb.CREATE, ACCOUNT_VIEW, str(uuid4()), {"name": "x"})])
    assert caught.value.outcomes == []


SEARCHED = {"o'n": ["O'Neil"], "10 %": ["10 % off"], "a_b": ["a_b"], "[c]": ["[c]"], "*": ["*"], "?": ["?"]}


def test_a_search_takes_wildcards_and_quotes_as_they_are(sales: Endpoint) -> None:
    for name in ("O'Neil", "Smith", "10 % off", "10 x off", "a_b", "acb", "[c]", "c", "*", "?"):
        sales.batch([Write(Verb.CREATE, ACCOUNT_VIEW, str(uuid4()), {"name": name})])
    found = {text: sales.search(ACCOUNT_VIEW, text, TableFilter(), limit=5).records for text in SEARCHED}
    assert {text: [each.values["name"] for each in records] for text, records in found.items()} == SEARCHED
