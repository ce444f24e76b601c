"""Match-based coupling: partners found by value, each record with a result of its own.

Where Business Central tells one number of failures for all, each record's reason and candidates are told (and its
first of two equal records takes the account: here neither does).
"""

from __future__ import annotations

import pytest

from flask_coupling.core.criteria import Criterion
from flask_coupling.errors import MatchCriteriaMissing
from flask_coupling.operations import matching

from .conftest import CUSTOMER_TYPE, C, Stage, counted

VENDOR_TYPE = 11

PHONE = (Criterion("phoneNumber", normalize=("digits",)),)
NAME = (Criterion("displayName"),)


def start(stage: Stage, criteria=PHONE, **options):
    return matching.match(C, "CUSTOMER", criteria, **options)


def test_bc_062_the_whole_mapping_is_matched_and_the_new_pairs_are_synchronized_by_business_central(stage):
    old = stage.pair("Old", "1")
    customer, account = stage.customer("Adatum", phoneNumber="+45 2"), stage.account("Other", telephone1="0045-2")
    job = start(stage, synchronize="bc")
    assert (job.kind, counted(job)) == ("coupling", {"coupled": 1, "modified": 1})
    assert stage.coupled() == {old.bc_id: old.sales_id, customer: account}
    assert stage.sales(account)["name"] == "Adatum"


def test_bc_064_a_selection_is_matched_and_what_is_coupled_stays(stage):
    pair = stage.pair("Coupled", "1")
    stage.account("Coupled too", telephone1="1")
    customer, account = stage.customer("A", phoneNumber="2"), stage.account("B", telephone1="2")
    left_out = stage.customer("C", phoneNumber="3")
    stage.account("D", telephone1="3")
    job = start(stage, bc_ids=[pair.bc_id, customer])
    assert counted(job) == {"coupled": 1} and left_out not in stage.coupled()
    assert stage.coupled() == {pair.bc_id: pair.sales_id, customer: account}


def test_bc_065_a_bigger_selection_is_coupled_and_then_synchronized(stage):
    customers = [stage.customer(f"Customer {n}", phoneNumber=str(n + 1)) for n in range(5)]
    accounts = [stage.account(f"Account {n}", telephone1=str(n + 1)) for n in range(5)]
    job = start(stage, bc_ids=customers, synchronize="sales")
    assert counted(job) == {"coupled": 5, "modified": 5}
    assert stage.coupled() == dict(zip(customers, accounts, strict=True))
    assert [stage.bc(id)["displayName"] for id in customers] == [f"Account {n}" for n in range(5)]


def test_bc_067_accounts_of_one_phone_number_are_ambiguous_and_each_is_named(stage):
    customer = stage.customer("Adatum", phoneNumber="1")
    accounts = [stage.account(f"Account {n}", telephone1="1") for n in range(3)]
    before = stage.writes()
    job = start(stage, synchronize="bc")
    (error,) = stage.errors(job)
    assert counted(job) == {"failed": 1} and stage.coupled() == {} and stage.writes() == before
    assert (error.problem.code, error.bc_id, error.title.endswith("Adatum")) == ("match_ambiguous", customer, True)
    assert sorted(error.problem.facts["candidate_ids"]) == sorted(accounts)
    assert "3 records of Dynamics 365 Sales: Account" in error.problem.message


def test_bc_069_coupling_alone_synchronizes_nothing(stage):
    customer, account = stage.customer("Adatum", phoneNumber="1"), stage.account("Other", telephone1="1")
    before = stage.writes()
    assert counted(start(stage)) == {"coupled": 1}
    assert stage.coupled() == {customer: account} and stage.writes() == before


def test_bc_070_without_criteria_it_is_refused_before_anything_happens(stage):
    stage.set_mapping(match_on=())
    stage.customer("Adatum", phoneNumber="1")
    stage.account("Adatum", telephone1="1")
    with pytest.raises(MatchCriteriaMissing, match=r"no field to match on\. Choose at least one"):
        matching.match(C, "CUSTOMER")
    assert stage.coupled() == {}


