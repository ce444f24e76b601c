"""The memory endpoint's own means: another user, failures on order, rules, and a log of calls."""

from __future__ import annotations

import pytest

from flask_coupling.core.side import Side
from flask_coupling.core.table_filter import TableFilter
from flask_coupling.endpoints.endpoint import Verb, Write
from flask_coupling.endpoints.memory import MemoryEndpoint
from flask_coupling.endpoints.memory_rows import Call
from flask_coupling.errors import (
    CursorExpired,
    RecordNotFound,
    ServiceFailed,
    ServiceThrottled,
    ServiceTimeout,
    ValueRefused,
)

from .helpers import ACCOUNT_VIEW, CUSTOMER_VIEW
from .test_sales import CONTACT_VIEW


@pytest.fixture
def sales() -> MemoryEndpoint:
    return MemoryEndpoint(Side.SALES, accounts=[{"accountid": "a1", "name": "Adatum"}, {"id": "a2", "name": "Trey"}])


def test_rows_are_given_by_either_name_of_their_id(sales: MemoryEndpoint) -> None:
    assert sales.rows("accounts") == {"a1": {"name": "Adatum"}, "a2": {"name": "Trey"}}
    assert MemoryEndpoint(Side.BC, customers=[{"id": "c1"}]).rows("customers") == {"c1": {}}


def test_rows_without_an_id_get_one_and_the_same_every_time() -> None:
    first, second = (MemoryEndpoint(Side.BC, customers=[{"displayName": "A"}]) for _ in range(2))
    assert list(first.rows("customers")) == list(second.rows("customers"))


def test_what_is_read_out_is_a_copy(sales: MemoryEndpoint) -> None:
    sales.rows("accounts")["a1"]["name"] = "Changed"
    record = sales.get(ACCOUNT_VIEW, "a1")
    assert record is not None
    assert record.values["name"] == "Adatum"


def test_a_failure_on_order_comes_once_and_before_the_work(sales: MemoryEndpoint) -> None:
    sales.fail(
        "batch", ServiceFailed(service="x", http_status=500, detail="-"), ServiceThrottled(service="x", seconds=1)
    )
    write = Write(Verb.UPDATE, ACCOUNT_VIEW, "a1", {"name": "New"})
    for kind in (ServiceFailed, ServiceThrottled):
        with pytest.raises(kind):
            sales.batch([write])
    assert sales.rows("accounts")["a1"]["name"] == "Adatum"
    assert sales.batch([write])[0].error is None


def test_a_lost_answer_comes_after_the_work(sales: MemoryEndpoint) -> None:
    sales.lose_answers()
    with pytest.raises(ServiceTimeout):
        sales.batch([Write(Verb.UPDATE, ACCOUNT_VIEW, "a1", {"name": "New"})])
    assert sales.rows("accounts")["a1"]["name"] == "New"


def test_a_rule_refuses_some_writes_and_others_go_on(sales: MemoryEndpoint) -> None:
    def too_long(write: Write) -> ValueRefused | None:
        is_bad = len(str(write.values.get("name"))) > 10
        return ValueRefused(service="x", record="y", detail="too long") if is_bad else None

    sales.refuse = too_long
    names = ("x" * 11, "Short")
    outcomes = sales.batch([Write(Verb.UPDATE, ACCOUNT_VIEW, "a1", {"name": name}) for name in names])
    assert [type(each.error) for each in outcomes] == [ValueRefused, type(None)]


def test_a_service_may_keep_something_else_than_was_sent(sales: MemoryEndpoint) -> None:
    sales.reshape = lambda _, values: {**values, "name": str(values["name"]).strip()}
    (outcome,) = sales.batch([Write(Verb.UPDATE, ACCOUNT_VIEW, "a1", {"name": " New "})])
    assert outcome.record is not None
    assert outcome.record.values["name"] == "New"


def test_computed_names_follow_their_parts() -> None:
    sales = MemoryEndpoint(Side.SALES, contacts=[{"id": "p1", "fullname": "Jo Berry"}])
    (outcome,) = sales.batch([Write(Verb.UPDATE, CONTACT_VIEW, "p1", {"fullname": "Ann Mae Berry"})])
    assert outcome.record is not None
    assert outcome.record.values["fullname"] == "Ann Mae Berry"
    assert sales.rows("contacts")["p1"]["firstname"] == "Ann Mae"


def test_the_feed_comes_in_pages_and_forgets_on_order() -> None:
    bc = MemoryEndpoint(Side.BC, page_size=2, customers=[{"id": f"c{number}"} for number in range(5)])
    pages = list(bc.changes(CUSTOMER_VIEW, None))
    assert [len(page.records) for page in pages] == [2, 2, 1]
    bc.expire_cursors()
    with pytest.raises(CursorExpired):
        list(bc.changes(CUSTOMER_VIEW, pages[-1].cursor))


def test_a_row_made_anew_under_the_same_id_is_no_deletion(sales: MemoryEndpoint) -> None:
    *_, last = sales.changes(ACCOUNT_VIEW, None)
    sales.remove("accounts", "a1")
    sales.add("accounts", id="a1", name="Again")
    (page,) = sales.changes(ACCOUNT_VIEW, last.cursor)
    assert ([each.id for each in page.records], page.deleted) == (["a1"], [])


def test_calls_are_logged_with_what_they_were_about(sales: MemoryEndpoint) -> None:
    sales.get(ACCOUNT_VIEW, "a1")
    sales.get_many(ACCOUNT_VIEW, ["a1", "a2"])
    sales.search(ACCOUNT_VIEW, "", TableFilter(), limit=5)
    assert sales.calls == [Call("get", "accounts"), Call("get_many", "accounts", 2), Call("search", "accounts")]
    assert sales.requests_made == 3


def test_another_user_cannot_touch_what_is_not_there(sales: MemoryEndpoint) -> None:
    with pytest.raises(RecordNotFound):
        sales.edit("accounts", "nobody", name="x")
    with pytest.raises(RecordNotFound):
        sales.remove("accounts", "nobody")
