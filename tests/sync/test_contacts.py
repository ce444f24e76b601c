"""Contact persons follow their company, in both directions, on the in-process simulator."""

from __future__ import annotations

import pytest

from flask_coupling.errors import CouplingError
from flask_coupling.operations import couplings, synchronization
from simulator.instance import Simulator

pytestmark = pytest.mark.usefixtures("connected", "app_context")


def make_company(simulator: Simulator, name: str = "Adatum") -> tuple[str, str]:
    """A customer in Business Central and the number of its company contact."""
    customer = simulator.bc.create("customers", {"displayName": name})
    information = simulator.bc.list("contactsInformation", relatedId=customer["id"])
    return customer["id"], information[0]["contactNumber"]


def test_a_person_created_in_sales_belongs_to_the_account_of_its_company(simulator: Simulator) -> None:
    customer, company_contact = make_company(simulator)
    account = couplings.create_partner("default", "CUSTOMER", "bc", customer).coupling.sales_id
    person = simulator.bc.create(
        "contacts", {"type": "Person", "displayName": "Helen Ray", "companyNumber": company_contact}
    )
    made = couplings.create_partner("default", "CONTACT", "bc", person["id"]).coupling
    contact = simulator.sales.get("contacts", made.sales_id)
    assert (contact["firstname"], contact["lastname"]) == ("Helen", "Ray")
    assert contact["_parentcustomerid_value"] == account


def test_a_person_created_in_business_central_belongs_to_the_company_contact_of_its_account(
    simulator: Simulator,
) -> None:
    account = simulator.sales.create("accounts", {"name": "Fabrikam", "customertypecode": 3})
    customer = couplings.create_partner("default", "CUSTOMER", "sales", account["accountid"]).coupling.bc_id
    contact = simulator.sales.create(
        "contacts",
        {
            "firstname": "Yvonne",
            "lastname": "Frederiksen",
            "_parentcustomerid_value": account["accountid"],
        },
    )
    made = couplings.create_partner("default", "CONTACT", "sales", contact["contactid"]).coupling
    person = simulator.bc.get("contacts", made.bc_id)
    company = simulator.bc.list("contactsInformation", relatedId=customer)[0]["contactNumber"]
    assert (person["displayName"], person["type"], person["companyNumber"]) == ("Yvonne Frederiksen", "Person", company)


def test_a_person_whose_company_is_not_coupled_is_refused_by_name(simulator: Simulator) -> None:
    _, company_contact = make_company(simulator)
    person = simulator.bc.create(
        "contacts", {"type": "Person", "displayName": "Helen Ray", "companyNumber": company_contact}
    )
    with pytest.raises(CouplingError, match="companyNumber"):
        couplings.create_partner("default", "CONTACT", "bc", person["id"])
    assert simulator.sales.list("contacts") == []


def test_a_customer_keeps_leading_to_its_company_contact_after_it_was_written_to(simulator: Simulator) -> None:
    customer, company_contact = make_company(simulator)
    coupling = couplings.create_partner("default", "CUSTOMER", "bc", customer).coupling
    simulator.sales.update("accounts", coupling.sales_id, telephone1="200")
    job = synchronization.synchronize("default", "CUSTOMER", coupling_ids=[coupling.id], wait=True)
    assert job.counters["modified"] == 1
    person = simulator.bc.create(
        "contacts", {"type": "Person", "displayName": "Helen Ray", "companyNumber": company_contact}
    )
    made = couplings.create_partner("default", "CONTACT", "bc", person["id"]).coupling
    assert simulator.sales.get("contacts", made.sales_id)["_parentcustomerid_value"] == coupling.sales_id
