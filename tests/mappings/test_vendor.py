"""Customers and vendors are both accounts in Sales, and never take each other's."""

from __future__ import annotations

import pytest

from flask_coupling.errors import AlreadyCoupled, OutsideFilter
from flask_coupling.operations import couplings, mappings
from simulator.instance import Simulator

pytestmark = pytest.mark.usefixtures("connected", "app_context")

C, CUSTOMER, VENDOR = "default", 3, 11


def account(simulator: Simulator, kind: int) -> str:
    """A user creates an account of this relationship type; its id."""
    return str(simulator.sales.create("accounts", {"name": "Adatum", "customertypecode": kind})["accountid"])


def vendor(simulator: Simulator) -> str:
    """A user creates a vendor; its id."""
    return str(simulator.bc.create("vendors", {"displayName": "Adatum"})["id"])


def test_an_account_of_a_customer_is_not_offered_to_a_vendor_and_not_taken(simulator: Simulator) -> None:
    id = account(simulator, CUSTOMER)
    assert mappings.list_records(C, "VENDOR", "sales").rows == ()
    with pytest.raises(OutsideFilter):
        couplings.couple(C, "VENDOR", vendor(simulator), id)


def test_a_coupled_account_stays_its_customers_though_somebody_calls_it_a_vendor(simulator: Simulator) -> None:
    id = account(simulator, CUSTOMER)
    customer = simulator.bc.create("customers", {"displayName": "Adatum"})["id"]
    couplings.couple(C, "CUSTOMER", customer, id)
    simulator.sales.update("accounts", id, customertypecode=VENDOR)
    with pytest.raises(AlreadyCoupled) as caught:
        couplings.couple(C, "VENDOR", vendor(simulator), id)
    assert caught.value.facts["partner"] == "Adatum"
    [answer] = couplings.couple_many(C, "VENDOR", [(vendor(simulator), id)])
    assert isinstance(answer, AlreadyCoupled)
    with pytest.raises(AlreadyCoupled):
        couplings.create_partner(C, "VENDOR", "sales", id)
    assert couplings.list_couplings(C, "VENDOR").rows == ()


def test_a_coupling_whose_customer_was_deleted_does_not_stand_in_the_vendors_way(simulator: Simulator) -> None:
    id = account(simulator, CUSTOMER)
    customer = simulator.bc.create("customers", {"displayName": "Adatum"})["id"]
    couplings.couple(C, "CUSTOMER", customer, id)
    simulator.sales.update("accounts", id, customertypecode=VENDOR)
    simulator.bc.delete("customers", customer)
    couplings.couple(C, "VENDOR", vendor(simulator), id)
    assert couplings.list_couplings(C, "CUSTOMER").rows == ()


def test_a_person_who_works_for_a_vendor_belongs_to_its_account(simulator: Simulator) -> None:
    id = vendor(simulator)
    sales_id = couplings.create_partner(C, "VENDOR", "bc", id).coupling.sales_id
    company = simulator.bc.list("contactsInformation", relatedId=id)[0]["contactNumber"]
    person = simulator.bc.create("contacts", {"type": "Person", "displayName": "Helen Ray", "companyNumber": company})
    made = couplings.create_partner(C, "CONTACT", "bc", person["id"]).coupling
    contact = simulator.sales.get("contacts", made.sales_id) or {}
    assert contact["_parentcustomerid_value"] == sales_id
