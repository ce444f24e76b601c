"""Whose rows a connection takes, and what it gives them."""

from __future__ import annotations

import pytest

from flask_coupling.errors import OtherCompany
from flask_coupling.operations import couplings, history
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


def test_a_mapping_says_whose_rows_take_part(group: Group) -> None:
    assert get_mapping("norge", "CUSTOMER").company == "CRONUS Norge AS"
    assert get_mapping("norge", "CURRENCY").company == "" and not get_mapping("norge", "CUSTOMER").is_changed
