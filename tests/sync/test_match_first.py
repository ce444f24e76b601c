"""New records are coupled with an equal one of the other side before partners are created for them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from flask_coupling.core.conflict import DeletionConflictResolution
from flask_coupling.core.criteria import Criterion, in_groups
from flask_coupling.core.side import Direction, Side

from .bench import CUSTOMER, CUSTOMER_VALUES, Bench

REMOVE_COUPLING = DeletionConflictResolution.REMOVE_COUPLING
NAME = in_groups([Criterion("displayName")], CUSTOMER)
NAME_AND_CURRENCY = in_groups([Criterion("displayName"), Criterion("currencyId")], CUSTOMER)


@pytest.fixture
def bench() -> Bench:
    return Bench(match_first=NAME)


def customer(bench: Bench, name: str, **values: Any) -> str:
    return bench.bc.add("customers", **CUSTOMER_VALUES | {"displayName": name, **values})


def calls(bench: Bench, side: Side, *methods: str) -> int:
    endpoint = bench.bc if side is Side.BC else bench.sales
    return sum(1 for call in endpoint.calls if call.method in methods)


def test_an_equal_account_becomes_the_partner_and_gets_the_customers_data(bench):
    known, new = customer(bench, "Adatum", phoneNumber="1"), customer(bench, "Relecloud")
    account = bench.sales.add("accounts", name="ADATUM ", telephone1="2")
    assert bench.run() == {"coupled": 1, "modified": 1, "inserted": 1}
    pairs = {each.bc_id: each.sales_id for each in bench.couplings()}
    assert pairs[known] == account and pairs.keys() == {known, new}
    assert bench.account(account)["telephone1"] == "1"
    assert bench.run() == {}


def test_an_equal_customer_becomes_the_partner_of_a_new_account(bench):
    bench.run()
    account = bench.sales.add("accounts", name="Adatum", telephone1="2")
    bench.bc.add("customers", **CUSTOMER_VALUES | {"blocked": "All"})
    twin = bench.bc.add("customers", **CUSTOMER_VALUES)
    assert bench.run(direction=Direction.FROM_SALES) == {"coupled": 1, "modified": 1}
    assert [(each.bc_id, each.sales_id) for each in bench.couplings()] == [(twin, account)]
    assert bench.customer(twin)["phoneNumber"] == "2"


def test_whatever_is_doubtful_is_created_on_neither_side_and_a_person_is_asked(bench):
    one, two = customer(bench, "Adatum"), customer(bench, "adatum")
    bench.sales.add("accounts", name="Adatum")
    assert bench.run() == {"skipped": 3}
    assert {each.code for each in bench.errors()} == {"match_contested", "match_ambiguous"}
    assert len(bench.bc.rows("customers")) == 2 and len(bench.sales.rows("accounts")) == 1
    assert {each.record_id for each in bench.failed()} > {one, two}


def test_one_that_equals_a_coupled_account_is_not_created_beside_it(bench):
    customer(bench, "Adatum")
    assert bench.run() == {"inserted": 1}
    customer(bench, "Adatum")
    assert bench.run() == {"skipped": 1}
    (error,) = bench.errors()
    assert error.code == "match_taken" and len(bench.sales.rows("accounts")) == 1


@pytest.mark.parametrize("side", Side)
def test_one_that_equals_a_record_whose_coupling_a_rule_removed_waits_for_a_person(side):
    bench = Bench(mapping=CUSTOMER.replaced(deletion_conflict=REMOVE_COUPLING), match_first=NAME)
    bc_id, sales_id = bench.pair(phoneNumber="100")
    if side is Side.BC:
        bench.bc.remove("customers", bc_id)
        bench.now += timedelta(days=2)  # its feed tells no deletions: the ids are compared once a day
        bench.run()
        new = customer(bench, "Adatum", phoneNumber="200")
    else:
        bench.sales.remove("accounts", sales_id)
        bench.run()
        new = bench.sales.add("accounts", name="Adatum", telephone1="200")
    for _ in range(2):
        bench.run()
        assert bench.couplings() == [] and len(bench.bc.rows("customers")) == len(bench.sales.rows("accounts")) == 1
    assert [(each.record_id, each.code) for each in bench.failed()] == [(new, "match_removed")]
    left = bench.account(sales_id)["telephone1"] if side is Side.BC else bench.customer(bc_id)["phoneNumber"]
    assert left == "100", "nobody asked for it to be overwritten"
    bench.create(side, new)
    assert len(bench.couplings()) == 1, "who asks for a partner gets one"


def test_any_number_of_new_records_costs_one_more_reading_of_the_other_side(bench):
    for number in range(1200):
        customer(bench, f"Name {number}")
        if number % 2:
            bench.sales.add("accounts", name=f"Name {number}")
    assert bench.run() == {"coupled": 600, "modified": 600, "inserted": 600}
    assert calls(bench, Side.SALES, "changes") == 2
    assert calls(bench, Side.SALES, "find") == 0


def test_a_few_are_asked_for_by_what_they_refer_to(bench):
    bench.match_first = NAME_AND_CURRENCY
    eur = bench.bc.add("currencies", code="EUR")
    euro = bench.sales.add("transactioncurrencies", isocurrencycode="EUR")
    bench.run()
    before = len(bench.sales.calls)
    other = bench.sales.add("accounts", name="Adatum")
    equal = bench.sales.add("accounts", name="Adatum", transactioncurrencyid=euro)
    bench.mapping = CUSTOMER.replaced(direction=Direction.TO_SALES)
    made = customer(bench, "Adatum", currencyId=eur)
    assert bench.run(direction=Direction.TO_SALES)["coupled"] == 1
    assert (made, equal) in [(each.bc_id, each.sales_id) for each in bench.couplings()]
    assert other in bench.sales.rows("accounts")
    assert [call.count for call in bench.sales.calls if (call.method, call.table) == ("find", "accounts")] == [1]
    read = [call.table for call in bench.sales.calls[before:] if call.method == "changes"]
    assert sorted(read) == ["accounts", "transactioncurrencies"]  # the run's own feed, and currencies by their code


def test_two_that_match_one_are_doubtful_also_when_pages_part_them(bench):
    bench.bc.page_size = 1
    customer(bench, "Adatum")
    customer(bench, "Relecloud")
    customer(bench, "adatum")
    account = bench.sales.add("accounts", name="Adatum")
    assert bench.run() == {"inserted": 1, "skipped": 3}
    assert [each.bc_title for each in bench.couplings()] == ["Relecloud"]
    assert {each.code for each in bench.errors()} == {"match_contested", "match_ambiguous"}
    assert bench.sales.rows("accounts")[account]["name"] == "Adatum"
    assert calls(bench, Side.BC, "changes") == 2, "one more reading, once one of them matches"


def test_a_few_that_match_are_compared_with_those_of_their_own_side_that_refer_to_the_same(bench):
    bench.match_first = NAME_AND_CURRENCY
    eur = bench.bc.add("currencies", code="EUR")
    euro = bench.sales.add("transactioncurrencies", isocurrencycode="EUR")
    bench.run()
    bench.sales.add("accounts", name="Adatum", transactioncurrencyid=euro)
    bench.mapping = CUSTOMER.replaced(direction=Direction.TO_SALES)
    bench.bc.page_size = 1
    for _ in range(2):
        customer(bench, "Adatum", currencyId=eur)
    assert bench.run(direction=Direction.TO_SALES) == {"skipped": 2}
    assert {each.code for each in bench.errors()} == {"match_contested"}
