"""Opportunities: owner and contact follow their couplings."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from flask_coupling.operations import couplings

from .conftest import C, counted

pytestmark = pytest.mark.simulator(customers=0)


def seller(stage: Any) -> tuple[str, str]:
    """A salesperson's code, and the user's id it is coupled with."""
    person = stage.simulator.bc.find("salespeoplePurchasers", code="JO")
    user = stage.simulator.sales.find("systemusers", internalemailaddress=person["email"])
    stage.couple(person["id"], user["systemuserid"], synchronize="sales", mapping="SALESPEOPLE")
    return person["code"], user["systemuserid"]


def person(stage: Any) -> tuple[str, str]:
    """A contact person's number, and the contact's id it is coupled with."""
    pair = stage.pair()
    company = stage.simulator.bc.list("contactsInformation", relatedId=pair.bc_id)[0]["contactNumber"]
    row = {"type": "Person", "displayName": "Ann Beebe", "companyNumber": company}
    contact = stage.simulator.bc.create("contacts", row)
    made = couplings.create_partner(C, "CONTACT", "bc", contact["id"]).coupling
    return contact["number"], made.sales_id


def test_bc_024_a_coupled_opportunity_gets_name_owner_and_contact(stage):
    code, user = seller(stage)
    number, contact = person(stage)
    row = {"description": "Chairs for Adatum", "salespersonCode": code, "contactNumber": number}
    opportunity = stage.simulator.bc.create("opportunities", row)["id"]
    other = stage.simulator.sales.create("opportunities", {"name": "something else"})["opportunityid"]
    stage.couple(opportunity, other, mapping="OPPORTUNITY")
    told = stage.sales(other, "opportunities")
    assert told["name"] == "Chairs for Adatum"
    assert (told["_ownerid_value"], told["_parentcontactid_value"]) == (user, contact)


def test_bc_025_without_a_salesperson_the_owner_is_left_alone(stage):
    opportunity = stage.simulator.bc.create("opportunities", {"description": "Chairs"})["id"]
    made = couplings.create_partner(C, "OPPORTUNITY", "bc", opportunity).coupling
    owner = stage.sales(made.sales_id, "opportunities")["_ownerid_value"]
    stage.edit_bc(opportunity, "opportunities", description="Desks")
    assert counted(stage.run(made, mapping="OPPORTUNITY")) == {"modified": 1}
    assert stage.sales(made.sales_id, "opportunities")["_ownerid_value"] == owner is not None


def test_the_fields_that_are_switched_off_by_default_work_when_switched_on(stage):
    shipped = stage.coupling._state.mappings["OPPORTUNITY"]
    names = {"dateClosed", "chancesOfSuccessPrc", "calculatedCurrentValue"}
    assert {each.name for each in shipped.fields if not each.enabled} == names
    stage.set_mapping("OPPORTUNITY", fields=tuple(replace(each, enabled=True) for each in shipped.fields))
    values = {"chancesOfSuccessPrc": 62.6, "calculatedCurrentValue": 5000, "dateClosed": "2026-11-02"}
    opportunity = stage.simulator.bc.create("opportunities", {"description": "Chairs", **values})["id"]
    made = couplings.create_partner(C, "OPPORTUNITY", "bc", opportunity).coupling
    told = stage.sales(made.sales_id, "opportunities")
    assert (told["closeprobability"], told["actualvalue"], told["actualclosedate"]) == (63, 5000, "2026-11-02")
