"""One record of a pair was deleted."""

from __future__ import annotations

import pytest

from flask_coupling.core.conflict import DeletionConflictResolution
from flask_coupling.core.side import Direction
from flask_coupling.errors import InputInvalid
from flask_coupling.operations import conflicts, couplings
from simulator.faults import FaultRule

from .conftest import C, counted

REMOVE, RESTORE = DeletionConflictResolution.REMOVE_COUPLING, DeletionConflictResolution.RESTORE_RECORD


def one_way(mapping):
    """The fields of a mapping that flow to Sales."""
    return tuple(each for each in mapping.fields if each.direction is not Direction.FROM_SALES)


def orphan(stage, **settings):
    """A customer whose account was deleted, under these settings of the table mapping."""
    stage.set_mapping(**settings)
    pair = stage.pair()
    stage.run()
    stage.simulator.sales.delete("accounts", pair.sales_id)
    return pair


WAYS = (
    ("BC-099", Direction.BIDIRECTIONAL, True),
    ("BC-100", Direction.BIDIRECTIONAL, False),
    ("BC-102", Direction.TO_SALES, False),
)


@pytest.mark.parametrize("direction, only_coupled", [way[1:] for way in WAYS], ids=[way[0] for way in WAYS])
def test_bc_099_bc_100_and_bc_102_the_rule_may_remove_the_coupling(stage, direction, only_coupled):
    pair = orphan(stage, direction=direction, only_coupled=only_coupled, deletion_conflict=REMOVE)
    job = stage.run(pair)
    assert counted(job) == {"uncoupled": 1} and stage.coupled() == {}
    assert stage.bc(pair.bc_id) is not None


RESTORED = (("BC-104", Direction.BIDIRECTIONAL, False), ("BC-105", Direction.TO_SALES, True))


@pytest.mark.parametrize("direction, only_coupled", [way[1:] for way in RESTORED], ids=[way[0] for way in RESTORED])
def test_bc_104_and_bc_105_the_rule_may_restore_the_record(stage, direction, only_coupled):
    pair = orphan(stage, direction=direction, only_coupled=only_coupled, deletion_conflict=RESTORE)
    assert counted(stage.run(pair))["inserted"] == 1
    account = stage.coupled()[pair.bc_id]
    assert stage.sales(account)["name"] == "Adatum" and stage.sales(account)["telephone1"] == "1"


def test_bc_107_without_a_rule_the_coupling_is_kept_and_waits(stage):
    pair = orphan(stage)
    assert counted(stage.run(pair)) == {"failed": 1}
    assert stage.coupled() == {pair.bc_id: pair.sales_id}
    (conflict,) = stage.conflicts()
    assert (conflict.kind, conflict.missing) == ("deletion", "sales")


def decide(stage, pair, deletion):
    """A person decides the conflict of a pair."""
    (conflict,) = [each for each in stage.conflicts() if each.coupling.id == pair.id]
    return conflicts.resolve_conflict(C, conflict.id, deletion=deletion)


def test_bc_182_a_person_may_delete_the_other_record_too(stage):
    pair = stage.pair()
    stage.simulator.bc.delete("customers", pair.bc_id)
    stage.run(pair)
    decide(stage, pair, "delete_record")
    assert stage.sales(pair.sales_id) is None and stage.coupled() == {} and stage.conflicts() == []


def test_bc_184_a_pair_of_which_both_records_exist_is_not_touched_by_deleting_survivors(stage):
    intact, no_account, no_customer = stage.pair("A"), stage.pair("B"), stage.pair("D")
    stage.simulator.sales.delete("accounts", no_account.sales_id)
    stage.simulator.bc.delete("customers", no_customer.bc_id)
    stage.run(intact, no_account, no_customer)
    for pair in (no_account, no_customer):
        decide(stage, pair, "delete_record")
    assert stage.coupled() == {intact.bc_id: intact.sales_id}
    assert stage.bc(no_account.bc_id) is None and stage.sales(no_customer.sales_id) is None
    assert stage.bc(intact.bc_id) and stage.sales(intact.sales_id)


def test_bc_187_a_person_may_restore_a_deleted_account(stage):
    pair = orphan(stage)
    stage.run(pair)
    job = decide(stage, pair, "restore_record")
    assert counted(job)["inserted"] == 1
    account = stage.coupled()[pair.bc_id]
    assert account != pair.sales_id and stage.sales(account)["name"] == "Adatum"


def test_bc_189_of_a_deleted_record_the_coupling_can_be_removed_and_nothing_is_sent(stage):
    pair = stage.pair()
    stage.simulator.bc.delete("customers", pair.bc_id)
    before = stage.writes()
    assert counted(stage.run(pair)) == {"failed": 1} and stage.writes() == before
    couplings.uncouple(C, pair.id)
    assert stage.coupled() == {} and stage.conflicts() == []


def test_bc_190_where_both_records_exist_there_is_nothing_to_restore_or_delete(stage):
    pair = stage.pair()
    stage.run()
    stage.edit_bc(pair.bc_id, phoneNumber="2")
    stage.edit_sales(pair.sales_id, telephone1="3")
    stage.run()
    (conflict,) = stage.conflicts()
    with pytest.raises(InputInvalid):
        conflicts.resolve_conflict(C, conflict.id, deletion="delete_record")
    assert stage.bc(pair.bc_id) and stage.sales(pair.sales_id)


def test_bc_192_when_both_records_are_gone_so_is_their_coupling(stage):
    pair = stage.pair()
    stage.simulator.bc.delete("customers", pair.bc_id)
    stage.simulator.sales.delete("accounts", pair.sales_id)
    assert counted(stage.run(pair)) == {"uncoupled": 1} and stage.coupled() == {}


def test_an_edited_record_is_never_deleted_by_a_rule(stage):
    pair = orphan(stage, deletion_conflict=DeletionConflictResolution.DELETE_RECORD)
    stage.edit_bc(pair.bc_id, phoneNumber="2")
    assert counted(stage.run(pair)) == {"failed": 1}
    assert stage.bc(pair.bc_id)["phoneNumber"] == "2" and len(stage.conflicts()) == 1


def test_bc_185_without_the_right_to_delete_the_record_stays_and_the_reason_is_told(stage):
    pair = stage.pair()
    stage.simulator.bc.delete("customers", pair.bc_id)
    stage.run(pair)
    missing = "Principal user (Id=1) is missing prvDeleteAccount privilege (Id=2) on OTC=1 for entity 'account'."
    no_right = {"status": 403, "code": "0x80040220", "message": missing}
    refuse = {"effect": "status", "service": "sales", "method": "DELETE", "parts": True, "parameters": no_right}
    stage.simulator.faults.add(FaultRule.from_mapping(refuse))
    job = decide(stage, pair, "delete_record")
    assert counted(job) == {"failed": 1} and stage.sales(pair.sales_id)
    assert stage.coupled() == {pair.bc_id: pair.sales_id}
    (error,) = stage.errors(job)
    assert "prvDeleteAccount" in error.problem.message and error.problem.hint
