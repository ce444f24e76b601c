"""The administrator's procedure: set the connection up, test it, enable it, disable it, delete it."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from simulator.instance import Simulator
from tests.conftest import connection_values

from .conftest import Pages, messages_of, text_of


def test_a_new_host_leads_to_the_set_up(pages: Pages, simulator: Simulator) -> None:
    start = pages.get("/coupling/")
    (address,) = start.xpath("//main//a[contains(., 'Set up the connection')]/@href")
    assert pages.get(address).xpath("//input[@name='tenant']")


def test_saving_keeps_the_values_and_never_shows_the_secret(pages: Pages, simulator: Simulator) -> None:
    values = connection_values(simulator)
    page = pages.post("/setup", do="save", **values)
    assert messages_of(page) == ["The connection was saved."]
    assert page.xpath("//input[@name='company']/@value") == [values["company"]]
    assert values["client_secret"] not in pages.client.get("/coupling/connections/default/setup").text
    assert "One is stored since" in text_of(page)


def test_a_wrong_secret_is_told_per_service_in_words_to_act_on(pages: Pages, simulator: Simulator) -> None:
    page = pages.post("/setup", do="test", **{**connection_values(simulator), "client_secret": "wrong"})
    told = text_of(page.get_element_by_id("cpl-report"))
    assert told.count("rejected the credentials") == 2
    assert "enter the client secret again" in told
    assert "There is no connection" in text_of(pages.get("/jobs/", 404))  # testing stored nothing


def test_a_test_that_succeeds_names_what_was_found(pages: Pages, simulator: Simulator) -> None:
    page = pages.post("/setup", do="test", **connection_values(simulator))
    told = text_of(page.get_element_by_id("cpl-report"))
    assert told.count("The connection works.") == 2
    assert "CRONUS Danmark A/S" in told
    assert page.xpath("//input[@name='tenant']/@value") == [simulator.config.tenant]  # what was typed is still there


def test_an_unknown_company_is_refused_with_those_there_are(pages: Pages, simulator: Simulator) -> None:
    page = pages.post("/setup", status=409, do="enable", **{**connection_values(simulator), "company": "Fabrikam"})
    assert "has no company Fabrikam. It has: CRONUS Danmark A/S" in text_of(page)


def test_enabling_offers_the_actions_and_disabling_takes_them_back(pages: Pages, simulator: Simulator) -> None:
    simulator.bc.create("customers", {"displayName": "Adatum"})
    page = pages.post("/setup", do="enable", **connection_values(simulator))
    assert "The connection is enabled." in messages_of(page)[0]
    card = pages.get("/tables/CUSTOMER/bc/").xpath("//tbody//th/a/@href")[0]
    assert "Set Up Coupling" in text_of(pages.get(card))
    pages.post("/setup", do="disable")
    assert "The connection default is not enabled" in text_of(pages.get(card, 409))
    assert "Set Up Coupling" not in text_of(pages.get("/"))


def test_a_wrong_address_is_shown_at_its_field_with_what_was_typed(pages: Pages, simulator: Simulator) -> None:
    page = pages.post("/setup", status=422, do="save", **{**connection_values(simulator), "sales_url": "ftp://x"})
    assert "The address ftp://x is not allowed" in text_of(page)
    assert page.xpath("//input[@name='sales_url']/@value") == ["ftp://x"]


def test_deleting_asks_first_and_then_forgets_the_connection(pages: Pages, connected: object) -> None:
    asked = pages.get("/delete")
    assert "Delete the connection default?" in text_of(asked)
    assert "The connection default was deleted." in messages_of(pages.post("/delete"))[0]
    assert "There is no connection named default." in text_of(pages.get("/jobs/", 404))


def test_a_further_connection_gets_a_name_and_then_its_own_form(pages: Pages, connected: object) -> None:
    pages.post("/coupling/connections/group/setup", do="save", company="CRONUS International")
    listed = pages.get("/coupling/")
    assert [text_of(each) for each in listed.xpath("//main//h2")] == ["default", "group"]


def test_an_expired_form_keeps_what_was_typed_and_saves_nothing(app: Flask, pages: Pages, simulator: Simulator) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    page = pages.post("/setup", status=400, do="save", csrf_token="old", **connection_values(simulator))
    assert "This form had expired, so nothing was done." in messages_of(page)[0]
    assert page.xpath("//input[@name='company']/@value") == ["CRONUS Danmark A/S"]
    assert "Set up the connection" in text_of(pages.get("/coupling/"))


def test_the_steps_of_the_set_up_say_what_is_left_to_do(pages: Pages, simulator: Simulator) -> None:
    (first, *others) = pages.get("/setup").xpath("//ol[@class='cpl-steps']/li")
    assert not any("cpl-done" in (each.get("class") or "") for each in (first, *others)) and len(others) == 2
    pages.post("/setup", do="save", tenant=simulator.config.tenant)
    missing = text_of(pages.get("/setup").xpath("//ol[@class='cpl-steps']/li")[0])
    assert "Missing:" in missing and "Client ID" in missing and "Tenant" not in missing
    pages.post("/setup", do="enable", **connection_values(simulator))
    told = pages.get("/setup").xpath("//ol[@class='cpl-steps']/li")
    assert ["cpl-done" in (each.get("class") or "") for each in told] == [True, True, True, False, False, False]


def test_the_day_a_secret_ends_is_kept_and_shown(pages: Pages, simulator: Simulator) -> None:
    page = pages.post("/setup", do="save", secret_expires_on="2027-12-31", **connection_values(simulator))
    assert page.xpath("//input[@name='secret_expires_on']/@value") == ["2027-12-31"]
    page = pages.post("/setup", status=422, do="save", secret_expires_on="someday")
    assert "year, month and day" in text_of(page)
    page = pages.post("/setup?lang=da", status=422, do="save", secret_expires_on="someday")
    assert messages_of(page)[0].startswith("Forespørgslen er ikke gyldig: Hemmeligheden udløber: en dag skrives som år")
    assert not page.xpath("//main//*[contains(., 'year, month')]")


@pytest.mark.settings(COUPLING_PUBLIC_URL="https://host.example")
def test_webhooks_are_subscribed_to_renewed_and_ended_on_their_page(
    pages: Pages, simulator: Simulator, connected: object
) -> None:
    def send(url: str, headers: Any, body: bytes) -> tuple[int, bytes]:
        answer = pages.client.post(url.removeprefix("https://host.example"), headers=dict(headers), data=body)
        return answer.status_code, answer.data

    simulator.notifier.send = send  # type: ignore[method-assign, assignment]
    assert "Nobody tells of changes yet" in text_of(pages.get("/webhooks/"))
    told = messages_of(pages.post("/webhooks/", do="subscribe"))[0]
    assert told.startswith("Business Central tells of changes in ")
    rows = [text_of(each) for each in pages.get("/webhooks/").xpath("//tbody/tr")]
    assert any("Customers" in each and "Active" in each for each in rows)
    assert "0 subscriptions were renewed." in messages_of(pages.post("/webhooks/", do="renew"))[0]
    pages.post("/webhooks/", do="end")
    assert not pages.get("/webhooks/").xpath("//tbody/tr")


@pytest.mark.settings(COUPLING_PUBLIC_URL="https://host.example")
def test_the_key_for_sales_is_shown_once(pages: Pages, connected: object) -> None:
    page = pages.post("/webhooks/", do="key")
    key = page.xpath("//dt[.='Key']/following-sibling::dd/code/text()")[0]
    assert len(key) >= 43
    assert key not in pages.client.get("/coupling/connections/default/webhooks/").text


def test_without_a_public_address_the_page_says_what_to_configure(pages: Pages, connected: object) -> None:
    page = pages.get("/webhooks/")
    assert "COUPLING_PUBLIC_URL" in text_of(page)
    assert not page.xpath("//button[@name='do']")
