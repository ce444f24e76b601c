"""A missing reference is an order, not an error: what a record refers to is waited for, or comes first."""

from __future__ import annotations

from flask_coupling.core.criteria import Criterion
from flask_coupling.operations import couplings, matching, partners

from .conftest import C, Stage, counted


def contact_of(stage: Stage, customer: str, name: str = "Anna Holm") -> str:
    """A user creates a contact person of a customer; its id."""
    company = stage.simulator.bc.get("customers", customer)
    number = stage.simulator.bc.find("contacts", displayName=company["displayName"], type="Company")["number"]
    row = {"displayName": name, "type": "Person", "companyNumber": number}
    return str(stage.simulator.bc.create("contacts", row)["id"])


def test_a_contact_waits_for_its_account_and_goes_on_by_itself(stage):
    stage.set_mapping("CONTACT", only_coupled=False)
    customer = stage.customer("Adatum")
    contact = contact_of(stage, customer)
    assert counted(stage.run(mapping="CONTACT")) == {"skipped": 1}
    assert [failure.problem.code for failure in stage.failures()] == ["reference_missing"]
    partners.create_partner(C, "CUSTOMER", "bc", customer)
    assert counted(stage.run(mapping="CONTACT")) == {"inserted": 1}
    assert contact in stage.coupled("CONTACT") and stage.failures() == []


def test_a_contact_brings_its_customer_along_when_dependencies_are_coupled_too(stage):
    customer = stage.customer("Adatum", currencyCode="EUR")
    contact = contact_of(stage, customer)
    made = partners.create_partner(C, "CONTACT", "bc", contact, couple_dependencies=True)
    account = stage.coupled()[customer]
    person = stage.sales(made.coupling.sales_id, "contacts")
    assert person["_parentcustomerid_value"] == account
    assert stage.sales(account)["_transactioncurrencyid_value"] in stage.coupled("CURRENCY").values()


def test_it_goes_the_other_way_too(stage):
    account = stage.account("Fabrikam")
    row = {"firstname": "Bo", "lastname": "Dahl", "_parentcustomerid_value": account}
    person = stage.simulator.sales.create("contacts", row)["contactid"]
    made = partners.create_partner(C, "CONTACT", "sales", person, couple_dependencies=True)
    assert account in stage.coupled().values()
    customer = next(bc for bc, sales in stage.coupled().items() if sales == account)
    company = stage.simulator.bc.find("contacts", displayName="Fabrikam", type="Company")
    assert stage.bc(made.coupling.bc_id, "contacts")["companyNumber"] == company["number"]
    assert stage.bc(customer)["displayName"] == "Fabrikam"


def test_a_customer_that_has_its_like_over_there_is_coupled_with_it_and_not_made_twice(stage):
    customer = stage.customer("Adatum", postalCode="1000")
    account = stage.account("ADATUM", address1_postalcode="1000")
    partners.create_partner(C, "CONTACT", "bc", contact_of(stage, customer), couple_dependencies=True)
    assert stage.coupled() == {customer: account}


def test_many_records_bring_what_they_refer_to_in_a_few_requests(stage):
    stage.set_mapping("CONTACT", only_coupled=False)
    people = [contact_of(stage, stage.customer(f"Firm {number}"), f"Person {number}") for number in range(30)]
    stage.simulator.requests.clear()
    job = stage.run(mapping="CONTACT", couple_dependencies=True)
    assert counted(job) == {"inserted": 60} and job.state == "finished"
    assert set(people) == set(stage.coupled("CONTACT")) and len(stage.coupled()) == 30
    assert job.requests == stage.simulator.requests.count() <= 12


def test_what_cannot_be_created_is_told_and_the_record_that_needs_it_waits(stage):
    stage.set_mapping("CONTACT", only_coupled=False)
    customer = stage.customer("Adatum", blocked="All")
    contact_of(stage, customer)
    job = stage.run(mapping="CONTACT", couple_dependencies=True)
    assert counted(job) == {"skipped": 1} and stage.coupled() == {}
    assert [error.problem.code for error in stage.errors(job)] == ["reference_missing"]


def test_couple_can_bring_dependencies_too(stage):
    customer = stage.customer("Adatum")
    contact = contact_of(stage, customer)
    person = stage.simulator.sales.create("contacts", {"firstname": "Anna", "lastname": "Holm"})["contactid"]
    account = stage.account("Other")
    stage.edit_sales(person, "contacts", _parentcustomerid_value=account)
    made = couplings.couple(C, "CONTACT", contact, person, synchronize="bc", couple_dependencies=True)
    assert made.coupling.state == "synchronized"
    assert stage.sales(person, "contacts")["_parentcustomerid_value"] == stage.coupled()[customer]


def test_contacts_are_matched_by_their_company_once_it_is_coupled_too(stage):
    """Where the company has no partner yet, no contact of Sales can be of the same one, and a double would be made."""
    customer, account = stage.customer("Adatum"), stage.account("Adatum")
    contact = contact_of(stage, customer, "Anna Holm")
    row = {"firstname": "Anna", "lastname": "Holm", "_parentcustomerid_value": account}
    person = stage.simulator.sales.create("contacts", row)["contactid"]
    by_company = [Criterion("displayName"), Criterion("companyNumber")]
    job = matching.match(C, "CONTACT", by_company, bc_ids=[contact], synchronize="bc", couple_dependencies=True)
    assert counted(job)["coupled"] == 2
    assert stage.coupled()[customer] == account and stage.coupled("CONTACT") == {contact: person}


def test_a_contact_finds_its_account_though_the_account_was_edited_in_what_is_not_mapped(stage):
    """The customer is then not read: its number, by which contacts name it, is not known to that run."""
    pair = stage.pair("Adatum")
    stage.run()
    contact = contact_of(stage, pair.bc_id)
    number = couplings.find_coupling(C, "CUSTOMER", "bc", pair.bc_id).bc_number
    stage.edit_sales(pair.sales_id, description="Ring first")
    assert counted(stage.run()) == {"unchanged": 1}
    assert couplings.find_coupling(C, "CUSTOMER", "bc", pair.bc_id).bc_number == number
    assert couplings.list_couplings(C, "CUSTOMER", search=number).rows
    made = partners.create_partner(C, "CONTACT", "bc", contact)
    assert stage.sales(made.coupling.sales_id, "contacts")["_parentcustomerid_value"] == pair.sales_id
