"""With its coupling a row of Sales loses the company, many of them in each request."""

from __future__ import annotations

import pytest

from flask_coupling.errors import CouplingError
from flask_coupling.operations import couplings, history, jobs, uncoupling
from flask_coupling.operations.views import CouplingView
from simulator.faults import FaultRule

from .conftest import COMPANY, Group, counted


def pairs(group: Group, number: int, where: str = "danmark") -> list[CouplingView]:
    """Customers with their accounts, synchronized, which carry the company."""
    group.set(where, only_coupled=False)
    for each in range(number):
        group.customer(where, f"Customer {each}")
    group.run(where)
    return list(couplings.list_couplings(where, "CUSTOMER", limit=500).rows)


def test_one_that_is_uncoupled_is_nobodys_and_it_is_history(group: Group) -> None:
    (coupled,) = pairs(group, 1)
    assert group.company_of(coupled.sales_id) == "danmark"
    couplings.uncouple("danmark", coupled.id)
    assert group.coupled("danmark") == {} and group.company_of(coupled.sales_id) == ""
    told = history.record_history("danmark", "CUSTOMER", "sales", coupled.sales_id).rows
    assert [(each.action, each.reason) for each in told[:2]] == [("uncouple", "by_hand"), ("modify", "by_hand")]
    assert [(name, after) for name, _, after in told[1].fields] == [("bcbi_companyid", None)]


def test_the_other_company_can_take_it_then(group: Group) -> None:
    (coupled,) = pairs(group, 1)
    customer = group.customer("norge", "Customer 0")
    with pytest.raises(CouplingError, match="CRONUS Danmark"):
        couplings.couple("norge", "CUSTOMER", customer, coupled.sales_id)
    couplings.uncouple("danmark", coupled.id)
    couplings.couple("norge", "CUSTOMER", customer, coupled.sales_id, synchronize="bc")
    assert group.company_of(coupled.sales_id) == "norge"
    assert counted(group.run("danmark")) == {}


def test_a_row_that_carries_another_company_keeps_it(group: Group) -> None:
    (coupled,) = pairs(group, 1)
    group.simulator.sales.update("accounts", coupled.sales_id, **{COMPANY: group.ids["norge"]})
    couplings.uncouple("danmark", coupled.id)
    assert group.coupled("danmark") == {} and group.company_of(coupled.sales_id) == "norge"


def test_many_are_freed_in_one_request(group: Group) -> None:
    rows = pairs(group, 30)
    before = len(group.simulator.requests)
    assert couplings.uncouple_many("danmark", [each.id for each in rows]) == 30
    assert len(group.simulator.requests) == before + 2, "one that reads, one that writes"
    assert {group.company_of(each.sales_id) for each in rows} == {""} and group.coupled("danmark") == {}


def test_a_row_that_cannot_be_written_keeps_its_coupling_and_the_others_go(group: Group) -> None:
    rows = pairs(group, 3)
    rule = FaultRule("status", method="PATCH", path=rows[1].sales_id, parts=True, parameters={"status": 403})
    group.simulator.faults.add(rule)
    with pytest.raises(CouplingError):
        couplings.uncouple_many("danmark", [each.id for each in rows])
    assert list(group.coupled("danmark").values()) == [rows[1].sales_id]
    assert group.company_of(rows[1].sales_id) == "danmark"


def test_moving_a_coupling_frees_the_row_it_left(group: Group) -> None:
    (coupled,) = pairs(group, 1)
    other = group.account("Other")
    couplings.couple("danmark", "CUSTOMER", coupled.bc_id, other, synchronize="bc", move=True)
    assert (group.company_of(coupled.sales_id), group.company_of(other)) == ("", "danmark")


def test_all_couplings_of_a_mapping_are_deleted_and_stuck_rows_are_freed(group: Group) -> None:
    rows = pairs(group, 5)
    stuck, foreign = group.account("Stuck", of="danmark"), group.account("Foreign", of="norge")
    vendor = group.account("A vendor", of="danmark", customertypecode=11)
    job = jobs.get_job("danmark", uncoupling.delete_couplings("danmark", "CUSTOMER").id)
    assert counted(job) == {"uncoupled": 5, "modified": 1} and job.kind == "uncoupling"
    assert {group.company_of(each.sales_id) for each in rows} == {""} and group.coupled("danmark") == {}
    assert (group.company_of(stuck), group.company_of(foreign), group.company_of(vendor)) == ("", "norge", "danmark")


def test_contacts_go_with_their_customers_and_are_freed_too(group: Group) -> None:
    (coupled,) = pairs(group, 1)
    user = group.books["danmark"]
    company = next(row for row in user.list("contacts") if row["type"] == "Company")
    person = user.create("contacts", {"displayName": "Ann", "type": "Person", "companyNumber": company["number"]})
    group.set("danmark", "CONTACT", only_coupled=False)
    group.run("danmark", "CONTACT")
    contact = group.coupled("danmark", "CONTACT")[str(person["id"])]
    assert group.company_of(contact, "contacts") == "danmark"
    job = jobs.get_job("danmark", uncoupling.delete_couplings("danmark", "CUSTOMER").id)
    assert counted(job) == {"uncoupled": 2}
    assert group.company_of(contact, "contacts") == group.company_of(coupled.sales_id) == ""


def test_all_couplings_of_a_mapping_that_tells_no_companies_apart_are_deleted_without_a_request(group: Group) -> None:
    group.run("danmark", "CURRENCY")
    number, before = len(group.coupled("danmark", "CURRENCY")), len(group.simulator.requests)
    job = jobs.get_job("danmark", uncoupling.delete_couplings("danmark", "CURRENCY").id)
    assert job.counters["uncoupled"] == number and group.coupled("danmark", "CURRENCY") == {}
    assert len(group.simulator.requests) == before
