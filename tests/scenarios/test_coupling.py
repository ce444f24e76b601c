"""Coupling: linking records, creating partners, and what stands in the way."""

from __future__ import annotations

import pytest
from sqlalchemy.exc import IntegrityError

from flask_coupling.errors import (
    AlreadyCoupled,
    CouplingError,
    InputInvalid,
    NotCoupled,
    OutsideFilter,
    RecordNotFound,
)
from flask_coupling.models import Coupling
from flask_coupling.operations import couplings, mappings, partners

from .conftest import C, counted


def test_bc_002_coupling_with_business_central_data_overwrites_the_account(stage):
    customer, account = stage.customer("Adatum", city="Ry"), stage.account("Adatum Inc", address1_city="Oslo")
    made = stage.couple(customer, account, "bc")
    assert made.state == "synchronized" and stage.coupled() == {customer: account}
    assert (stage.sales(account)["name"], stage.sales(account)["address1_city"]) == ("Adatum", "Ry")


def test_bc_004_an_uncoupled_account_becomes_a_customer(stage):
    account = stage.account("Fabrikam", telephone1="7")
    made = couplings.create_partner(C, "CUSTOMER", "sales", account)
    assert counted(made.job)["inserted"] == 1 and stage.errors(made.job) == []
    customer = stage.bc(made.coupling.bc_id)
    assert (customer["displayName"], customer["phoneNumber"]) == ("Fabrikam", "7")
    assert stage.coupled() == {made.coupling.bc_id: account}


def test_bc_020_nothing_happens_until_the_dialog_is_answered(stage):
    customer, account = stage.customer("Adatum"), stage.account("Other")
    before = stage.writes()
    card = mappings.get_card(C, "CUSTOMER", "bc", customer)
    assert card.coupling is None and stage.coupled() == {} and stage.writes() == before
    assert stage.sales(account)["name"] == "Other"


def test_bc_027_a_coupling_can_be_moved_to_another_partner(stage):
    customer, first, second = stage.customer(), stage.account(), stage.account("Adatum 2")
    stage.couple(customer, first)
    couplings.couple(C, "CUSTOMER", customer, second, move=True)
    assert stage.coupled() == {customer: second}


def test_bc_032_an_account_last_changed_by_our_own_user_is_brought_over(stage):
    made = couplings.create_partner(C, "CUSTOMER", "bc", stage.customer("Made by us"))
    account = made.coupling.sales_id
    couplings.uncouple(C, made.coupling.id)
    again = couplings.create_partner(C, "CUSTOMER", "sales", account)
    assert stage.coupled() == {again.coupling.bc_id: account}


def test_a_partner_that_was_made_before_is_taken_again_with_what_both_sides_wrote_since(stage):
    customer = stage.customer(phoneNumber="1", city="Ry")
    made = couplings.create_partner(C, "CUSTOMER", "bc", customer)
    couplings.uncouple(C, made.coupling.id)
    stage.edit_bc(customer, phoneNumber="2")
    stage.edit_sales(made.coupling.sales_id, description="kept", address1_city="Odense")
    again = couplings.create_partner(C, "CUSTOMER", "bc", customer)
    assert stage.coupled() == {customer: made.coupling.sales_id} and again.coupling.state == "synchronized"
    account = stage.sales(made.coupling.sales_id)
    assert (account["telephone1"], account["description"]) == ("2", "kept")
    assert counted(stage.run(again.coupling)) == {"modified": 1}, "what was written in Sales comes back with a run"
    assert stage.bc(customer)["city"] == "Odense"


def test_bc_034_a_coupling_to_a_deleted_account_gives_way_to_a_new_one(stage):
    pair = stage.pair()
    stage.simulator.sales.delete("accounts", pair.sales_id)
    made = couplings.create_partner(C, "CUSTOMER", "bc", pair.bc_id)
    assert stage.coupled() == {pair.bc_id: made.coupling.sales_id}
    assert made.coupling.sales_id != pair.sales_id and stage.sales(made.coupling.sales_id)["name"] == "Adatum"


def test_bc_042_coupling_alone_synchronizes_nothing(stage):
    customer, account = stage.customer("Adatum"), stage.account("Adatum Inc")
    made = couplings.couple(C, "CUSTOMER", customer, account)
    assert made.job is None and made.coupling.state == "never_synchronized"
    assert stage.sales(account)["name"] == "Adatum Inc"


