"""What travels, and how: blanks, references, constants, transformations, fields that are switched off."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from flask_coupling.core.mapping import FieldMapping, Reference
from flask_coupling.core.side import Direction
from flask_coupling.core.table_filter import EVERYTHING, where
from flask_coupling.core.transformation import get_transformation
from flask_coupling.errors import MappingInvalid
from flask_coupling.operations import couplings, full_synchronization, history

from .conftest import C, counted

NAME = FieldMapping(bc="displayName", sales="name")
NOWHERE = "00000000-0000-0000-0000-000000000000"


def currency_field(**more: Any) -> FieldMapping:
    """The currency as the shipped mapping has it."""
    return FieldMapping(bc="currencyId", sales="transactioncurrencyid", reference=Reference("CURRENCY"), **more)


def currency(stage, code: str) -> tuple[str, str]:
    """A currency's id on both sides."""
    bc = stage.simulator.bc.find("currencies", code=code)
    sales = stage.simulator.sales.find("transactioncurrencies", isocurrencycode=code)
    return bc["id"], sales["transactioncurrencyid"]


def foreign_currency(stage) -> str:
    """The id of a new currency that Sales does not have."""
    franc = stage.simulator.bc.create("currencies", {"code": "XPF", "displayName": "CFP franc"})
    rate(stage, "XPF", "2025-01-01", 100, 6.25)
    return str(franc["id"])


def rate(stage, code: str, since: str, amount: float, worth: float, against: str = "") -> None:
    """A bookkeeper notes an exchange rate."""
    row = {"currencyCode": code, "startingDate": since, "relationalCurrencyCode": against}
    amounts = {"exchangeRateAmount": amount, "relationalExchangeRateAmount": worth}
    stage.simulator.bc.create("currencyExchangeRates", row | amounts)


def base_currency(stage) -> str:
    """The base currency of the Sales organization."""
    return str(stage.simulator.sales.list("organizations")[0]["_basecurrencyid_value"])


def currency_of(stage, account: str) -> str | None:
    """The currency of an account, as it is stored."""
    row = stage.sales(account)
    return row.get("transactioncurrencyid") or row.get("_transactioncurrencyid_value")


def test_a_reference_travels_as_the_partner_of_what_it_points_to(stage):
    bc, sales = currency(stage, "EUR")
    stage.couple(bc, sales, mapping="CURRENCY")
    customer = stage.customer(currencyId=bc)
    made = couplings.create_partner(C, "CUSTOMER", "bc", customer)
    assert currency_of(stage, made.coupling.sales_id) == sales


def test_bc_037_a_reference_to_what_is_not_coupled_becomes_blank_where_that_is_allowed(stage):
    stage.set_mapping(fields=(NAME, currency_field(blank_if_missing=True)), match_on=())
    customer = stage.customer(currencyId=foreign_currency(stage))
    made = couplings.create_partner(C, "CUSTOMER", "bc", customer)
    assert stage.errors(made.job) == [] and stage.sales(made.coupling.sales_id)["name"] == "Adatum"


def test_bc_039_else_the_record_waits_and_nothing_of_it_is_written(stage):
    pair = stage.pair()
    stage.run()
    stage.edit_bc(pair.bc_id, phoneNumber="2", currencyId=foreign_currency(stage))
    job = stage.run()
    (error,) = stage.errors(job)
    assert error.problem.code == "reference_missing" and "currencyId" in error.problem.message
    assert stage.sales(pair.sales_id)["telephone1"] == "1"
    (failure,) = stage.failures()
    assert (failure.side, failure.record_id) == ("bc", pair.bc_id)


def test_a_record_that_waited_goes_on_once_its_reference_is_coupled(stage):
    pair = stage.pair()
    franc = foreign_currency(stage)
    stage.edit_bc(pair.bc_id, phoneNumber="2", currencyId=franc)
    assert counted(stage.run()) == {"skipped": 1} and stage.failures()
    sales = couplings.create_partner(C, "CURRENCY", "bc", franc).coupling.sales_id
    stage.run(pair)
    assert stage.sales(pair.sales_id)["telephone1"] == "2" and stage.failures() == []
    assert currency_of(stage, pair.sales_id) == sales


def test_bc_092_a_mapping_without_fields_is_refused(stage):
    with pytest.raises(MappingInvalid, match="no enabled field mapping"):
        stage.set_mapping(fields=())


def test_bc_137_a_new_record_gets_every_mapped_value(stage):
    values = {
        "addressLine1": "Havnegade 1",
        "addressLine2": "2. tv",
        "postalCode": "8000",
        "city": "Aarhus",
        "country": "DK",
        "phoneNumber": "1",
        "email": "a@adatum.dk",
        "website": "adatum.dk",
    }
    made = couplings.create_partner(C, "CUSTOMER", "bc", stage.customer("Adatum", **values))
    row, mapping = stage.sales(made.coupling.sales_id), stage.set_mapping()
    for name, value in values.items():
        assert row[mapping.field(name).sales] == value, name
    assert row["customertypecode"] == 3


