"""Both sides changed: what merges, what waits for a person, and what a rule decides."""

from __future__ import annotations

import pytest

from flask_coupling.core.conflict import UpdateConflictResolution
from flask_coupling.core.mapping import FieldMapping
from flask_coupling.core.side import Direction
from flask_coupling.operations import conflicts, couplings

from .conftest import C, counted


@pytest.fixture
def clash(stage):
    """A pair whose phone number was edited on both sides."""
    pair = stage.pair()
    stage.run()
    stage.edit_bc(pair.bc_id, phoneNumber="2")
    stage.edit_sales(pair.sales_id, telephone1="3")
    return pair


def phones(stage, pair):
    return stage.bc(pair.bc_id)["phoneNumber"], stage.sales(pair.sales_id)["telephone1"]


def test_bc_119_a_plain_run_leaves_both_values_and_a_forced_one_overwrites(stage, clash):
    stage.run(clash)
    assert phones(stage, clash) == ("2", "3")
    assert counted(stage.run(clash, direction="to_sales", resolution="send_to_sales")) == {"modified": 1}
    assert phones(stage, clash) == ("2", "2") and stage.conflicts() == []


def test_bc_127_a_change_of_an_unmapped_field_is_no_conflict(stage):
    pair = stage.pair()
    stage.edit_bc(pair.bc_id, phoneNumber="2")
    stage.edit_sales(pair.sales_id, description="Called on Monday")
    assert counted(stage.run()) == {"modified": 1} and stage.conflicts() == []


def test_bc_129_a_field_that_flows_one_way_takes_the_value_of_its_source(stage):
    fields = (
        FieldMapping(bc="displayName", sales="name"),
        FieldMapping(bc="phoneNumber", sales="telephone1", direction=Direction.FROM_SALES),
    )
    stage.set_mapping(fields=fields, match_on=())
    pair = stage.couple(stage.customer(phoneNumber="1"), stage.account(telephone1="1"))
    stage.edit_bc(pair.bc_id, phoneNumber="2")
    stage.edit_sales(pair.sales_id, telephone1="3")
    assert counted(stage.run(pair)) == {"modified": 1} and stage.conflicts() == []
    assert phones(stage, pair) == ("3", "3")


def test_bc_130_edits_of_different_fields_are_merged(stage):
    pair = stage.pair()
    stage.edit_bc(pair.bc_id, phoneNumber="2")
    stage.edit_sales(pair.sales_id, address1_city="Ry")
    assert counted(stage.run()) == {"modified": 1} and stage.conflicts() == []
    assert phones(stage, pair) == ("2", "2") and stage.bc(pair.bc_id)["city"] == "Ry"


def test_bc_132_and_bc_275_edits_of_the_same_field_keep_both_values_and_name_the_field(stage, clash):
    job = stage.run()
    assert counted(job) == {"failed": 1} and phones(stage, clash) == ("2", "3")
    (error,) = stage.errors(job)
    assert "phoneNumber" in error.problem.message and couplings.get_coupling(C, clash.id).state == "conflict"
    (conflict,) = stage.conflicts()
    (field,) = conflict.fields
    assert (field.base_bc, field.bc, field.sales) == ("1", "2", "3")


RULES = (
    ("BC-134", UpdateConflictResolution.SEND_TO_SALES, "to_sales", ("2", "2")),
    ("BC-135", UpdateConflictResolution.GET_FROM_SALES, "from_sales", ("3", "3")),
)


@pytest.mark.parametrize("rule, direction, both", [row[1:] for row in RULES], ids=[row[0] for row in RULES])
def test_bc_134_and_bc_135_a_rule_decides_without_an_error(stage, clash, rule, direction, both):
    stage.set_mapping(update_conflict=rule)
    assert counted(stage.run(direction=direction)) == {"modified": 1}
    assert phones(stage, clash) == both and stage.conflicts() == []


def test_bc_224_a_pair_never_synchronized_takes_the_data_of_the_direction_chosen(stage):
    customer, account = stage.customer("A", phoneNumber="2"), stage.account("B", telephone1="3")
    pair = couplings.couple(C, "CUSTOMER", customer, account).coupling
    assert counted(stage.run(pair, direction="to_sales")) == {"modified": 1}
    assert (stage.sales(account)["name"], stage.sales(account)["telephone1"]) == ("A", "2")


def test_a_person_chooses_field_by_field(stage, clash):
    stage.run()
    (conflict,) = stage.conflicts()
    job = conflicts.resolve_conflict(C, conflict.id, choices={"phoneNumber": "sales"})
    assert counted(job) == {"modified": 1} and phones(stage, clash) == ("3", "3") and stage.conflicts() == []


def test_a_conflict_both_users_settle_closes_by_itself(stage, clash):
    stage.run()
    stage.edit_bc(clash.bc_id, phoneNumber="3")
    assert "failed" not in counted(stage.run()) and stage.conflicts() == []