def test_bc_049_records_are_coupled_by_their_ids(stage):
    customer, account = stage.customer(), stage.account()
    couplings.couple(C, "CUSTOMER", customer, account)
    assert stage.coupled() == {customer: account}


def test_bc_050_a_record_with_a_partner_is_not_coupled_to_another(stage):
    pair, other = stage.pair(), stage.account("Other")
    with pytest.raises(AlreadyCoupled, match="Adatum is already coupled to Adatum"):
        couplings.couple(C, "CUSTOMER", pair.bc_id, other)
    assert stage.coupled() == {pair.bc_id: pair.sales_id}


def test_bc_052_the_partner_may_be_given_to_another_record(stage):
    pair, other = stage.pair(), stage.customer("Other")
    couplings.couple(C, "CUSTOMER", other, pair.sales_id, move=True)
    assert stage.coupled() == {other: pair.sales_id}


def test_bc_054_two_stale_couplings_collapse_into_one(stage):
    deleted, kept = stage.pair("A"), stage.pair("B")
    stage.simulator.bc.delete("customers", deleted.bc_id)
    couplings.couple(C, "CUSTOMER", kept.bc_id, deleted.sales_id, move=True)
    assert stage.coupled() == {kept.bc_id: deleted.sales_id}


def test_bc_059_a_coupling_without_a_table_mapping_cannot_be_stored(stage):
    stage.coupling.session.add(Coupling(connection=C, mapping=None, bc_id="a", sales_id="b"))
    with pytest.raises(IntegrityError):
        stage.coupling.session.commit()
    stage.coupling.session.rollback()
    assert stage.coupled() == {}


def test_bc_114_a_record_coupled_meanwhile_is_not_created_twice(stage):
    stage.set_mapping(only_coupled=False)
    pair = stage.pair("Known")
    assert "inserted" not in counted(stage.run())
    assert stage.coupled() == {pair.bc_id: pair.sales_id}


def test_a_pair_that_cannot_be_coupled_is_refused_by_name(stage):
    customer, account = stage.customer(), stage.account()
    blocked = stage.customer("Blocked", blocked="All")
    for refused, ends in ((RecordNotFound, (customer, customer)), (OutsideFilter, (blocked, account))):
        with pytest.raises(refused):
            couplings.couple(C, "CUSTOMER", *ends)
    with pytest.raises(InputInvalid):
        couplings.couple(C, "CUSTOMER", customer, account, synchronize="both")
    assert stage.coupled() == {} and not issubclass(NotCoupled, AlreadyCoupled)


def opportunity(stage, **values):
    """A user creates an opportunity; its id."""
    row = {"description": "Ten desks", "status": "Not_x0020_Started", **values}
    return stage.simulator.bc.create("opportunities", row)["id"]


def salesperson(stage):
    """A salesperson and a user of Sales, coupled; the code and the user's id."""
    person = stage.simulator.bc.create("salespeoplePurchasers", {"code": "BD", "displayName": "Bo Dahl"})
    user = stage.simulator.sales.create("systemusers", {"firstname": "Bo", "lastname": "Dahl", "islicensed": True})
    stage.couple(person["id"], user["systemuserid"], synchronize="none", mapping="SALESPEOPLE")
    return "BD", user["systemuserid"]


def test_bc_024_an_opportunity_takes_its_name_owner_and_contact_along(stage):
    code, user = salesperson(stage)
    pair = stage.pair()
    company = stage.simulator.bc.find("contacts", displayName="Adatum", type="Company")
    row = {"displayName": "Anna Holm", "type": "Person", "companyNumber": company["number"]}
    contact = stage.simulator.bc.create("contacts", row)
    person = stage.simulator.sales.create("contacts", {"firstname": "Anna", "lastname": "Holm"})["contactid"]
    stage.edit_sales(person, "contacts", _parentcustomerid_value=pair.sales_id)
    stage.couple(contact["id"], person, mapping="CONTACT")
    ours = opportunity(stage, salespersonCode=code, contactNumber=contact["number"])
    theirs = stage.simulator.sales.create("opportunities", {"name": "Desks"})["opportunityid"]
    stage.couple(ours, theirs, mapping="OPPORTUNITY")
    told = stage.sales(theirs, "opportunities")
    assert (told["name"], told["_ownerid_value"], told["_parentcontactid_value"]) == ("Ten desks", user, person)


