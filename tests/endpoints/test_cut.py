"""A large page is cut into portions of rows, and comes to the same rows."""

from __future__ import annotations

from itertools import chain

import orjson
import pytest

from flask_coupling.core.mapping import TableView
from flask_coupling.core.side import Side
from flask_coupling.endpoints.business_central import BusinessCentral
from flask_coupling.endpoints.cut import cut
from flask_coupling.mappings import default_setup
from simulator.instance import Simulator

from .conftest import connect

MARK = '},{"@odata.etag":"x"'
CUSTOMERS = default_setup()["CUSTOMER"].bc


def page(count: int) -> bytes:
    """Rows with the mark between rows in a text, and with rows of their own that begin like one."""
    nested = [{"@odata.etag": f"n{each}", "code": MARK} for each in range(3)]
    rows = [{"@odata.etag": f"e{each}", "id": each, "text": f"Æ {MARK}]}}", "lines": nested} for each in range(count)]
    return orjson.dumps({"@odata.context": "c", "value": rows, "@odata.nextLink": "https://x/next"})


@pytest.mark.parametrize("size", [1, 60, 300, 1000])
@pytest.mark.parametrize("count", [1, 2, 17])
def test_the_portions_hold_the_rows_of_the_page(count: int, size: int) -> None:
    body = page(count)
    whole = orjson.loads(body)
    made = cut(body, orjson.loads, size)
    if made is None:
        assert len(body) <= size
        return
    first, more = made
    portions = [first["value"], *more]
    assert list(chain(*portions)) == whole["value"]
    assert {**first, "value": []} == {**whole, "value": []}
    if size < 300 < len(body) / 4:
        assert len(portions) == count, "no row is cut, and none shares its portion"


@pytest.mark.parametrize(
    "body", [b"", b"{}", b'{"value":[]}' + b" " * 99, b'{"value":[{"a":1}', b'{"error":{"message":"}]"}}', b"[1,2,3,4]"]
)
def test_what_is_no_large_page_is_left_as_it_is(body: bytes) -> None:
    assert cut(body, orjson.loads, 5) is None


def test_only_the_last_portion_of_a_page_says_where_a_reading_goes_on(simulator: Simulator) -> None:
    bc = connect(simulator)[Side.BC]
    assert isinstance(bc, BusinessCentral)
    for number in range(7):
        simulator.bc.create("customers", {"displayName": f"Firm {number}"})
    view = TableView(CUSTOMERS, ("displayName", "blocked"))
    whole = [record for each in bc.changes(view, None) for record in each.records]
    bc.portion, bc.page_size = 1, 4  # type: ignore[misc]
    pages = list(bc.changes(view, None))
    assert [record for each in pages for record in each.records] == whole
    assert {record.values["blocked"] for record in whole} == {" "}
    assert [bool(each.resume) for each in pages[:4]] == [False, False, False, True]
    assert [each.cursor is not None for each in pages] == [False] * (len(pages) - 1) + [True]
    going_on = [record for each in bc.changes(view, pages[3].resume) for record in each.records]
    assert going_on == whole[4:]
