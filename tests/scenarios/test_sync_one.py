"""Synchronizing one record, and what is left alone."""

from __future__ import annotations

from datetime import timedelta

import pytest

from flask_coupling.operations import couplings, mappings, synchronization
from simulator.faults import FaultRule

from .conftest import C, counted


def test_bc_095_a_change_since_the_last_synchronization_is_carried_over(stage):
    pair = stage.pair()
    stage.edit_sales(pair.sales_id, telephone1="2")
    assert counted(stage.run()) == {"modified": 1}
    assert stage.bc(pair.bc_id)["phoneNumber"] == "2"


def test_bc_097_a_record_that_did_not_change_is_not_written(stage):
    pair = stage.pair()
    stage.run()
    before = stage.writes()
    assert counted(stage.run(pair)) == {"unchanged": 1} and stage.writes() == before


def test_bc_117_a_new_customer_is_created_and_coupled_where_that_is_allowed(stage):
    stage.set_mapping(only_coupled=False)
    customer = stage.customer("New")
    assert counted(stage.run())["inserted"] == 1
    assert stage.sales(stage.coupled()[customer])["name"] == "New"


def test_bc_117_a_new_customer_is_left_alone_where_only_coupled_records_take_part(stage):
    stage.customer("New")
    assert "inserted" not in counted(stage.run()) and stage.coupled() == {}


@pytest.fixture
def company(stage):
    """A coupled customer, and the number of its company contact."""
    pair = stage.pair()
    (number,) = {row["number"] for row in stage.simulator.bc.list("contacts", type="Company")}
    return pair, number


def test_bc_210_a_contact_renamed_in_sales_is_renamed_in_business_central(stage, company):
    values = {"displayName": "Ann Beebe", "type": "Person", "companyNumber": company[1]}
    contact = stage.simulator.bc.create("contacts", values)["id"]
    made = couplings.create_partner(C, "CONTACT", "bc", contact)
    stage.edit_sales(made.coupling.sales_id, "contacts", lastname="Berg")
    assert counted(stage.run(mapping="CONTACT")) == {"modified": 1}
    assert stage.bc(contact, "contacts")["displayName"] == "Ann Berg"


def test_bc_005_and_bc_212_a_contact_of_a_coupled_account_becomes_one_of_its_customer(stage, company):
    pair, number = company
    values = {"firstname": "Ann", "lastname": "Beebe", "parentcustomerid": pair.sales_id}
    person = stage.simulator.sales.create("contacts", values)["contactid"]
    made = couplings.create_partner(C, "CONTACT", "sales", person)
    assert counted(made.job)["inserted"] == 1 and stage.errors(made.job) == []
    row = stage.bc(made.coupling.bc_id, "contacts")
    assert (row["displayName"], row["companyNumber"], row["type"]) == ("Ann Beebe", number, "Person")
    assert row["number"] and stage.coupled("CONTACT") == {row["id"]: person}


def test_bc_222_where_nothing_changed_every_direction_is_offered(stage):
    pair = stage.pair()
    card = mappings.get_card(C, "CUSTOMER", "bc", pair.bc_id)
    assert set(card.directions) == {"bidirectional", "to_sales", "from_sales"} and card.suggested == "bidirectional"
    assert counted(stage.run(pair, direction="to_sales")) == {"unchanged": 1}


def test_bc_225_two_records_synchronized_one_after_the_other_are_two_jobs(stage):
    pairs = [stage.pair(name) for name in ("A", "B")]
    for pair in pairs:
        stage.edit_bc(pair.bc_id, phoneNumber="2")
    first, second = (stage.run(pair, wait=True) for pair in pairs)
    assert first.id != second.id and counted(first) == counted(second) == {"modified": 1}
    assert first.mapping == second.mapping == "CUSTOMER"


def test_bc_227_a_change_of_an_unmapped_field_counts_as_unchanged(stage):
    pair = stage.pair()
    before = couplings.get_coupling(C, pair.id).synchronized_at
    stage.edit_bc(pair.bc_id, taxRegistrationNumber="DK12345678")
    written = stage.writes()
    assert counted(stage.run(pair)) == {"unchanged": 1} and stage.writes() == written
    assert couplings.get_coupling(C, pair.id).synchronized_at >= before


@pytest.mark.parametrize("skew", [0, -10, 10])
def test_bc_229_and_bc_230_whatever_the_clocks_say_nothing_is_carried_twice(stage, skew):
    stage.simulator.clock.freeze()
    stage.simulator.clock.advance(timedelta(minutes=skew) if skew > 0 else timedelta(0))
    pair = stage.pair()
    stage.run()
    before = stage.writes()
    for _ in range(2):
        assert "modified" not in counted(stage.run())
    assert stage.writes() == before and counted(stage.run(pair)) == {"unchanged": 1}


def test_bc_234_two_changes_one_after_the_other_are_each_carried_once(stage):
    pair = stage.pair()
    for phone in ("2", "3"):
        stage.edit_bc(pair.bc_id, phoneNumber=phone)
        before = stage.writes()
        assert counted(stage.run()) == {"modified": 1}
        assert stage.writes() == before + 1 and stage.sales(pair.sales_id)["telephone1"] == phone
        assert "modified" not in counted(stage.run())


def test_bc_235_a_change_here_and_then_one_there_are_both_carried(stage):
    pair = stage.pair()
    stage.edit_bc(pair.bc_id, phoneNumber="2")
    stage.run()
    stage.edit_sales(pair.sales_id, telephone1="3")
    assert counted(stage.run()) == {"modified": 1} and stage.conflicts() == []
    assert stage.bc(pair.bc_id)["phoneNumber"] == "3"


def test_a_preview_says_what_would_be_written_and_writes_nothing(stage):
    pair = stage.pair()
    stage.edit_bc(pair.bc_id, phoneNumber="2")
    before = stage.writes()
    (plan,) = synchronization.preview(C, "CUSTOMER", [pair.id])
    (action,) = plan.actions
    assert (action.kind, action.side, action.fields) == ("modify", "sales", (("telephone1", "1", "2"),))
    assert plan.newer == "bc" and stage.writes() == before


@pytest.mark.parametrize("seconds", [-600.0, 600.0])
def test_bc_232_with_clocks_that_differ_a_change_that_fails_is_kept_and_tried_again(stage, seconds):
    skewed = {"effect": "skew", "service": "sales", "parameters": {"seconds": seconds}}
    stage.simulator.faults.add(FaultRule.from_mapping(skewed))
    pair = stage.pair()
    stage.run()
    before = couplings.get_coupling(C, pair.id).synchronized_at
    stage.edit_sales(pair.sales_id, name="A very long name of a firm " * 5)
    assert counted(stage.run()) == {"failed": 1} and stage.bc(pair.bc_id)["displayName"] == "Adatum"
    assert couplings.get_coupling(C, pair.id).synchronized_at >= before
    stage.edit_sales(pair.sales_id, name="Adatum II")
    assert counted(stage.run()) == {"modified": 1} and stage.bc(pair.bc_id)["displayName"] == "Adatum II"
    assert "modified" not in counted(stage.run()), "no echo"