def test_bc_025_an_opportunity_without_a_salesperson_keeps_the_owner_that_sales_gives_it(stage):
    ours = opportunity(stage)
    made = partners.create_partner(C, "OPPORTUNITY", "bc", ours)
    told = stage.sales(made.coupling.sales_id, "opportunities")
    assert told["name"] == "Ten desks" and told["_ownerid_value"]
    assert made.coupling.state == "synchronized"


def new_currency(stage, code: str, *rates: tuple[str, float, float, str]) -> str:
    """A currency of Business Central, with its rates as (from when, amount, its worth, in which currency); the id."""
    made = stage.simulator.bc.create("currencies", {"code": code, "displayName": f"Money {code}"})
    for since, amount, worth, against in rates:
        row = {"currencyCode": code, "startingDate": since, "relationalCurrencyCode": against}
        amounts = {"exchangeRateAmount": amount, "relationalExchangeRateAmount": worth}
        stage.simulator.bc.create("currencyExchangeRates", row | amounts)
    return str(made["id"])


def test_bc_007_a_currency_without_a_rate_fails_by_name_and_the_others_are_created(stage):
    bare = new_currency(stage, "XAA")
    later = new_currency(stage, "XBB", ("2999-01-01", 100, 50, ""))
    good = new_currency(stage, "XPF", ("2025-01-01", 100, 6.25, ""))
    stage.set_mapping("CURRENCY", only_coupled=False)
    job = stage.run(mapping="CURRENCY")
    assert job.state == "finished" and good in stage.coupled("CURRENCY")
    assert not {bare, later} & stage.coupled("CURRENCY").keys()
    errors = {error.bc_id: error.problem for error in stage.errors(job)}
    assert errors.keys() == {bare, later}
    assert errors[bare].code == "exchange_rate_missing"
    for word in ("Money XAA", "Business Central", "Dynamics 365 Sales"):
        assert word in errors[bare].message
    assert "synchronize again" in errors[bare].hint
    with pytest.raises(CouplingError, match="has no exchange rate"):
        couplings.create_partner(C, "CURRENCY", "bc", bare)


def test_bc_007_a_new_currency_gets_the_newest_rate_of_today_in_units_for_one_of_the_base_currency(stage):
    rates = (("2024-01-01", 100, 9, ""), ("2025-06-01", 100, 6.25, ""), ("2025-01-01", 100, 8, ""))
    franc = new_currency(stage, "XPF", *rates, ("2999-01-01", 100, 1, ""))
    pegged = new_currency(stage, "XPE", ("2025-01-01", 2, 1, "XPF"))
    circular = new_currency(stage, "XCI", ("2025-01-01", 1, 1, "XCI"))
    for id, units in ((franc, 16.0), (pegged, 32.0)):
        made = couplings.create_partner(C, "CURRENCY", "bc", id).coupling
        assert stage.sales(made.sales_id, "transactioncurrencies")["exchangerate"] == units
    with pytest.raises(CouplingError, match="has no exchange rate"):
        couplings.create_partner(C, "CURRENCY", "bc", circular)


def test_a_new_currency_has_all_that_sales_demands(stage):
    """Sales refuses one without name, symbol or decimals; Business Central has currencies without any of them."""
    values = {"displayName": "", "symbol": "", "amountDecimalPlaces": "0:3"}
    for code, told, expected in (("XPA", values, ("XPA", "XPA", 3)), ("XPB", {"symbol": "P"}, ("Money XPB", "P", 2))):
        franc = new_currency(stage, code, ("2025-01-01", 100, 6.25, ""))
        stage.edit_bc(franc, "currencies", **told)
        made = couplings.create_partner(C, "CURRENCY", "bc", franc).coupling
        row = stage.sales(made.sales_id, "transactioncurrencies")
        assert (row["currencyname"], row["currencysymbol"], row["currencyprecision"]) == expected
        assert counted(stage.run(made, mapping="CURRENCY")) == {"unchanged": 1}


def test_a_rate_that_changes_later_leaves_the_currency_in_sales_alone(stage):
    franc = new_currency(stage, "XPF", ("2025-01-01", 100, 6.25, ""))
    made = couplings.create_partner(C, "CURRENCY", "bc", franc).coupling
    stage.edit_sales(made.sales_id, "transactioncurrencies", exchangerate=17.0)
    stage.edit_bc(franc, "currencies", displayName="CFP franc")
    stage.run(mapping="CURRENCY")
    row = stage.sales(made.sales_id, "transactioncurrencies")
    assert (row["currencyname"], row["exchangerate"]) == ("CFP franc", 17.0)
