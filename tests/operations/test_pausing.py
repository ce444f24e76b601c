"""Pausing: no run touches the records of a paused coupling, and nothing is lost when it goes on."""

from __future__ import annotations

import pytest

from flask_coupling.errors import CouplingPaused
from flask_coupling.operations import conflicts, couplings, pausing
from tests.scenarios.conftest import C, Stage


def test_no_run_touches_a_paused_pair_and_the_next_one_after_it_is_resumed_carries_both_edits(stage: Stage) -> None:
    paused, going = stage.pair("Adatum"), stage.pair("Fabrikam")
    stage.run()
    assert pausing.pause(C, [paused.id]) == 1
    stage.edit_bc(paused.bc_id, phoneNumber="2")
    stage.edit_sales(paused.sales_id, websiteurl="https://adatum.example")
    stage.edit_bc(going.bc_id, phoneNumber="3")
    stage.run()
    assert stage.sales(going.sales_id)["telephone1"] == "3"
    assert stage.sales(paused.sales_id)["telephone1"] == "1"
    assert couplings.get_coupling(C, paused.id).state == "paused"

    assert pausing.resume(C, [paused.id]) == 1
    stage.run()
    assert stage.sales(paused.sales_id)["telephone1"] == "2"
    assert stage.bc(paused.bc_id)["website"] == "https://adatum.example"
    assert couplings.get_coupling(C, paused.id).state == "synchronized"


def test_pausing_twice_is_pausing_once(stage: Stage) -> None:
    pair = stage.pair()
    assert (pausing.pause(C, [pair.id, pair.id]), pausing.pause(C, [pair.id])) == (1, 0)
    assert (pausing.resume(C, [pair.id]), pausing.resume(C, [pair.id, 99])) == (1, 0)


def test_a_paused_pair_is_left_out_of_many_and_refused_alone_by_name(stage: Stage) -> None:
    paused, going = stage.pair("Adatum"), stage.pair("Fabrikam")
    pausing.pause(C, [paused.id])
    for each in (paused, going):
        stage.edit_bc(each.bc_id, phoneNumber="2")
    stage.run(paused, going)
    assert [stage.sales(each.sales_id)["telephone1"] for each in (paused, going)] == ["1", "2"]
    with pytest.raises(CouplingPaused, match=r"Adatum is paused\. Resume it first\."):
        stage.run(paused)


def test_a_conflict_of_a_paused_pair_waits_until_it_is_resumed(stage: Stage) -> None:
    pair = stage.pair()
    stage.edit_bc(pair.bc_id, phoneNumber="2")
    stage.edit_sales(pair.sales_id, telephone1="3")
    stage.run()
    (conflict,) = stage.conflicts()
    pausing.pause(C, [pair.id])
    with pytest.raises(CouplingPaused):
        conflicts.resolve_conflict(C, conflict.id, choices={"phoneNumber": "bc"})
    pausing.resume(C, [pair.id])
    conflicts.resolve_conflict(C, conflict.id, choices={"phoneNumber": "bc"})
    assert stage.sales(pair.sales_id)["telephone1"] == "2"
