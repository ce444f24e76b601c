"""Whose rows a connection takes, and what it gives them."""

from __future__ import annotations

import pytest

from flask_coupling.core.criteria import Criterion
from flask_coupling.errors import OtherCompany, UndoImpossible
from flask_coupling.operations import connections, couplings, history, jobs, matching
from flask_coupling.operations.mappings import get_mapping

from .conftest import Group, counted


def test_a_row_created_in_sales_carries_the_company_it_was_made_for(group: Group) -> None:
    customer = group.customer("norge", "Fjord")
    group.set("norge", only_coupled=False)
    assert counted(group.run("norge")) == {"inserted": 1}
    assert group.company_of(group.coupled("norge")[customer]) == "norge"
    assert counted(group.run("norge")) == {}


def test_a_row_of_no_company_is_stamped_when_its_partner_is_made_and_no_other_company_gets_one(group: Group) -> None:
    account = group.account("Adatum")
    for where in ("danmark", "norge"):
        group.set(where, only_coupled=False)
    assert counted(group.run("danmark")) == {"inserted": 1}
    assert group.company_of(account) == "danmark"
    assert counted(group.run("norge")) == {} and group.coupled("norge") == {}
    assert counted(group.run("danmark")) == {}


def test_a_row_coupled_by_hand_is_stamped_with_the_next_synchronization_and_it_is_history(group: Group) -> None:
    customer, account = group.customer("norge", "Fjord", phoneNumber="1"), group.account("Fjord", telephone1="2")
    coupled = couplings.couple("norge", "CUSTOMER", customer, account, synchronize="none").coupling
    assert group.company_of(account) == ""
    assert counted(group.run("norge", resolution="send_to_sales")) == {"modified": 1}
    assert group.company_of(account) == "norge"
    (entry,) = history.record_history("norge", "CUSTOMER", "sales", account).rows
    assert "bcbi_companyid" in {name for name, *_ in entry.fields}
    assert counted(group.run("norge", coupling_ids=[coupled.id])) == {"unchanged": 1}


def test_a_stamp_is_neither_a_conflict_nor_an_echo(group: Group) -> None:
    customer, account = group.customer("norge", "Fjord"), group.account("Fjord")
    couplings.couple("norge", "CUSTOMER", customer, account, synchronize="none")
    group.run("norge")
    assert group.company_of(account) == "norge"
    group.books["norge"].update("customers", customer, phoneNumber="5")
    assert counted(group.run("norge")) == {"modified": 1}
    assert counted(group.run("norge")) == {}


def test_a_row_of_another_company_is_not_coupled_and_the_error_names_both(group: Group) -> None:
    customer, account = group.customer("danmark", "Adatum"), group.account("Adatum", of="norge")
    with pytest.raises(OtherCompany) as caught:
        couplings.couple("danmark", "CUSTOMER", customer, account)
    assert "CRONUS Norge AS" in caught.value.message and "CRONUS Danmark A/S" in caught.value.message


def test_a_coupled_row_that_went_to_another_company_is_left_alone_and_told_of(group: Group) -> None:
    customer, account = group.customer("danmark", "Adatum"), group.account("Adatum")
    couplings.couple("danmark", "CUSTOMER", customer, account, synchronize="bc")
    group.simulator.sales.update("accounts", account, _bcbi_companyid_value=group.ids["norge"])
    group.books["danmark"].update("customers", customer, phoneNumber="7")
    job = group.run("danmark")
    (error,) = group.errors("danmark", job)
    assert error.problem.code == "other_company" and "CRONUS Norge AS" in error.problem.message
    assert (group.simulator.sales.get("accounts", account) or {}).get("telephone1") != "7"


@pytest.mark.settings(COUPLING_BRAKE_MINIMUM=2)
def test_rows_that_are_coupled_already_get_the_company_when_it_is_switched_on_and_the_brake_does_not_mind(
    group: Group,
) -> None:
    connections.save_connection("danmark", {"several_companies": False})
    group.set("danmark", only_coupled=False)
    for name in "ABCDE":
        group.customer("danmark", name)
    group.run("danmark")
    accounts = list(group.coupled("danmark").values())
    assert {group.company_of(id) for id in accounts} == {""}
    connections.save_connection("danmark", {"several_companies": True})
    before = len(group.simulator.requests)
    assert counted(group.run("danmark")) == {"modified": 5}
    assert {group.company_of(id) for id in accounts} == {"danmark"}
    assert len(group.simulator.requests) < before + 8, "not one for each record"
    assert counted(group.run("danmark")) == {}


def test_what_matches_by_value_is_coupled_within_the_company_and_stamped(group: Group) -> None:
    ours, theirs = group.customer("danmark", "Adatum"), group.customer("norge", "Adatum")
    foreign, free = group.account("Adatum", of="norge"), group.account("Fjord")
    fjord = group.customer("norge", "Fjord")
    for where in ("danmark", "norge"):
        matching.match(where, "CUSTOMER", [Criterion("displayName")], synchronize="bc")
    assert ours not in group.coupled("danmark")
    assert group.coupled("norge") == {theirs: foreign, fjord: free}
    assert group.company_of(free) == "norge"


def test_an_undone_creation_frees_the_row_it_was_made_for_and_a_stamp_alone_is_not_undone(group: Group) -> None:
    account = group.account("Adatum")
    group.set("danmark", only_coupled=False)
    group.run("danmark")
    made = history.record_history("danmark", "CUSTOMER", "sales", account).rows
    stamp = next(each for each in made if each.action == "modify")
    with pytest.raises(UndoImpossible, match="company of a coupled record"):
        history.undo_entries("danmark", [stamp.id])
    job = jobs.get_job("danmark", history.undo_job("danmark", str(stamp.job_id)).id)
    assert counted(job) == {"deleted": 1} and group.books["danmark"].list("customers") == []
    assert group.coupled("danmark") == {} and group.company_of(account) == ""


def test_a_mapping_says_whose_rows_take_part(group: Group) -> None:
    assert get_mapping("norge", "CUSTOMER").company == "CRONUS Norge AS"
    assert get_mapping("norge", "CURRENCY").company == "" and not get_mapping("norge", "CUSTOMER").is_changed