def test_bc_072_what_matches_nothing_is_created_and_does_not_count_as_failed(stage):
    alone, doubtful = stage.customer("Alone", phoneNumber="1"), stage.customer("Doubtful", phoneNumber="2")
    for n in range(2):
        stage.account(f"Doubtful {n}", telephone1="2")
    job = start(stage, create_new=True)
    assert counted(job) == {"inserted": 1, "failed": 1}
    assert stage.sales(stage.coupled()[alone])["name"] == "Alone" and doubtful not in stage.coupled()
    assert [each.problem.code for each in stage.errors(job)] == ["match_ambiguous"]


@pytest.mark.parametrize(("case_sensitive", "coupled"), [(False, 1), (True, 0)])
def test_bc_074_a_value_that_differs_in_case_alone_matches_unless_case_counts(stage, case_sensitive, coupled):
    stage.customer("ADATUM")
    stage.account("Adatum")
    job = start(stage, [Criterion("displayName", case_sensitive=case_sensitive)])
    assert counted(job) == ({"coupled": 1} if coupled else {"failed": 1})


def test_bc_075_a_blank_is_no_condition_and_blanks_alone_match_nothing(stage):
    by_both = (*NAME, Criterion("phoneNumber"))
    named, account = stage.customer("Adatum"), stage.account("Adatum", telephone1="1")
    assert counted(start(stage, by_both)) == {"coupled": 1} and stage.coupled() == {named: account}
    blank = stage.customer("Blank")
    stage.account("Without a number")
    job = start(stage)
    (error,) = stage.errors(job)
    assert (error.problem.code, error.bc_id) == ("match_not_found", blank)


def test_a_lower_priority_is_not_joined_to_a_higher_one(stage):
    customer = stage.customer("Adatum", phoneNumber="1")
    stage.account("Adatum", telephone1="2")
    stage.account("Adatum", telephone1="3")
    account = stage.account("Other", telephone1="1")
    assert counted(start(stage, [Criterion("displayName", 1), Criterion("phoneNumber", 2)])) == {"coupled": 1}
    assert stage.coupled() == {customer: account}


def test_customers_who_want_the_same_account_are_told_of_each_other(stage):
    for _ in range(2):
        stage.customer("Adatum")
    account = stage.account("Adatum")
    job = start(stage, NAME)
    assert stage.coupled() == {} and counted(job) == {"failed": 2}
    assert {each.problem.code for each in stage.errors(job)} == {"match_contested"}
    assert {tuple(each.problem.facts["candidate_ids"]) for each in stage.errors(job)} == {(account,)}


def test_an_account_with_a_partner_is_told_and_its_coupling_stays(stage):
    pair = stage.pair("Adatum")
    second = stage.customer("Adatum")
    job = start(stage, NAME, bc_ids=[second, "11111111-1111-1111-1111-111111111111"])
    assert stage.coupled() == {pair.bc_id: pair.sales_id} and counted(job) == {"failed": 2}
    assert [each.problem.code for each in stage.errors(job)] == ["record_not_found", "match_taken"]


def test_an_account_coupled_as_a_vendor_before_it_became_a_customer_is_no_candidate(stage):
    vendor = str(stage.simulator.bc.create("vendors", {"displayName": "Adatum"})["id"])
    account = stage.account("Adatum", customertypecode=VENDOR_TYPE)
    stage.couple(vendor, account, "none", mapping="VENDOR")
    stage.edit_sales(account, customertypecode=CUSTOMER_TYPE)
    stage.customer("Adatum")
    job = start(stage, NAME)
    assert stage.coupled() == {} and [each.problem.code for each in stage.errors(job)] == ["match_taken"]


def plain(name: str) -> str:
    return " ".join(name.casefold().split())


@pytest.mark.simulator(customers=200, seed=1)
def test_the_duplicates_of_a_seeded_world_are_ambiguous_and_the_others_find_their_own(stage):
    seen = matching.preview_matches(C, "CUSTOMER", NAME, limit=500)
    found = [each for each in seen.rows if each.result == "coupled"]
    doubtful = [each for each in seen.rows if each.result == "ambiguous"]
    assert seen.cursor is None and len(found) > 50 and doubtful
    assert [each for each in found if plain(each.bc_title) != plain(each.candidates[0].title)] == []
    assert all(each.count > 1 or each.rivals for each in doubtful)
    assert not {plain(each.bc_title) for each in doubtful} & {plain(each.bc_title) for each in found}
    job = start(stage, NAME)
    assert counted(job)["coupled"] == len(found)
    assert counted(job)["failed"] == len(seen.rows) - len(found)
