"""Every page, as it is read: present in both languages, safe, and offering only what may be done."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import responses
from flask import Flask
from lxml import html

from flask_coupling.web.security import CONTENT_SECURITY_POLICY
from simulator.instance import Simulator

from .conftest import Pages, text_of
from .screenshots import PAGES
from .screenshots import pages as addresses_of
from .world import BASE, HOSTILE, World, connect, host

HEADINGS = {"en": "Set Up Coupling", "da": "Konfigurer sammenkædning"}


def read(world: World, name: str, language: str = "en") -> html.HtmlElement:
    """A page of the furnished world."""
    client = world.app.test_client()
    answer = client.get(addresses_of(world)[name], headers={"Accept-Language": language})
    assert answer.status_code == (404 if name == "missing" else 200), answer.text
    return html.fromstring(answer.text)


@pytest.mark.parametrize("language", ["en", "da"])
@pytest.mark.parametrize("name", sorted(PAGES))
def test_every_page_answers_in_both_languages_with_one_heading_and_landmarks(
    world: World, name: str, language: str
) -> None:
    page = read(world, name, language)
    assert page.get("lang") == language
    assert len(page.xpath("//h1")) == len(page.xpath("//main")) == 1
    assert page.xpath("//title/text()")[0].strip()
    assert page.xpath("//a[@class='cpl-skip']/@href") == ["#" + page.xpath("//main/@id")[0]]


@pytest.mark.parametrize("name", sorted(PAGES))
def test_no_page_needs_inline_script_or_style_or_another_host(world: World, name: str) -> None:
    page = read(world, name)
    assert page.xpath("//style | //*[@style] | //script[not(@src)]") == []
    assert [each for each in page.iter() if any(key.startswith("on") for key in each.attrib)] == []
    loaded = [*page.xpath("//script/@src"), *page.xpath("//link/@href"), *page.xpath("//img/@src")]
    assert [each for each in loaded if not each.startswith("/coupling/static/")] == []


@pytest.mark.parametrize("name", sorted(PAGES))
def test_every_control_has_a_name_and_ids_are_unique(world: World, name: str) -> None:
    page = read(world, name)
    ids = page.xpath("//@id")
    assert len(ids) == len(set(ids))
    for field in page.xpath("//input[not(@type='hidden')] | //select"):
        labelled = (
            field.get("aria-label")
            or field.xpath("ancestor::label")
            or page.xpath(f"//label[@for='{field.get('id')}']")
        )
        assert labelled, html.tostring(field)


@pytest.mark.parametrize("name", ["customers-bc", "card-hostile", "couplings", "couple", "synchronize-selected"])
def test_a_hostile_name_stays_text(world: World, name: str) -> None:
    page = read(world, name)
    assert "alert(" not in "".join(page.xpath("//script/text()"))
    shown = text_of(page) if name != "couple" else HOSTILE
    assert HOSTILE in shown


def test_pages_carry_headers_that_forbid_what_they_do_not_need(world: World) -> None:
    answer = world.app.test_client().get(f"{BASE}/")
    assert answer.headers["Content-Security-Policy"] == CONTENT_SECURITY_POLICY
    assert "unsafe" not in CONTENT_SECURITY_POLICY
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert answer.headers["Cache-Control"] == "no-store"


def test_the_card_shows_both_sides_with_what_moved_and_what_it_was(world: World) -> None:
    page = read(world, "card-moved")
    (phone,) = page.xpath("//tr[contains(@class, 'cpl-is-bc_moved')][th[text()='Phone No.']]")
    told = text_of(phone)
    assert "+45 86 11 22 33" in told
    assert "was: " in told
    assert "Changed in Business Central" in told


def test_the_card_of_a_conflict_names_the_field_as_people_do(world: World) -> None:
    assert "Changed on both sides: Phone No." in text_of(read(world, "card-conflict"))
    assert "Ændret på begge sider: Telefonnr." in text_of(read(world, "card-conflict", "da"))


def test_the_card_of_a_pair_with_one_record_gone_says_which(world: World) -> None:
    told = text_of(read(world, "card-gone"))
    assert "The record is gone in Dynamics 365 Sales" in told
    assert "Open in Sales" not in told


def test_a_reference_is_shown_by_name_not_by_id(world: World) -> None:
    row = read(world, "card-alike").xpath("//tr[th[text()='Currency']]")[0]
    assert "DKK" in text_of(row)
    assert "-0000-" not in text_of(row)


def test_numbers_and_times_are_written_as_the_language_does(world: World) -> None:
    assert "125,000" in text_of(read(world, "card-moved"))
    assert "125.000" in text_of(read(world, "card-moved", "da"))


def test_stored_errors_are_told_in_the_readers_language(world: World) -> None:
    assert "was deleted in Dynamics 365 Sales" in text_of(read(world, "job"))
    assert "blev slettet i Dynamics 365 Sales" in text_of(read(world, "job", "da"))


def test_a_list_shows_coupled_state_and_offers_the_filter(world: World) -> None:
    page = read(world, "customers-bc", "da")
    told = text_of(page)
    assert "Synkroniseret" in told
    assert "Ikke sammenkædet" in told
    offered = [each.get("value") for each in page.xpath("//select[@name='state']/option")]
    assert offered == ["", "coupled", "uncoupled", "conflict", "failed", "skipped", "paused"]


def test_a_list_page_leads_to_the_next_and_search_narrows_it(world: World) -> None:
    client = world.app.test_client()
    found = html.fromstring(client.get(f"{BASE}/tables/CUSTOMER/bc/?q=adatum").text)
    assert len(found.xpath("//tbody/tr")) == 1
    part = client.get(f"{BASE}/tables/CUSTOMER/bc/?q=adatum", headers={"HX-Target": "cpl-list"})
    assert "<html" not in part.text
    assert "HX-Target" in part.headers["Vary"]


def test_keyset_paging_reaches_every_record_once(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("flask_coupling.web.pages.lists.PAGE_SIZE", 7)
    client, address, seen = world.app.test_client(), f"{BASE}/tables/CUSTOMER/bc/", []
    while address:
        page = html.fromstring(client.get(address).text)
        seen += page.xpath("//tbody//input[@name='pick']/@value")
        address = next(iter(page.xpath("//nav[@aria-label='Pages']/button[contains(., 'Next page')]/@value")), "")
    whole = len(seen)
    assert whole == len(set(seen)) > 14


# --- what is offered --------------------------------------------------------------------------------------------


@pytest.fixture
def only(simulator: Simulator, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Flask, set[str]]]:
    """A connected host that permits what is in the set."""
    permitted = {"view", "couple", "synchronize", "administer"}
    with host(
        tmp_path_factory.mktemp("only"),
        WTF_CSRF_ENABLED=False,
        COUPLING_PERMISSION=lambda action, resource: str(action) in permitted,
    ) as app:
        connect(app, simulator)
        simulator.bc.create("customers", {"displayName": "Adatum"})
        yield app, permitted


def test_who_may_only_look_is_offered_nothing_else(only: tuple[Flask, set[str]]) -> None:
    app, permitted = only
    permitted -= {"couple", "synchronize", "administer"}
    pages = Pages(app.test_client())
    listed = pages.get("/tables/CUSTOMER/bc/")
    assert "Synchronize Now" not in text_of(listed)
    assert "Delete Coupling" not in text_of(listed)
    assert "Connection Setup" not in text_of(listed)
    card = pages.get(listed.xpath("//tbody//th/a/@href")[0])
    assert "Set Up Coupling" not in text_of(card)


@pytest.mark.parametrize("path", ["/", "/setup", "/tables/CUSTOMER/bc/", "/jobs/"])
def test_who_may_nothing_gets_a_page_that_says_so(only: tuple[Flask, set[str]], path: str) -> None:
    app, permitted = only
    permitted.clear()
    assert "You are not allowed to" in text_of(Pages(app.test_client()).get(path, 403))


def test_a_form_of_someone_without_the_permission_changes_nothing(only: tuple[Flask, set[str]]) -> None:
    app, permitted = only
    pages = Pages(app.test_client())
    record = pages.get("/tables/CUSTOMER/bc/").xpath("//tbody//th/a/@href")[0]
    permitted.discard("couple")
    answer = app.test_client().post(f"{record}/create", follow_redirects=True)
    assert "You are not allowed to change couplings." in text_of(html.fromstring(answer.text))
    assert "Not coupled" in text_of(pages.get(record))


def test_while_no_connection_is_enabled_no_coupling_action_is_offered(pages: Pages) -> None:
    told = text_of(pages.get("/coupling/"))
    assert "Set up the connection" in told
    for word in ("Set Up Coupling", "Synchronize Now", "Delete Coupling"):
        assert word not in told
    assert "There is no connection named default." in text_of(pages.get("/tables/CUSTOMER/bc/", 404))


def test_an_unknown_address_of_ours_is_a_page_not_a_crash(pages: Pages, connected: object) -> None:
    assert "There is no table mapping named NOPE." in text_of(pages.get("/tables/NOPE/bc/", 404))
    assert "There is no coupling 7." in text_of(pages.get("/couplings/7", 404))
    assert "There is no synchronization job x." in text_of(pages.get("/jobs/x", 404))
    assert pages.get("/tables/CUSTOMER/bc/?cursor=garbage", 422) is not None
    assert pages.get("/jobs/?state=garbage", 422) is not None


@pytest.mark.settings(COUPLING_RETRIES=0)
def test_a_service_that_is_down_is_told_with_a_way_on(pages: Pages, connected: object) -> None:
    with responses.RequestsMock():  # knows no address, so nothing can be reached
        page = pages.get("/tables/CUSTOMER/bc/", 502)
    assert "cannot be reached" in text_of(page)
    assert "Try again" in text_of(page)
