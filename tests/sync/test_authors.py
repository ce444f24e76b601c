"""Who changed the records in conflict: asked once, when the conflict is opened."""

from __future__ import annotations

import pytest

from flask_coupling.errors import PermissionMissing

from .bench import Bench


@pytest.fixture
def bench() -> Bench:
    """Two pairs with different edits on both sides, those of Sales by Jane."""
    bench = Bench()
    for bc_id, sales_id in [bench.pair(displayName=f"Firm {number}") for number in "12"]:
        bench.bc.edit("customers", bc_id, phoneNumber="200")
        bench.sales.edit("accounts", sales_id, telephone1="300")
        bench.sales.names[sales_id] = "Jane"
    return bench


def asked(bench: Bench) -> int:
    return sum(1 for call in bench.sales.calls if call.method == "authors")


def test_conflicts_tell_who_changed_what_is_in_sales_and_one_request_asks_for_all(bench: Bench) -> None:
    bench.run()
    conflicts = bench.conflicts()
    assert [(each.bc_modified_by, each.sales_modified_by) for each in conflicts] == [(None, "Jane")] * 2
    assert asked(bench) == 1


def test_nobody_is_asked_again_about_a_conflict_that_stays_as_it_is(bench: Bench) -> None:
    bench.run()
    bench.run()
    assert asked(bench) == 1


def test_a_further_edit_is_asked_about(bench: Bench) -> None:
    bench.run()
    sales_id = bench.couplings()[0].sales_id
    bench.sales.edit("accounts", sales_id, telephone1="400")
    bench.sales.names[sales_id] = "Joe"
    bench.run()
    assert sorted(each.sales_modified_by or "" for each in bench.conflicts()) == ["Jane", "Joe"]


def test_nobody_is_asked_where_there_is_no_conflict() -> None:
    bench = Bench()
    bc_id, _ = bench.pair()
    bench.bc.edit("customers", bc_id, phoneNumber="200")
    bench.run()
    assert asked(bench) == 0


def test_a_service_that_does_not_tell_stops_nothing(bench: Bench) -> None:
    bench.sales.fail("authors", PermissionMissing(service="Sales", detail="not allowed"))
    bench.run()
    assert [each.sales_modified_by for each in bench.conflicts()] == [None, None]