def test_bc_139_a_field_the_service_does_not_have_ends_the_job_with_its_name(stage):
    stage.set_mapping(fields=(NAME, FieldMapping(bc="shoeSize", sales="telephone1")), match_on=())
    stage.customer()
    job = stage.run()
    assert job.state == "error" and "shoeSize" in job.message


def test_bc_142_edits_on_both_sides_are_written_to_both_in_one_run(stage):
    pair = stage.pair()
    stage.edit_bc(pair.bc_id, city="Ry")
    stage.edit_sales(pair.sales_id, telephone1="2")
    before = stage.writes()
    assert counted(stage.run()) == {"modified": 1} and stage.writes() == before + 2


def test_bc_245_a_reference_cannot_be_transformed_and_must_name_its_mapping(stage):
    with pytest.raises(MappingInvalid, match="cannot be transformed"):
        currency_field(transformation="trim")


def test_bc_252_fields_that_are_switched_off_stay_empty(stage):
    off = FieldMapping(bc="phoneNumber", sales="telephone1", enabled=False)
    stage.set_mapping(fields=(NAME, off), match_on=())
    made = couplings.create_partner(C, "CUSTOMER", "bc", stage.customer(phoneNumber="1"))
    assert stage.sales(made.coupling.sales_id).get("telephone1") is None


@pytest.mark.parametrize("is_base", [True, False], ids=["BC-254", "BC-255"])
def test_bc_254_and_bc_255_the_base_currency_and_none_at_all_are_blank_in_business_central(stage, is_base):
    bc, sales = currency(stage, "EUR")
    stage.couple(bc, sales, mapping="CURRENCY")
    pair = stage.couple(stage.customer(currencyId=bc), stage.account())
    stage.edit_sales(pair.sales_id, transactioncurrencyid=base_currency(stage) if is_base else None)
    assert counted(stage.run()) == {"modified": 1}
    assert stage.bc(pair.bc_id)["currencyId"] == NOWHERE and stage.bc(pair.bc_id)["currencyCode"] in ("", "DKK")


def test_a_transformation_changes_what_travels_both_ways(stage):
    assert get_transformation("uppercase_in_bc").lossy
    field = FieldMapping(bc="city", sales="address1_city", transformation="uppercase_in_bc")
    stage.set_mapping(fields=(NAME, field), match_on=())
    pair = stage.couple(stage.customer(city="RY"), stage.account(address1_city="Ry"))
    stage.edit_sales(pair.sales_id, address1_city="Vejle")
    assert counted(stage.run(pair)) == {"modified": 1} and stage.bc(pair.bc_id)["city"] == "VEJLE"
    before = stage.writes()
    assert counted(stage.run(pair)) == {"unchanged": 1} and stage.writes() == before


def test_a_constant_is_written_when_a_record_is_created_and_is_not_read_back(stage):
    constant = FieldMapping(sales="description", constant="from Business Central", direction=Direction.TO_SALES)
    fields = (NAME, constant, FieldMapping(sales="customertypecode", constant=3, direction=Direction.TO_SALES))
    stage.set_mapping(fields=fields, match_on=())
    made = couplings.create_partner(C, "CUSTOMER", "bc", stage.customer())
    account = made.coupling.sales_id
    assert stage.sales(account)["description"] == "from Business Central"
    stage.edit_sales(account, description="changed")
    assert "modified" not in counted(stage.run()) and stage.sales(account)["description"] == "changed"


def test_a_text_that_is_too_long_is_refused_and_cut_only_if_the_mapping_says_so(stage):
    name = "Adatum " * 20
    customer = stage.customer()
    pair = stage.couple(customer, stage.account())
    stage.edit_sales(pair.sales_id, name=name)
    assert counted(stage.run(pair)) == {"failed": 1} and stage.bc(customer)["displayName"] == "Adatum"
    stage.set_mapping(fields=(FieldMapping(bc="displayName", sales="name", cut=True),), match_on=())
    assert counted(stage.run(pair)) == {"modified": 1}
    assert stage.bc(customer)["displayName"] == name[:100].strip()
    assert history.record_history(C, "CUSTOMER", "bc", customer).rows[0].reason == "cut"
    assert counted(stage.run(pair)) == {"unchanged": 1} and stage.sales(pair.sales_id)["name"] == name


