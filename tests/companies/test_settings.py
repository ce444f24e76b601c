"""The switch of a connection and the flag of a table mapping: by REST, by the pages, by configuration."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from flask_coupling.errors import CompanyColumnMissing
from flask_coupling.operations import connections, couplings
from flask_coupling.operations.mapping_editor import check_settings, get_settings
from simulator.instance import Simulator

from .conftest import DANMARK, Group, connect, counted

API = "/coupling/api/connections/danmark"


def test_it_is_off_until_somebody_says_so_and_then_one_switch(app: Flask, simulator: Simulator) -> None:
    with app.app_context():
        connect(simulator, "danmark", DANMARK)
        assert not connections.get_connection("danmark").several_companies
        group = Group(app, simulator)
        account = group.account("Adatum")
        group.set("danmark", only_coupled=False)
        group.run("danmark")
        assert simulator.sales.list("bcbi_companies") == [] and account in group.coupled("danmark").values()
        saved = connections.save_connection("danmark", {"several_companies": True})
        assert saved.several_companies and saved.enabled
        assert counted(group.run("danmark")) == {"modified": 1} and group.company_of(account) == "danmark"
        (row,) = simulator.sales.list("bcbi_companies")
        assert (row["bcbi_externalid"], row["bcbi_name"]) == (DANMARK.id, DANMARK.name)


@pytest.mark.settings(COUPLING_COMPANY_COLUMN="new_companyid")
def test_without_the_column_it_is_refused_and_nothing_is_saved(app: Flask, simulator: Simulator) -> None:
    with app.app_context():
        connect(simulator, "danmark", DANMARK)
        with pytest.raises(CompanyColumnMissing, match="new_companyid"):
            connections.save_connection("danmark", {"several_companies": True})
        assert not connections.get_connection("danmark").several_companies


@pytest.mark.settings(COUPLING_COMPANY_COLUMN="new_companyid")
def test_a_connection_that_is_not_enabled_yet_is_told_so_too(app: Flask, simulator: Simulator) -> None:
    told = simulator.config.credentials() | {"sales_url": simulator.config.org_url, "several_companies": True}
    with app.app_context(), pytest.raises(CompanyColumnMissing):
        connections.save_connection("danmark", told)
    with app.app_context():
        assert connections.list_connections() == [] or not connections.get_connection("danmark").several_companies


def test_the_company_in_sales_is_found_by_the_id_it_has_in_business_central(app: Flask, simulator: Simulator) -> None:
    known = simulator.sales.create("bcbi_companies", {"bcbi_name": "Renamed", "bcbi_externalid": DANMARK.id})
    with app.app_context():
        connect(simulator, "danmark", DANMARK, several_companies=True)
        group = Group(app, simulator)
        group.customer("danmark", "Adatum")
        group.set("danmark", only_coupled=False)
        group.run("danmark")
        (account,) = simulator.sales.list("accounts")
    assert account["_bcbi_companyid_value"] == known["bcbi_companyid"]
    assert len(simulator.sales.list("bcbi_companies")) == 1


def test_rest_tells_and_sets_both(group: Group, client: FlaskClient) -> None:
    assert client.get(API).json["several_companies"] is True  # type: ignore[index]
    assert client.put(API, json={"several_companies": "yes"}).status_code == 422
    shown = client.get(f"{API}/table-mappings/CUSTOMER").json or {}
    assert (shown["company"], shown["multi_company"]) == (DANMARK.name, False)
    address = f"{API}/table-mappings/CUSTOMER/settings"
    present = client.get(address).json or {}
    assert (present["company"], present["warnings"]) == (DANMARK.name, [])
    saved = client.put(address, json={"version": present["version"], "settings": {"multi_company": True}})
    assert saved.status_code == 200, saved.json
    assert "duplicates" in (client.get(address).json or {})["warnings"][0]
    assert (client.get(f"{API}/table-mappings/CUSTOMER").json or {})["company"] == ""
    job = client.post(f"{API}/table-mappings/CUSTOMER/uncouple", json={})
    assert job.status_code == 202 and (job.json or {})["kind"] == "uncoupling"


def test_a_multi_company_mapping_takes_the_rows_of_all_and_gives_them_no_company(group: Group) -> None:
    for where in ("danmark", "norge"):
        group.set(where, only_coupled=False, multi_company=True)
    account = group.account("Shared")
    foreign = group.account("Of Norge", of="norge")
    for where in ("danmark", "norge"):
        group.run(where)
        assert set(group.coupled(where).values()) == {account, foreign}
    assert (group.company_of(account), group.company_of(foreign)) == ("", "norge")


def test_of_orders_and_opportunities_only_those_of_this_company_take_part_then(group: Group) -> None:
    group.set("danmark", "OPPORTUNITY", multi_company=True)
    told = check_settings("danmark", "OPPORTUNITY", {})
    assert "do not" in told.warnings[0] and "this connection" in told.warnings[0]
    assert get_settings("danmark", "OPPORTUNITY").settings["multi_company"]


def test_the_numbers_of_a_check_are_those_of_the_company(group: Group) -> None:
    group.account("Ours", of="danmark")
    group.account("Theirs", of="norge")
    group.account("Nobody's")
    counts = [check_settings("danmark", "CUSTOMER", {"multi_company": each}).sales_count for each in (False, True)]
    assert [each.number for each in counts if each is not None] == [2, 3]


def test_the_setup_page_has_the_switch_and_saves_it(group: Group, client: FlaskClient) -> None:
    address = "/coupling/connections/danmark/setup"
    page = client.get(address).text
    assert 'name="several_companies" value="1" checked' in page
    client.post(address, data={"do": "save", "several_companies.shown": "1"})
    assert not connections.get_connection("danmark").several_companies
    client.post(address, data={"do": "save", "several_companies.shown": "1", "several_companies": "1"})
    assert connections.get_connection("danmark").several_companies
    client.post(address, data={"do": "save", "freight_account": "5810"})
    assert connections.get_connection("danmark").several_companies, "a form that does not show it leaves it"


def test_the_mapping_page_has_the_flag_with_its_warning(group: Group, client: FlaskClient) -> None:
    address = "/coupling/connections/danmark/tables/CUSTOMER/mapping"
    assert 'name="multi_company"' in client.get(address).text
    assert 'name="multi_company"' not in client.get(address.replace("CUSTOMER", "CURRENCY")).text
    group.set("danmark", multi_company=True)
    assert "there can be duplicates" in client.get(address).text


def test_the_mapping_page_deletes_all_couplings_after_a_question(group: Group, client: FlaskClient) -> None:
    customer, account = group.customer("danmark", "Adatum"), group.account("Adatum")
    couplings.couple("danmark", "CUSTOMER", customer, account, synchronize="bc")
    address = "/coupling/connections/danmark/tables/CUSTOMER/mapping/uncouple"
    assert "1 coupling of Customers" in client.get(address).text
    answer = client.post(address)
    assert "/jobs/" in answer.headers["Location"]
    assert group.coupled("danmark") == {} and group.company_of(account) == ""
