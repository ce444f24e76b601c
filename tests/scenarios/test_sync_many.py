"""Synchronizing several records at once."""

from __future__ import annotations

import math

import pytest

from flask_coupling.core.side import Side
from flask_coupling.operations import couplings
from simulator.faults import FaultRule

from .conftest import C, counted


def test_bc_094_as_many_records_are_created_as_there_are_new_ones(stage):
    stage.set_mapping(only_coupled=False)
    for names in (("A",), ("B", "D")):
        for name in names:
            stage.account(name)
        assert counted(stage.run())["inserted"] == len(names)
    assert len(stage.coupled()) == 3


def test_bc_219_of_several_records_each_gets_what_it_needs(stage):
    alike, here, there = stage.pair("A"), stage.pair("B"), stage.pair("D")
    stage.edit_bc(here.bc_id, phoneNumber="2")
    stage.edit_sales(there.sales_id, telephone1="3")
    assert counted(stage.run(alike, here, there)) == {"modified": 2, "unchanged": 1}
    assert stage.sales(here.sales_id)["telephone1"] == "2" and stage.bc(there.bc_id)["phoneNumber"] == "3"


def test_bc_242_more_ids_than_one_query_takes_are_read_in_parts_that_hold_each_once(stage):
    customers = [stage.customer(f"Firm {number}") for number in range(250)]
    accounts = [stage.account(f"Firm {number}") for number in range(250)]
    made = couplings.couple_many(C, "CUSTOMER", list(zip(customers, accounts, strict=True)))
    assert [(each.bc_id, each.sales_id) for each in made] == list(zip(customers, accounts, strict=True))
    job = stage.run(*made, direction="to_sales")
    assert sum(counted(job).values()) == job.done == 250


def test_bc_262_partners_of_many_records_are_created_in_one_job(stage):
    customers = [stage.customer(f"Firm {number}") for number in range(30)]
    job = couplings.create_partners(C, "CUSTOMER", "bc", customers)
    assert counted(job)["inserted"] == 30 and set(stage.coupled()) == set(customers)


def test_bc_264_changes_of_many_accounts_come_back_in_one_job(stage):
    pairs = [stage.pair(f"Firm {number}") for number in range(12)]
    for number, each in enumerate(pairs):
        stage.edit_sales(each.sales_id, telephone1=f"9{number}")
    assert counted(stage.run(*pairs, direction="from_sales")) == {"modified": 12}
    assert [stage.bc(each.bc_id)["phoneNumber"] for each in pairs] == [f"9{number}" for number in range(12)]


@pytest.mark.parametrize("side", Side)
def test_one_record_that_its_service_refuses_keeps_no_other_back_and_costs_hardly_a_request(stage, side):
    count, requests, made = 120, {}, {}
    for is_poisoned in (False, True):
        prefix = "Poisoned" if is_poisoned else "Sound"
        ids = [(stage.customer(f"{prefix} {n}"), stage.account(f"{prefix} {n}")) for n in range(count)]
        couplings.couple_many(C, "CUSTOMER", ids, synchronize="bc")
        for bc_id, sales_id in ids:
            stage.edit_sales(sales_id, telephone1="2") if side is Side.BC else stage.edit_bc(bc_id, phoneNumber="2")
        if is_poisoned:
            path = ids[count // 3][0 if side is Side.BC else 1]
            stage.simulator.faults.add(FaultRule("poison", service=side.value, path=path, method="PATCH", parts=True))
        job = stage.run(confirm=True)
        requests[is_poisoned], made[is_poisoned] = job.requests, counted(job)
    assert made == {False: {"modified": count}, True: {"modified": count - 1, "failed": 1}}
    assert requests[True] - requests[False] <= math.log2(count) + 2
