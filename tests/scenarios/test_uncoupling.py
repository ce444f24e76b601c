"""Uncoupling: the link goes, both records stay."""

from __future__ import annotations

import pytest

from flask_coupling.errors import CouplingNotFound
from flask_coupling.operations import couplings, jobs

from .conftest import C


def test_bc_055_removing_a_coupling_twice_does_no_harm(stage):
    pair = stage.pair()
    couplings.uncouple(C, pair.id)
    with pytest.raises(CouplingNotFound):
        couplings.uncouple(C, pair.id)
    assert couplings.uncouple_many(C, [pair.id]) == 0
    assert stage.bc(pair.bc_id) and stage.sales(pair.sales_id)


def test_bc_077_and_bc_084_couplings_are_removed_at_once_without_a_job(stage):
    pairs = [stage.pair(name) for name in ("A", "B")]
    before = len(jobs.list_jobs(C).rows)
    couplings.uncouple(C, pairs[0].id)
    assert couplings.uncouple_many(C, [pairs[1].id]) == 1
    assert stage.coupled() == {} and len(jobs.list_jobs(C).rows) == before


def test_bc_082_of_three_couplings_the_two_selected_are_removed(stage):
    pairs = [stage.pair(name) for name in ("A", "B", "D")]
    assert couplings.uncouple_many(C, [pairs[0].id, pairs[2].id]) == 2
    assert stage.coupled() == {pairs[1].bc_id: pairs[1].sales_id}


def test_bc_087_currencies_are_uncoupled_like_any_other_record(stage):
    (code,) = {row["code"] for row in stage.simulator.bc.list("currencies")} & {"EUR"}
    bc = stage.simulator.bc.find("currencies", code=code)
    sales = stage.simulator.sales.find("transactioncurrencies", isocurrencycode=code)
    made = stage.couple(bc["id"], sales["transactioncurrencyid"], mapping="CURRENCY")
    couplings.uncouple(C, made.id)
    assert stage.coupled("CURRENCY") == {}


def test_bc_177_the_coupling_of_a_deleted_record_can_be_removed(stage):
    pair = stage.pair()
    stage.simulator.bc.delete("customers", pair.bc_id)
    stage.run(pair)
    couplings.uncouple(C, pair.id)
    assert stage.coupled() == {} and stage.conflicts() == [] and stage.sales(pair.sales_id)
