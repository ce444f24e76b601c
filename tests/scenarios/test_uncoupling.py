"""Uncoupling: the link goes, both records stay."""

from __future__ import annotations

import pytest

from flask_coupling.errors import CouplingNotFound
from flask_coupling.operations import couplings, failed_pairs, jobs

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


def test_bc_080_the_couplings_of_failed_records_are_removed_at_once_without_a_job(stage):
    pairs = [stage.pair(name) for name in ("A", "B")]
    for pair in pairs:
        stage.edit_sales(pair.sales_id, telephone1="9" * 40)
    for _ in range(2):
        stage.run(*pairs)
    before = len(jobs.list_jobs(C).rows)
    first, second = stage.failures()
    assert first.skipped and second.skipped
    assert failed_pairs.uncouple_failed(C, [first.id]) == 1
    assert [each.id for each in stage.failures()] == [second.id]
    assert stage.coupled() == {pairs[1].bc_id: pairs[1].sales_id} and len(jobs.list_jobs(C).rows) == before
    assert stage.bc(pairs[0].bc_id) and stage.sales(pairs[0].sales_id)


def test_bc_090_the_coupling_of_a_line_of_a_jobs_log_is_removed(stage):
    pairs = [stage.pair(name) for name in ("A", "B")]
    for pair in pairs:
        stage.edit_sales(pair.sales_id, telephone1="9" * 40)
    job = stage.run(*pairs)
    line = next(each for each in stage.errors(job) if each.sales_id == pairs[1].sales_id)
    assert failed_pairs.uncouple_lines(C, job.id, [line.id]) == 1
    assert stage.coupled() == {pairs[0].bc_id: pairs[0].sales_id}
    assert failed_pairs.uncouple_lines(C, job.id, [line.id]) == 0, "it is gone already"


def test_bc_022_with_a_customer_go_the_contacts_that_belong_to_both_sides_of_it(stage):
    adatum, other = stage.pair("Adatum"), stage.pair("Fabrikam")
    inner = [contacts(stage, adatum, name) for name in ("Anna", "Bo")]
    elsewhere = contacts(stage, other, "Carl")
    here = contact_of(stage, adatum.bc_id, "Dora")
    mixed = couplings.couple(C, "CONTACT", here, person_of(stage, other.sales_id, "Dora")).coupling
    couplings.uncouple(C, adatum.id)
    assert set(stage.coupled()) == {other.bc_id}
    assert set(stage.coupled("CONTACT")) == {elsewhere, mixed.bc_id}
    assert all(stage.bc(id, "contacts") for id in inner)
    assert couplings.uncouple_many(C, [other.id]) == 2, "and many at once too"


def contact_of(stage, customer, name):
    """A contact person of a customer; its id."""
    company = stage.simulator.bc.find("contacts", displayName=stage.bc(customer)["displayName"], type="Company")
    row = {"displayName": name, "type": "Person", "companyNumber": company["number"]}
    return stage.simulator.bc.create("contacts", row)["id"]


def person_of(stage, account, name):
    """A contact of an account; its id."""
    row = {"firstname": name, "lastname": "Holm", "_parentcustomerid_value": account}
    return stage.simulator.sales.create("contacts", row)["contactid"]


def contacts(stage, pair, name):
    """A contact on both sides of a pair, coupled and alike; its id in Business Central."""
    id = contact_of(stage, pair.bc_id, name)
    stage.couple(id, person_of(stage, pair.sales_id, name), mapping="CONTACT")
    return id
