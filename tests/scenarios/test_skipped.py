"""Records that fail again and again are set aside, and can be tried anew."""

from __future__ import annotations

import pytest

from flask_coupling.operations import failures

from .conftest import C, counted

TOO_LONG = "A very long name of a firm " * 5


def spoil(stage, pair, name=TOO_LONG):
    """A user writes to Sales what Business Central does not take."""
    stage.edit_sales(pair.sales_id, name=name)


def aside(stage):
    """The ids of records that are set aside."""
    return {each.record_id for each in stage.failures() if each.skipped}


def test_bc_164_failing_for_another_reason_is_no_repetition(stage):
    pair = stage.pair()
    spoil(stage, pair)
    stage.run(pair)
    stage.edit_sales(pair.sales_id, name="Adatum", address1_line1="A street without end " * 6)
    assert counted(stage.run(pair)) == {"failed": 1}
    assert aside(stage) == set() and stage.failures()[0].attempts == 2


def test_bc_165_failing_twice_for_the_same_reason_sets_the_record_aside(stage):
    pair = stage.pair()
    spoil(stage, pair)
    for _ in range(2):
        stage.run(pair)
    assert aside(stage) == {pair.sales_id}


def test_bc_167_a_record_that_failed_is_tried_again_although_it_did_not_change(stage):
    bad, good = stage.pair("A"), stage.pair("B")
    spoil(stage, bad)
    stage.run()
    failures.retry_all(C)
    assert counted(stage.run())["failed"] == 1
    assert aside(stage) <= {bad.sales_id} and counted(stage.run(good)) == {"unchanged": 1}


def test_bc_174_one_of_two_records_set_aside_may_be_forced_and_the_other_stays(stage):
    forced, other = stage.pair("A"), stage.pair("B")
    for pair in (forced, other):
        spoil(stage, pair)
        stage.edit_bc(pair.bc_id, displayName="From Business Central")
    for _ in range(2):
        stage.run(forced, other)
    job = stage.run(forced, direction="to_sales", resolution="send_to_sales")
    assert counted(job) == {"modified": 1}
    assert stage.sales(forced.sales_id)["name"] == "From Business Central"
    assert stage.sales(other.sales_id)["name"].startswith("A very long name")


@pytest.mark.parametrize("chosen", [1, 2], ids=["BC-169", "BC-170"])
def test_bc_169_and_bc_170_those_selected_are_tried_again_and_no_others(stage, chosen):
    pairs = [stage.pair(name) for name in ("A", "B", "D")]
    for pair in pairs:
        spoil(stage, pair)
    for _ in range(2):
        stage.run(*pairs)
    assert len(aside(stage)) == 3
    ids = [each.id for each in stage.failures()][:chosen]
    assert failures.retry(C, ids) == chosen and len(aside(stage)) == 3 - chosen


def test_bc_172_a_record_whose_cause_is_mended_is_carried_over_and_no_longer_listed(stage):
    pair = stage.pair()
    spoil(stage, pair)
    for _ in range(2):
        stage.run(pair)
    stage.edit_sales(pair.sales_id, name="Adatum A/S")
    assert counted(stage.run()) == {"modified": 1}
    assert stage.bc(pair.bc_id)["displayName"] == "Adatum A/S" and stage.failures() == []