def test_a_new_partner_whose_text_was_cut_says_so_in_its_history(stage):
    account = stage.account("Adatum " * 20)
    fields = (FieldMapping(bc="displayName", sales="name", cut=True),)
    stage.set_mapping(fields=fields, match_on=())
    made = couplings.create_partner(C, "CUSTOMER", "sales", account).coupling
    assert len(stage.bc(made.bc_id)["displayName"]) <= 100
    [entry] = [each for each in history.record_history(C, "CUSTOMER", "bc", made.bc_id).rows if each.action == "insert"]
    assert entry.reason == "cut"


def test_a_transformation_with_arguments_travels_both_ways(stage):
    field = FieldMapping(bc="country", sales="address1_country", transformation='country_name {"language": "da"}')
    stage.set_mapping(fields=(NAME, field), match_on=())
    pair = stage.couple(stage.customer(country="DE"), stage.account())
    assert stage.sales(pair.sales_id)["address1_country"] == "Tyskland"
    stage.edit_sales(pair.sales_id, address1_country="Germany")
    assert "modified" not in counted(stage.run(pair))
    stage.edit_sales(pair.sales_id, address1_country="Norge")
    assert counted(stage.run(pair)) == {"modified": 1} and stage.bc(pair.bc_id)["country"] == "NO"
    stage.edit_sales(pair.sales_id, address1_country="Atlantis")
    job = stage.run(pair)
    assert counted(job) == {"skipped": 1} and "Atlantis" in stage.errors(job)[0].problem.message


def test_bc_277_an_inactive_account_blocks_its_customer_and_an_active_one_unblocks_nobody(stage):
    shipped = stage.coupling._state.mappings["CUSTOMER"]
    fields = tuple(replace(each, enabled=True) if each.name == "blocked" else each for each in shipped.fields)
    sales_filter = where("customertypecode", "eq", 3)
    stage.set_mapping(fields=fields, bc_filter=EVERYTHING, sales_filter=sales_filter)
    pair = stage.couple(stage.customer(), stage.account())
    stage.edit_sales(pair.sales_id, statecode=1, statuscode=2)
    assert counted(stage.run(pair)) == {"modified": 1} and stage.bc(pair.bc_id)["blocked"] == "All"
    stage.edit_sales(pair.sales_id, statecode=0, statuscode=1)
    stage.run(pair)
    assert stage.bc(pair.bc_id)["blocked"] == "All"


def user_named(stage, first: str, last: str) -> str:
    """A new user of Sales; the id."""
    user = {"firstname": first, "lastname": last, "islicensed": True}
    return str(stage.simulator.sales.create("systemusers", user)["systemuserid"])


def code_of(stage, user: str) -> str:
    """The code of the salesperson that a user is coupled with."""
    people = {sales: bc for bc, sales in stage.coupled("SALESPEOPLE").items()}
    return str(stage.bc(people[user], "salespeoplePurchasers")["code"])


def test_bc_279_a_salesperson_created_for_a_user_gets_a_code_of_its_own(stage):
    names = [("Bo", "Dahl"), ("Bo", "Dahl"), ("øjvind (af) Å. B.", "Cn 2")]
    users = [user_named(stage, *name) for name in names]
    stage.set_mapping("SALESPEOPLE", only_coupled=False)
    job = stage.run(mapping="SALESPEOPLE")
    assert job.state == "finished" and stage.errors(job) == []
    codes = [code_of(stage, user) for user in users]
    assert len(set(codes)) == 3 and all(len(code) <= 20 and code == code.upper() for code in codes)
    assert [code.rpartition("-")[0] for code in codes] == ["BD", "BD", "ØÅBC"]


def test_bc_279_by_itself_the_default_setup_couples_users_and_makes_no_salesperson_until_asked(stage):
    user = user_named(stage, "Bo", "Dahl")
    before = stage.simulator.bc.count("salespeoplePurchasers")
    stage.run(mapping="SALESPEOPLE")
    full_synchronization.start_full_synchronization(C)
    assert stage.simulator.bc.count("salespeoplePurchasers") == before
    made = couplings.create_partner(C, "SALESPEOPLE", "sales", user)
    assert code_of(stage, user).startswith("BD-") and stage.errors(made.job) == []


def test_a_code_that_was_changed_in_business_central_stays_and_a_second_attempt_makes_the_same(stage):
    user = user_named(stage, "Bo", "Dahl")
    made = couplings.create_partner(C, "SALESPEOPLE", "sales", user).coupling
    first = code_of(stage, user)
    stage.edit_bc(made.bc_id, "salespeoplePurchasers", code="BO")
    stage.edit_sales(user, "systemusers", lastname="Dal")
    stage.run(mapping="SALESPEOPLE")
    person = stage.bc(made.bc_id, "salespeoplePurchasers")
    assert (person["code"], person["displayName"]) == ("BO", "Bo Dal")
    couplings.uncouple(C, made.id)
    couplings.create_partner(C, "SALESPEOPLE", "sales", user)
    assert code_of(stage, user) == first
