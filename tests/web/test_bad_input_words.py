"""Each way in which people, browsers and services get into each other's way is told in English and in Danish; and
hostile records stay text wherever what goes wrong with them is told."""

from __future__ import annotations

import pytest
import responses
from flask import Flask

from flask_coupling.operations import couplings, synchronization
from simulator.instance import Simulator

from .conftest import Pages, messages_of, text_of
from .test_bad_input import SELECTED, box
from .test_forms import Two, couple
from .test_issues import form_of
from .test_mappings import filled
from .world import BASE, HOSTILE

LANGUAGES = pytest.mark.parametrize("language", ["en", "da"])


@pytest.fixture
def coupled(pages: Pages, two: Two) -> int:
    """The id of the coupling of the two records, alike."""
    return int(couple(pages, two, synchronize="bc").rpartition("/")[2])


@pytest.fixture(autouse=True)
def spoken(pages: Pages, language: str) -> None:
    """The reader has chosen the language."""
    pages.client.get(f"{BASE}/?lang={language}")


def say(language: str, english: str, danish: str) -> str:
    return danish if language == "da" else english


@LANGUAGES
def test_an_expired_form(app: Flask, pages: Pages, two: Two, coupled: int, language: str) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    told = messages_of(pages.post(f"{SELECTED}/uncouple", pick=box(two, coupled)))[0]
    assert say(language, "This form had expired, so nothing was done.", "Formularen var udløbet") in told


@LANGUAGES
def test_a_double_click(pages: Pages, two: Two, coupled: int, language: str) -> None:
    told = [messages_of(pages.post(f"{SELECTED}/uncouple", pick=box(two, coupled)))[0] for _ in range(2)]
    assert told[0] == say(language, "1 coupling was deleted.", "1 sammenkædning blev slettet.")
    assert told[1] == say(language, "0 couplings were deleted.", "0 sammenkædninger blev slettet.")


@LANGUAGES
def test_the_back_button_after_a_change(pages: Pages, two: Two, coupled: int, language: str) -> None:
    pages.post(f"{SELECTED}/uncouple", pick=box(two, coupled))
    form = {"do": "synchronize", "direction": "to_sales"}
    told = text_of(pages.post(f"/couplings/{coupled}/synchronize", status=404, **form))
    assert say(language, f"There is no coupling {coupled}.", f"Der er ingen sammenkædning {coupled}.") in told


@LANGUAGES
def test_a_record_that_vanished_meanwhile(pages: Pages, two: Two, simulator: Simulator, language: str) -> None:
    simulator.sales.delete("accounts", two[1])
    page = pages.post(f"/tables/CUSTOMER/bc/{two[0]}/couple", status=409, do="couple", partner=two[1])
    assert say(language, "Dynamics 365 Sales has no record", "Dynamics 365 Sales har ingen record") in text_of(page)


@LANGUAGES
def test_two_people_at_the_same_conflict(
    app: Flask, pages: Pages, two: Two, coupled: int, simulator: Simulator, language: str
) -> None:
    dispute(app, simulator, two, coupled)
    address, names = form_of(pages)
    for side in ("bc", "sales"):
        told = messages_of(pages.post(address, **dict.fromkeys(names, side)))[0]
    assert say(language, "There is no open conflict", "Der er ingen åben konflikt") in told


@LANGUAGES
def test_a_job_that_ended_while_its_page_was_open(app: Flask, pages: Pages, coupled: int, language: str) -> None:
    with app.app_context():
        job = synchronization.synchronize("default", "CUSTOMER", coupling_ids=[coupled], wait=True)
    told = messages_of(pages.post(f"/jobs/{job.id}/cancel"))[0]
    assert told == say(language, "The job was over already.", "Jobbet var allerede slut.")


@LANGUAGES
@pytest.mark.settings(COUPLING_RETRIES=0)
def test_a_service_that_is_down(pages: Pages, two: Two, language: str) -> None:
    with responses.RequestsMock():  # knows no address, so nothing can be reached
        page = pages.client.get(f"{BASE}/tables/CUSTOMER/bc/")
        part = pages.client.get(f"{BASE}/tables/CUSTOMER/bc/?q=a", headers={"HX-Target": "cpl-list"})
    assert page.status_code == part.status_code == 502
    for each in (page, part):
        assert say(language, "cannot be reached", "kan ikke nås") in each.text
    assert 'id="cpl-list"' in part.text, "the next search has its place"
    assert say(language, "Try again", "Prøv igen") in part.text


def dispute(app: Flask, simulator: Simulator, two: Two, coupled: int, **others: str) -> None:
    """Both sides edit the same field, and a run finds out."""
    simulator.bc.update("customers", two[0], city="Aarhus", **others)
    simulator.sales.update("accounts", two[1], address1_city="Skagen")
    with app.app_context():
        synchronization.synchronize("default", "CUSTOMER", coupling_ids=[coupled], wait=True)


@LANGUAGES
def test_a_hostile_record_in_trouble_stays_text_wherever_that_is_told(
    app: Flask, pages: Pages, two: Two, coupled: int, simulator: Simulator, language: str
) -> None:
    dispute(app, simulator, two, coupled, displayName=HOSTILE)
    failing = failed_pair(app, simulator)
    mapping = "/tables/CUSTOMER/mapping"
    trial = filled(pages.get(mapping)) | {"do": "try", "try_search": "script", "try_side": "bc"}
    job = pages.get("/jobs/").xpath("//main//tbody//a/@href")[0]
    shown = {
        "inbox": pages.get("/issues/"),
        "failed records": pages.get("/failures/"),
        "job": pages.get(job),
        "log": pages.get("/jobs/"),
        "health": pages.get("/health/"),
        "history and card": pages.get(f"/couplings/{coupled}"),
        "dialog": pages.get(f"/couplings/{coupled}/synchronize"),
        "question": pages.get(f"/couplings/{failing}/uncouple"),
        "couplings": pages.get("/tables/CUSTOMER/couplings/?state=attention"),
        "trial": pages.post(mapping, **trial),
        "message": pages.post(f"/couplings/{failing}/uncouple"),
    }
    for place, page in shown.items():
        assert page.xpath("//script[not(@src)] | //a[starts-with(@href, 'http://evil')]") == [], place
    told = {place for place, page in shown.items() if HOSTILE in text_of(page)}
    assert told == set(shown) - {"log", "health"}
    exported = pages.client.get(f"{job}/errors.csv").text
    assert "<script>" in exported and not any(each.startswith("=") for each in exported.split(","))


def failed_pair(app: Flask, simulator: Simulator) -> int:
    """The coupling of a customer with a hostile name, whose partner's town does not fit."""
    customer = str(simulator.bc.create("customers", {"displayName": HOSTILE})["id"])
    account = str(simulator.sales.create("accounts", {"name": HOSTILE, "customertypecode": 3})["accountid"])
    with app.app_context():
        made = couplings.couple("default", "CUSTOMER", customer, account, synchronize="bc").coupling
        simulator.sales.update("accounts", account, address1_city="x" * 60)
        synchronization.synchronize("default", "CUSTOMER", coupling_ids=[made.id], wait=True)
    return made.id
