"""Who takes part in a table mapping."""

from __future__ import annotations

from uuid import uuid4

import pytest

from flask_coupling.core.side import Direction, Side
from flask_coupling.core.table_filter import where
from flask_coupling.endpoints.endpoint import Verb, Write
from flask_coupling.errors import MappingInvalid, OutsideFilter
from flask_coupling.operations import couplings, mappings
from flask_coupling.operations.setting import find_connection, find_mapping, services_for

from .conftest import C, counted


def test_bc_047_only_records_inside_the_filter_are_offered(stage):
    stage.account("Adatum")
    stage.account("A vendor", customertypecode=11)
    offered = mappings.list_records(C, "CUSTOMER", "sales", coupled=False).rows
    assert [each.title for each in offered] == ["Adatum"]


def test_bc_145_the_filter_says_who_is_created_and_a_wider_one_lets_others_in(stage):
    stage.set_mapping(only_coupled=False, bc_filter=where("city", "eq", "Ry"))
    inside, outside = [stage.customer(name, city="Ry") for name in ("A", "B")], stage.customer("D", city="Vejle")
    assert counted(stage.run())["inserted"] == 2 and set(stage.coupled()) == set(inside)
    stage.set_mapping(bc_filter=where("displayName", "not_blank", ""))
    account = stage.account("D")
    pair = stage.couple(outside, account)
    stage.edit_bc(outside, phoneNumber="2")
    stage.run(pair)
    assert stage.sales(account)["telephone1"] == "2"


def test_bc_147_what_our_own_user_wrote_is_brought_over_like_anything_else(stage):
    services = services_for(find_connection(C), find_mapping(C, "CUSTOMER"))
    values = {"name": "By us", "customertypecode": 3}
    (outcome,) = services.sales.batch([Write(Verb.CREATE, services.view(Side.SALES), str(uuid4()), values)])
    assert outcome.error is None
    stage.account("By a user")
    stage.set_mapping(only_coupled=False, direction=Direction.BIDIRECTIONAL)
    assert counted(stage.run(direction="from_sales"))["inserted"] == 2


def test_bc_149_a_filter_that_makes_no_sense_is_refused_or_ends_the_job_with_the_reason(stage):
    with pytest.raises(MappingInvalid, match="it may use eq"):
        where("name", "resembles", "x")
    stage.set_mapping(sales_filter=where("shoesize", "eq", 4))
    job = stage.run()
    assert job.state == "error" and "shoesize" in job.message


def test_bc_215_a_contact_without_a_company_is_outside_the_mapping(stage):
    contact = stage.simulator.bc.create("contacts", {"displayName": "Ann Beebe", "type": "Person"})
    with pytest.raises(OutsideFilter, match="companyNumber"):
        couplings.create_partner(C, "CONTACT", "bc", contact["id"])


def test_bc_249_and_bc_194_and_bc_195_mappings_come_after_what_their_records_refer_to(stage):
    shown = mappings.list_mappings(C)
    names = [each.name for each in shown]
    assert {each.name for each in shown if not each.depends_on} == {
        "SALESPEOPLE", "CURRENCY", "UNIT OF MEASURE", "PAYMENT TERMS", "SHIPMENT METHOD", "SHIPPING AGENT",
    }  # fmt: skip
    assert all(names.index(first) < names.index(each.name) for each in shown for first in each.depends_on)
    assert names.index("CURRENCY") < names.index("CUSTOMER") < names.index("CONTACT")


def test_a_record_that_left_the_filter_is_set_aside_with_the_condition(stage):
    pair = stage.pair()
    stage.run()
    stage.edit_sales(pair.sales_id, customertypecode=11, telephone1="2")
    job = stage.run(pair)
    (error,) = stage.errors(job)
    assert counted(job) == {"skipped": 1} and "customertypecode eq 3" in error.problem.message
    assert stage.bc(pair.bc_id)["phoneNumber"] == "1"


def test_bc_214_a_person_that_becomes_a_company_is_left_alone(stage):
    adatum = stage.pair()
    company = stage.simulator.bc.find("contacts", displayName="Adatum", type="Company")
    person = {"displayName": "Anna Holm", "type": "Person", "companyNumber": company["number"]}
    contact = stage.simulator.bc.create("contacts", person)["id"]
    row = {"firstname": "Anna", "lastname": "Holm", "_parentcustomerid_value": adatum.sales_id}
    pair = stage.couple(contact, stage.simulator.sales.create("contacts", row)["contactid"], mapping="CONTACT")
    stage.edit_bc(contact, "contacts", type="Company", displayName="Anna Holm ApS")
    job = stage.run(mapping="CONTACT")
    assert set(counted(job)) <= {"skipped"}
    assert stage.sales(pair.sales_id, "contacts")["fullname"] == "Anna Holm"
    assert stage.coupled("CONTACT") == {pair.bc_id: pair.sales_id}, "it may become a person again"
