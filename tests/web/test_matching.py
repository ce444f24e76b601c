"""Match-based coupling in the pages, without JavaScript: criteria, preview, unticking, coupling."""

from __future__ import annotations

from typing import Any

import pytest
from lxml import html

from simulator.instance import Simulator

from .conftest import Pages, messages_of, text_of

PAGE = "/tables/CUSTOMER/match"
BY_NAME = {"use:displayName": "1", "priority:displayName": "1", "evening:displayName": "trim"}

Worlds = dict[str, str]


@pytest.fixture
def names(simulator: Simulator, connected: object) -> Worlds:
    """Customers by name: two with a partner, one with two, one with none."""
    found = {}
    for name in ("Adatum", "Contoso", "Twice", "Alone"):
        found[name] = str(simulator.bc.create("customers", {"displayName": name})["id"])
    for name in ("ADATUM", "Contoso", "Twice", "Twice"):
        simulator.sales.create("accounts", {"name": name, "customertypecode": 3})
    return found


def fields_of(page: html.HtmlElement) -> dict[str, Any]:
    """What a browser would send of the form as it is shown."""
    sent: dict[str, Any] = {}
    for name, value in page.xpath("//main//form")[0].form_values():
        sent.setdefault(name, []).append(value)
    return sent


def coupled(pages: Pages) -> set[str]:
    shown = pages.get("/tables/CUSTOMER/couplings/")
    return {text_of(each) for each in shown.xpath("//tbody//th")}


def test_the_form_starts_with_the_criteria_in_use(pages: Pages, names: Worlds) -> None:
    page = pages.get(PAGE)
    assert page.xpath("//input[starts-with(@name, 'use:')][@checked]/@name") == ["use:displayName", "use:postalCode"]
    assert page.xpath("//input[@name='pick']") == []
    assert pages.get("/tables/CUSTOMER/bc/").xpath("//a[@href=$here]", here="/coupling/connections/default" + PAGE)


def test_a_preview_shows_each_result_and_couples_nothing(pages: Pages, names: Worlds) -> None:
    page = pages.post(PAGE, **BY_NAME, do="preview")
    rows = {text_of(each.xpath(".//th")[0]): text_of(each) for each in page.xpath("//tbody[@role]/tr")}
    assert "Match found" in rows["Adatum"] and "ADATUM" in rows["Adatum"]
    assert "Ambiguous" in rows["Twice"] and "Twice, Twice" in rows["Twice"] and "No match" in rows["Alone"]
    ticked = page.xpath("//input[@name='pick'][@checked]/@value")
    assert set(ticked) == {names["Adatum"], names["Contoso"], names["Alone"]} and coupled(pages) == set()


def test_what_is_unticked_is_left_alone_and_the_rest_is_coupled(pages: Pages, names: Worlds) -> None:
    form = fields_of(pages.post(PAGE, **BY_NAME, do="preview"))
    form["pick"].remove(names["Contoso"])
    page = pages.post(PAGE, **{**form, "do": "match"})
    assert "/jobs/" in pages.path and "The job is started." in messages_of(page)
    assert coupled(pages) == {"Adatum"}
    assert "Twice matches 2 records of Dynamics 365 Sales: Twice, Twice." in text_of(page)


def test_what_was_unticked_stays_so_when_looking_again(pages: Pages, names: Worlds) -> None:
    form = fields_of(pages.post(PAGE, **BY_NAME, do="preview"))
    form["pick"].remove(names["Contoso"])
    again = pages.post(PAGE, **{**form, "do": "preview"})
    assert names["Contoso"] not in again.xpath("//input[@name='pick'][@checked]/@value")


def test_pages_of_a_preview_keep_what_was_unticked(
    pages: Pages, names: Worlds, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("flask_coupling.web.pages.matching.PAGE_SIZE", 1)
    form = fields_of(pages.post(PAGE, **BY_NAME, do="preview"))
    assert form["pick"] == [names["Adatum"]]
    second = fields_of(pages.post(PAGE, **{**form, "pick": [], "do": "next"}))
    assert (second["pick"], second["exclude"]) == ([names["Contoso"]], [names["Adatum"]])
    pages.post(PAGE, **{**second, "do": "match"})
    assert coupled(pages) == {"Contoso"}


def test_new_partners_and_the_synchronization_can_be_asked_for(pages: Pages, names: Worlds) -> None:
    form = fields_of(pages.post(PAGE, **BY_NAME, do="preview"))
    pages.post(PAGE, **{**form, "do": "match", "create_new": "1", "synchronize": "bc"})
    assert coupled(pages) == {"Adatum", "Contoso", "Alone"}
    assert "Never synchronized" not in text_of(pages.get("/tables/CUSTOMER/couplings/").xpath("//tbody")[0])


def test_criteria_are_saved(pages: Pages, names: Worlds) -> None:
    page = pages.post(PAGE, **{**BY_NAME, "evening:displayName": "accents", "priority:displayName": "7"}, do="save")
    assert messages_of(page) == ["The criteria are saved."]
    assert page.xpath("//input[starts-with(@name, 'use:')][@checked]/@name") == ["use:displayName"]
    assert page.xpath("//input[@name='priority:displayName']/@value") == ["7"]
    assert page.xpath("//select[@name='evening:displayName']/option[@selected]/@value") == ["accents"]


def test_without_criteria_it_says_so(pages: Pages, names: Worlds) -> None:
    assert "Customers has no field to match on." in messages_of(pages.post(PAGE, do="match"))[0]


def test_a_mapping_that_only_takes_from_sales_offers_no_creating(pages: Pages, names: Worlds) -> None:
    page = pages.post("/tables/SALESPEOPLE/match", **{"use:email": "1", "evening:email": "email"}, do="preview")
    assert page.xpath("//input[@name='create_new'] | //option[@value='bc']") == []


def test_the_page_speaks_danish(pages: Pages, names: Worlds) -> None:
    page = pages.get(PAGE, headers={"Accept-Language": "da"})
    assert text_of(page.xpath("//h1")[0]) == "Sammenkædning baseret på matchning"
