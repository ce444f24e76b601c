"""What is Business Central's own: companies, options, pages, and batches that answer in parts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import orjson
import pytest
import requests
import responses

from flask_coupling.core.mapping import Table, TableView
from flask_coupling.core.side import Side
from flask_coupling.core.table_filter import TableFilter, where
from flask_coupling.endpoints.business_central import BusinessCentral
from flask_coupling.endpoints.connect import Account, Surroundings, connect_business_central
from flask_coupling.endpoints.endpoint import Verb, Write
from flask_coupling.endpoints.settings import TransportSettings
from flask_coupling.errors import (
    AddressRefused,
    CompanyUnknown,
    CredentialsRejected,
    CursorExpired,
    EnvironmentUnknown,
    ServiceGarbled,
    ServiceThrottled,
    ServiceTimeout,
    ServiceUnreachable,
    TableUnknown,
    TenantUnknown,
    ValueRefused,
)
from simulator.instance import Simulator

from .conftest import connect
from .helpers import BC_ROOT, COMPANY, CUSTOMER_VIEW, CUSTOMERS, FakeClock, answer_token, make_transport

API = f"{BC_ROOT}/api/v2.0"
SET = f"{API}/companies({COMPANY})/customers"
ID = "11111111-1111-1111-1111-11111111111{}"


@pytest.fixture
def time() -> FakeClock:
    return FakeClock()


@pytest.fixture
def mock() -> Iterator[responses.RequestsMock]:
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        answer_token(mock)
        yield mock


def _endpoint(time: FakeClock | None = None, company: str = COMPANY, **limits: Any) -> BusinessCentral:
    return BusinessCentral(make_transport(clock=time, **limits), environment="Production", company=company)


def _row(number: int) -> dict[str, Any]:
    stamp = f"2026-01-01T00:00:{number:02}Z"
    row = {"@odata.etag": f'W/"{number}"', "id": ID.format(number), "displayName": f"Customer {number}"}
    return {
        **row,
        "number": str(number),
        "phoneNumber": "",
        "creditLimit": 0,
        "blocked": "_x0020_",
        "lastModifiedDateTime": stamp,
    }


def _writes(count: int, verb: Verb = Verb.UPDATE) -> list[Write]:
    return [Write(verb, CUSTOMER_VIEW, ID.format(number), {"phoneNumber": "1"}, 'W/"1"') for number in range(count)]


def _connect(simulator: Simulator, **changes: str) -> BusinessCentral:
    config = simulator.config
    given = {"tenant": config.tenant, "client_id": config.client_id, "client_secret": config.client_secret, **changes}
    account = Account(**{name: given[name] for name in ("tenant", "client_id", "client_secret")})
    around = Surroundings(settings=TransportSettings(backoff=0, retries=1))
    return connect_business_central(
        account,
        environment=given.get("environment", config.environment),
        company=given.get("company", config.company.name),
        base_url=given.get("base_url", "https://api.businesscentral.dynamics.com"),
        around=around,
    )


# --- connection -------------------------------------------------------------------------------------------------------

WRONG = [
    ({"client_secret": "wrong"}, CredentialsRejected, "secret is wrong"),
    ({"client_id": ID.format(1)}, CredentialsRejected, "no application"),
    ({"tenant": "nobody.example"}, TenantUnknown, "nobody.example"),
    ({"environment": "Nowhere"}, EnvironmentUnknown, "no environment Nowhere"),
    ({"company": "Nobody Ltd"}, CompanyUnknown, "It has: CRONUS Danmark A/S"),
    ({"company": ID.format(1)}, CompanyUnknown, "It has: CRONUS Danmark A/S"),
]


@pytest.mark.parametrize(("changes", "kind", "words"), WRONG)
def test_a_test_of_the_connection_names_what_is_wrong(
    simulator: Simulator, changes: dict[str, str], kind: type[Exception], words: str
) -> None:
    with pytest.raises(kind, match=words):
        _connect(simulator, **changes).check()


def test_a_host_that_does_not_answer_is_named(mock: responses.RequestsMock) -> None:
    mock.get(re.compile(".*"), body=requests.ConnectionError("no such host"))
    with pytest.raises(ServiceUnreachable, match=r"api\.businesscentral\.dynamics\.com"):
        _endpoint(retries=0).check()


def test_a_company_may_be_given_by_name_or_id_or_be_the_only_one(simulator: Simulator) -> None:
    company = simulator.config.company
    for given in (company.name, company.name.upper(), company.id, ""):
        facts = _connect(simulator, company=given).check()
        assert (facts.details["company_id"], facts.details["company_name"]) == (company.id, company.name)
        assert facts.details["base_currency_code"] == "DKK"


def test_a_company_given_by_name_is_looked_up_once(simulator: Simulator) -> None:
    bc = _connect(simulator)
    for _ in range(3):
        assert bc.find(CUSTOMER_VIEW, "number", ["none"]) == []
    assert [entry.method for entry in simulator.requests if entry.url.endswith("/companies")] == ["GET"]


def test_an_address_that_is_none_of_the_services_is_refused_before_anything_is_sent() -> None:
    account = Account(tenant="t", client_id="c", client_secret="s")
    with pytest.raises(AddressRefused):
        connect_business_central(account, environment="P", company="C", base_url="https://evil.example")
    assert "client_secret" not in repr(account)


def test_the_address_of_a_card_page_names_company_page_and_record(simulator: Simulator) -> None:
    bc = _connect(simulator)
    bc.check()
    url = bc.url(CUSTOMERS, ID.format(1))
    assert url.startswith(
        f"https://businesscentral.dynamics.com/{simulator.config.tenant}/Production?company=CRONUS%20"
    )
    assert "page=21" in url


# --- values -----------------------------------------------------------------------------------------------------------


def test_options_are_read_written_and_filtered_in_plain_spelling(simulator: Simulator) -> None:
    bc = connect(simulator)[Side.BC]
    made = simulator.bc.create("customers", {"displayName": "Blocked", "blocked": "All"})
    simulator.bc.create("customers", {"displayName": "Free"})
    view = TableView(CUSTOMERS, ("displayName", "blocked", "type"))
    records = {
        each.values["displayName"]: each.values["blocked"] for page in bc.changes(view, None) for each in page.records
    }
    assert records == {"Blocked": "All", "Free": " "}
    (outcome,) = bc.batch([Write(Verb.UPDATE, view, made["id"], {"blocked": " "})])
    assert outcome.record is not None
    assert outcome.record.values["blocked"] == " "
    page = bc.search(view, "", where("blocked", "blank", " "), limit=10)
    assert len(page.records) == 2


def test_names_of_several_words_are_decoded_in_batches_too(mock: responses.RequestsMock) -> None:
    body = {"id": ID.format(0), "blocked": "In_x0020_Review", "displayName": "a _x0020_ b"}
    body |= dict.fromkeys(("number", "phoneNumber", "creditLimit"))
    mock.post(f"{API}/$batch", json={"responses": [{"id": "0", "status": 200, "body": body}]})
    (outcome,) = _endpoint().batch(_writes(1))
    assert outcome.record is not None
    assert outcome.record.values["blocked"] == "In Review"
    assert outcome.record.values["displayName"] == "a _x0020_ b"


def test_an_api_of_ones_own_has_its_own_batches(mock: responses.RequestsMock) -> None:
    """Writes on two APIs travel apart, and their outcomes come back in the order of the writes."""
    own = TableView(Table(name="visits", key="id", modified_on="", title="name", route="contoso/app/v1.0"), ("name",))
    sent: list[tuple[str, list[str]]] = []
    told = dict.fromkeys(("name", *CUSTOMER_VIEW.fields))

    def answer(request: requests.PreparedRequest) -> tuple[int, dict[str, str], bytes]:
        parts = orjson.loads(request.body or b"")["requests"]
        sent.append((request.url or "", [each["url"] for each in parts]))
        replies = [{"id": each["id"], "status": 200, "body": told | {"id": each["url"][-37:-1]}} for each in parts]
        return 200, {}, orjson.dumps({"responses": replies})

    mock.add_callback("POST", re.compile(r".*/\$batch"), answer, content_type="application/json")
    writes = [
        Write(Verb.UPDATE, own, ID.format(1), {"name": "x"}),
        *_writes(1),
        Write(Verb.UPDATE, own, ID.format(2), {"name": "x"}),
    ]
    outcomes = _endpoint().batch(writes)
    assert [each.record and each.record.id for each in outcomes] == [ID.format(1), ID.format(0), ID.format(2)]
    company = f"companies({COMPANY})"
    assert sorted(sent) == [
        (f"{BC_ROOT}/api/contoso/app/v1.0/$batch", [f"{company}/visits({ID.format(n)})" for n in (1, 2)]),
        (f"{API}/$batch", [f"{company}/customers({ID.format(0)})"]),
    ]


def test_a_table_the_service_does_not_have_is_named(simulator: Simulator) -> None:
    view = TableView(Table(name="gadgets", key="id", modified_on="", title="name"), ("name",))
    with pytest.raises(TableUnknown, match="gadgets"):
        list(connect(simulator)[Side.BC].changes(view, None))


def test_a_refused_value_comes_with_the_services_own_words(simulator: Simulator) -> None:
    writes = [Write(Verb.CREATE, CUSTOMER_VIEW, None, {"displayName": "x" * 200})]
    (outcome,) = connect(simulator)[Side.BC].batch(writes)
    assert isinstance(outcome.error, ValueRefused)
    assert "100" in str(outcome.error)
    assert "CorrelationId" not in str(outcome.error)


# --- pages ------------------------------------------------------------------------------------------------------------


def test_all_pages_are_read_and_only_the_last_has_a_cursor(
    simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(BusinessCentral, "page_size", 3)
    ids = {simulator.bc.create("customers", {"displayName": f"Customer {n}"})["id"] for n in range(8)}
    pages = list(connect(simulator)[Side.BC].changes(CUSTOMER_VIEW, None))
    assert [len(page.records) for page in pages] == [3, 3, 2]
    assert {record.id for page in pages for record in page.records} == ids
    assert [page.cursor is None for page in pages] == [True, True, False]


def test_pages_that_go_in_a_circle_end(mock: responses.RequestsMock) -> None:
    mock.get(re.compile(re.escape(SET) + ".*"), json={"value": [_row(1)], "@odata.nextLink": f"{SET}?$skiptoken=1"})
    with pytest.raises(ServiceGarbled, match="circle"):
        list(_endpoint().changes(CUSTOMER_VIEW, None))


def test_a_next_page_on_another_host_is_never_asked_for(mock: responses.RequestsMock) -> None:
    link = SET.replace("api.businesscentral.dynamics.com", "evil.example")
    mock.get(re.compile(re.escape(SET) + ".*"), json={"value": [_row(1)], "@odata.nextLink": link})
    with pytest.raises(ServiceGarbled, match="leads elsewhere"):
        list(_endpoint().changes(CUSTOMER_VIEW, None))
    assert all("evil" not in str(call.request.url) for call in mock.calls)


@pytest.mark.parametrize("content", [{}, [], {"value": {}}, {"value": [7]}, {"value": [{"displayName": "no id"}]}])
def test_a_page_without_proper_rows_is_garbled(mock: responses.RequestsMock, content: Any) -> None:
    mock.get(re.compile(re.escape(SET) + ".*"), json=content)
    with pytest.raises(ServiceGarbled):
        list(_endpoint().changes(CUSTOMER_VIEW, None))


def test_a_change_is_read_again_only_within_the_overlap(simulator: Simulator) -> None:
    bc = connect(simulator, overlap=0.0)[Side.BC]
    simulator.bc.create("customers", {"displayName": "Old"})
    cursor = list(bc.changes(CUSTOMER_VIEW, None))[-1].cursor
    simulator.clock.advance(60)
    new = simulator.bc.create("customers", {"displayName": "New"})
    pages = list(bc.changes(CUSTOMER_VIEW, cursor))
    assert new["id"] in {record.id for page in pages for record in page.records}
    before = len(simulator.requests)
    *_, last = bc.changes(CUSTOMER_VIEW, pages[-1].cursor)
    assert len(last.records) <= 1
    assert len(simulator.requests) - before == 1


@pytest.mark.parametrize(
    "cursor", ["9:", "x", "0:companies(other)/customers?$top=1", "0:../../x", "1:https://evil.example/"]
)
def test_a_forged_search_cursor_is_refused(simulator: Simulator, cursor: str) -> None:
    bc = connect(simulator)[Side.BC]
    with pytest.raises(CursorExpired):
        bc.search(CUSTOMER_VIEW, "a", TableFilter(), limit=5, cursor=cursor)


# --- batches ----------------------------------------------------------------------------------------------------------


def _replies(*statuses: int, **headers: str) -> bytes:
    error = {"error": {"code": "x", "message": "no"}}
    return orjson.dumps(
        {
            "responses": [
                {"id": str(n), "status": status, "headers": headers, "body": _row(n) if status == 200 else error}
                for n, status in enumerate(statuses)
            ]
        }
    )


def test_only_throttled_parts_are_sent_again_and_only_after_the_wait(
    mock: responses.RequestsMock, time: FakeClock
) -> None:
    for body in (_replies(200, 429, 200, 429, **{"retry-after": "8"}), _replies(200, 429), _replies(200)):
        mock.post(f"{API}/$batch", body=body, content_type="application/json")
    outcomes = _endpoint(time).batch(_writes(4))
    sent = [
        len(orjson.loads(call.request.body)["requests"]) for call in mock.calls if "$batch" in str(call.request.url)
    ]
    assert sent == [4, 2, 1]
    assert time.sleeps == [8, 2]
    assert all(outcome.record for outcome in outcomes)


def test_parts_throttled_for_too_long_keep_that_outcome(mock: responses.RequestsMock, time: FakeClock) -> None:
    body = _replies(200, 429, **{"Retry-After": "900"})
    mock.post(f"{API}/$batch", body=body, content_type="application/json")
    fine, late = _endpoint(time).batch(_writes(2))
    assert fine.record is not None
    assert isinstance(late.error, ServiceThrottled)
    assert late.error.retry_after == 900
    assert time.sleeps == []


def test_a_part_without_a_reply_is_not_taken_for_done(mock: responses.RequestsMock) -> None:
    mock.post(f"{API}/$batch", body=_replies(200), content_type="application/json")
    first, second = _endpoint().batch(_writes(2))
    assert first.record is not None
    assert isinstance(second.error, ServiceGarbled)
    assert second.error.facts["sent"] is True


@pytest.mark.parametrize("parallel", [1, 4])
def test_what_was_answered_before_a_lost_answer_is_known(mock: responses.RequestsMock, parallel: int) -> None:
    writes = _writes(5)
    endpoint = _endpoint(parallel=parallel)
    endpoint.batch_limit = 2

    def answer(request: requests.PreparedRequest) -> tuple[int, dict[str, str], bytes]:
        parts = orjson.loads(request.body or b"")["requests"]
        if ID.format(2) in parts[0]["url"]:
            raise requests.ReadTimeout
        return 200, {}, _replies(*[200] * len(parts))

    mock.add_callback("POST", f"{API}/$batch", answer, content_type="application/json")
    with pytest.raises(ServiceTimeout) as caught:
        endpoint.batch(writes)
    known = caught.value.outcomes
    assert [bool(each.record) for each in known[:2]] == [True, True]
    assert not any(each.record for each in known[2:4])
    assert len([call for call in mock.calls if "$batch" in str(call.request.url)]) <= 3


def test_a_batch_that_may_have_been_carried_out_is_not_sent_twice(mock: responses.RequestsMock) -> None:
    mock.post(f"{API}/$batch", body=requests.ConnectionError("reset"))
    with pytest.raises(ServiceUnreachable) as caught:
        _endpoint().batch(_writes(1))
    assert caught.value.outcomes == []
    assert len(mock.calls) == 2


def test_reading_many_is_repeated_like_any_reading(mock: responses.RequestsMock, time: FakeClock) -> None:
    endpoint = _endpoint(time)
    endpoint.most_terms = 1  # type: ignore[misc]
    mock.post(f"{API}/$batch", status=502)
    listed = [{"id": str(n), "status": 200, "body": {"value": [_row(n)]}} for n in range(2)]
    mock.post(f"{API}/$batch", json={"responses": listed})
    assert set(endpoint.get_many(CUSTOMER_VIEW, [ID.format(0), ID.format(1)])) == {ID.format(0), ID.format(1)}
