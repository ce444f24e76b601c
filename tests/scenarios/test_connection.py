"""Setting up the connection: what is asked, what is told, and what stops while it is off."""

from __future__ import annotations

import pytest

from flask_coupling.errors import ConnectionIncomplete, ConnectionNotEnabled, CouplingError, CurrencyMismatch
from flask_coupling.mappings import default_setup
from flask_coupling.operations import connections, couplings, mappings
from tests.conftest import connection_values

from .conftest import C, counted


def test_bc_157_a_run_over_a_broken_connection_ends_and_the_next_one_goes_on(stage):
    pair = stage.pair()
    stage.edit_bc(pair.bc_id, phoneNumber="2")
    connections.save_connection(C, {"client_secret": "wrong"})
    job = stage.run()
    assert job.state == "error" and "rejected the credentials" in job.message
    connections.save_connection(C, {"client_secret": stage.simulator.config.client_secret})
    assert counted(stage.run()) == {"modified": 1} and stage.sales(pair.sales_id)["telephone1"] == "2"


def test_bc_280_a_connection_without_an_address_is_not_enabled(stage):
    values = {key: value for key, value in connection_values(stage.simulator).items() if key != "sales_url"}
    made = connections.save_connection("second", values)
    assert made.missing == ("sales_url",)
    with pytest.raises(ConnectionIncomplete, match="sales_url"):
        connections.enable_connection("second")
    assert not connections.is_enabled("second")


def test_bc_282_an_address_in_capitals_is_taken_as_it_is_meant(stage):
    address = connection_values(stage.simulator)["sales_url"]
    connections.save_connection(C, {"sales_url": address.upper().replace("HTTPS", "https")})
    assert connections.test_connection(C).is_ok


def test_bc_284_the_reason_of_disabling_is_shown(stage):
    connections.disable_connection(C, "The month is being closed")
    assert connections.get_connection(C).disabled_reason == "The month is being closed"
    with pytest.raises(ConnectionNotEnabled, match="The month is being closed"):
        stage.run()


def test_bc_285_a_disabled_connection_can_be_tested(stage):
    connections.disable_connection(C)
    report = connections.test_connection(C)
    assert report.is_ok and stage.simulator.config.company.name in str(report.bc.facts)


def test_bc_287_a_new_connection_has_the_default_table_mappings(stage):
    assert [each.name for each in mappings.list_mappings(C)] == list(default_setup())


def test_bc_289_the_base_currency_is_known_once_enabled(stage):
    base = stage.simulator.sales.list("organizations")[0]["_basecurrencyid_value"]
    assert base in str(connections.get_connection(C).facts)


def test_bc_292_the_reason_goes_when_the_connection_is_enabled(stage):
    connections.disable_connection(C, "The month is being closed")
    assert connections.enable_connection(C).disabled_reason == ""
    assert connections.is_enabled(C)


def test_while_no_connection_is_enabled_nothing_can_be_coupled_or_listed(stage):
    customer, account = stage.customer(), stage.account()
    connections.disable_connection(C)
    for attempt in (
        lambda: couplings.couple(C, "CUSTOMER", customer, account),
        lambda: mappings.list_records(C, "CUSTOMER", "bc"),
        lambda: stage.run(),
    ):
        with pytest.raises(ConnectionNotEnabled):
            attempt()


WRONG = (
    ("client_secret", "wrong", "credentials_rejected"),
    ("tenant", "99999999-9999-9999-9999-999999999999", "tenant_unknown"),
    ("environment", "Sandbox", "environment_unknown"),
    ("company", "No such company", "company_unknown"),
)


@pytest.mark.parametrize("key, value, code", WRONG)
def test_the_test_says_what_is_wrong_and_what_to_do(stage, key, value, code):
    connections.disable_connection(C)
    report = connections.test_connection(C, {key: value})
    assert report.bc.problem.code == code and report.bc.problem.hint
    with pytest.raises(CouplingError):
        connections.save_connection(C, {key: value})
        connections.enable_connection(C)


def test_bc_290_systems_whose_books_are_in_different_currencies_are_not_connected(stage):
    connections.disable_connection(C)
    company = stage.simulator.bc.list("companyInformation")[0]
    stage.simulator.bc.update("companyInformation", company["id"], currencyCode="SEK")
    with pytest.raises(CurrencyMismatch, match=r"SEK.*DKK"):
        connections.enable_connection(C)
    assert not connections.is_enabled(C)
    stage.simulator.bc.update("companyInformation", company["id"], currencyCode="DKK")
    connections.enable_connection(C)
    assert connections.is_enabled(C)
