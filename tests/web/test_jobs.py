"""A job's page: its progress while it runs, and what can be done to it."""

from __future__ import annotations

from datetime import datetime

import pytest
from flask import Flask
from lxml import html

from flask_coupling.jobs.inline import InlineEngine
from simulator.instance import Simulator

from .conftest import Pages, messages_of, text_of
from .test_forms import Two, couple


class Waiting(InlineEngine):
    """An engine that takes jobs and lets them wait, so that a test can look at one that runs."""

    def deliver(self, job_id: str, eta: datetime | None = None) -> None:
        """The job waits."""


@pytest.fixture
def waiting(app: Flask, pages: Pages, two: Two) -> str:
    """The address of a job that has not begun."""
    couple(pages, two)
    app.extensions["coupling"].engine = Waiting()
    pages.post("/tables/CUSTOMER/selected/synchronize", all="1", direction="bidirectional")
    return pages.path


def test_a_running_job_asks_again_and_without_script_reloads(pages: Pages, waiting: str) -> None:
    page = pages.get(waiting)
    assert page.get_element_by_id("cpl-job").get("hx-trigger") == "every 1s"
    assert page.xpath("//noscript/meta/@content") == ["3"]
    part = pages.client.get(waiting, headers={"HX-Target": "cpl-job"}).text
    assert "<html" not in part
    assert "every 1s" in part


def test_a_job_that_ended_while_its_page_was_open_stops_asking(pages: Pages, waiting: str) -> None:
    assert messages_of(pages.post(f"{waiting}/cancel")) == ["The job stops as soon as it can."]
    part = html.fromstring(pages.client.get(waiting, headers={"HX-Target": "cpl-job"}).text)
    assert part.get("hx-trigger") is None
    assert "Canceled" in text_of(part)
    assert pages.get(waiting).xpath("//noscript/meta") == []


def test_a_second_run_of_the_table_is_refused_while_the_first_waits(pages: Pages, waiting: str) -> None:
    page = pages.post("/tables/CUSTOMER/selected/synchronize", all="1", direction="bidirectional")
    assert "is being synchronized already" in messages_of(page)[0]


def test_a_job_is_paused_and_resumed(pages: Pages, waiting: str) -> None:
    assert messages_of(pages.post(f"{waiting}/pause"))[0] == "The job pauses as soon as it can."
    assert "Resume" in text_of(pages.get(waiting))
    pages.post(f"{waiting}/resume")
    assert "Resume" not in text_of(pages.get(waiting))


@pytest.mark.settings(COUPLING_BRAKE_SHARE=0.1, COUPLING_BRAKE_MINIMUM=1)
def test_a_run_that_would_change_too_much_is_started_again_by_a_person(
    pages: Pages, two: Two, simulator: Simulator
) -> None:
    for name in ("Fabrikam", "Contoso"):
        customer = str(simulator.bc.create("customers", {"displayName": name})["id"])
        pages.post(f"/tables/CUSTOMER/bc/{customer}/create")
    couple(pages, two, synchronize="bc")
    for row in simulator.bc.list("customers"):
        simulator.bc.update("customers", str(row["id"]), city="Aarhus")
    page = pages.post("/tables/CUSTOMER/selected/synchronize", all="1", direction="bidirectional")
    assert "would change or delete 3 of 3" in text_of(page)
    (form,) = page.xpath("//form[input[@name='confirm']]")
    fields = {each.get("name"): each.get("value") for each in form.xpath("input")}
    page = pages.post(form.get("action"), **fields)
    assert [text_of(each) for each in page.xpath("//div[dt='Modified']/dd")] == ["3"]


def failed_line(pages: Pages, two: Two, simulator: Simulator) -> str:
    """The address of a job with one record that failed."""
    card = couple(pages, two, synchronize="bc")
    simulator.sales.update("accounts", two[1], address1_city="x" * 60)  # longer than Business Central's field
    pages.post(f"{card}/synchronize", do="synchronize", direction="bidirectional")
    return str(pages.get("/jobs/").xpath("//main//tbody//a/@href")[0])


def act_on_line(pages: Pages, job: str, **fields: str) -> html.HtmlElement:
    """Tick the only line that waits, and press a button."""
    (form,) = pages.get(job).xpath("//form[@id='cpl-waiting']")
    (pick,) = form.xpath(".//input[@name='pick']/@value")
    (back,) = form.xpath("./input[@name='next']/@value")
    return pages.post(form.get("action"), pick=pick, next=back, **fields)


def test_a_failed_line_of_a_job_is_tried_again_by_a_new_run(pages: Pages, two: Two, simulator: Simulator) -> None:
    job = failed_line(pages, two, simulator)
    simulator.sales.update("accounts", two[1], address1_city="Ry")
    page = act_on_line(pages, job, do="selected")
    assert messages_of(page)[0] == "1 record is tried again."
    assert pages.path != job and "Finished" in text_of(page)
    assert simulator.bc.get("customers", two[0])["city"] == "Ry"  # type: ignore[index]
    assert not pages.get(job).xpath("//input[@name='pick']"), "what healed is not offered any more"


def test_the_coupling_of_a_failed_line_is_removed(pages: Pages, two: Two, simulator: Simulator) -> None:
    job = failed_line(pages, two, simulator)
    assert messages_of(act_on_line(pages, job, do="uncouple"))[0] == "1 coupling was deleted."
    assert pages.path == job
    assert simulator.bc.count("customers") == simulator.sales.count("accounts") == 1


@pytest.mark.parametrize(("choice", "left"), [("restore_record", 1), ("delete_record", 0)])
def test_the_lost_partner_of_a_failed_line_is_restored_or_followed(
    pages: Pages, two: Two, simulator: Simulator, choice: str, left: int
) -> None:
    job = failed_line(pages, two, simulator)
    simulator.sales.delete("accounts", two[1])
    if choice == "delete_record":
        assert "Nothing was done." in messages_of(act_on_line(pages, job, do=choice))[0]
    act_on_line(pages, job, do=choice, sure="yes")
    assert (simulator.bc.count("customers"), simulator.sales.count("accounts")) == (left, left)


def test_a_job_tells_each_record_it_wrote_with_the_values_and_one_of_them_is_undone_there(
    pages: Pages, two: Two, simulator: Simulator
) -> None:
    couple(pages, two, synchronize="bc")
    simulator.bc.update("customers", two[0], city="Aarhus")
    pages.post("/tables/CUSTOMER/selected/synchronize", all="1", direction="bidirectional")
    job = pages.path
    (address,) = pages.get(job).xpath("//a[contains(., 'record by record')]/@href")
    page = pages.get(address)
    (entry,) = page.xpath("//section[@aria-labelledby='cpl-history']//li")
    assert "City" in text_of(entry) and "Aarhus" in text_of(entry)
    (record,) = entry.xpath(".//h3/a")
    assert text_of(record) and record.get("href").endswith(f"/tables/CUSTOMER/bc/{two[0]}")
    (undo,) = entry.xpath(".//form/@action")
    pages.post(undo, next=address)
    assert not simulator.sales.get("accounts", two[1]).get("address1_city")  # type: ignore[union-attr]
    assert "Undone" in text_of(pages.get(address))


def test_a_job_that_wrote_nothing_says_so(pages: Pages, waiting: str) -> None:
    assert pages.get(waiting).xpath("//a[contains(., 'record by record')]") == []
    assert "It wrote nothing." in text_of(pages.get(f"{waiting}/history"))


DRIFT = {
    "en": (
        "a person has to decide",
        "would be overwritten in Dynamics 365 Sales",
        "it flows only to Dynamics 365 Sales",
    ),
    "da": (
        "en person skal afgøre det",
        "ville blive overskrevet i Dynamics 365 Sales",
        "det går kun til Dynamics 365 Sales",
    ),
}


@pytest.mark.parametrize("language", list(DRIFT))
def test_a_report_of_what_differs_says_what_a_synchronization_would_make_of_it(
    pages: Pages, two: Two, simulator: Simulator, language: str
) -> None:
    couple(pages, two, synchronize="bc")
    simulator.bc.update("customers", two[0], city="Aarhus", phoneNumber="1")
    simulator.sales.update("accounts", two[1], telephone1="2", creditlimit=7)
    before = simulator.sales.get("accounts", two[1])
    assert "Only report what differs" in text_of(pages.get("/tables/CUSTOMER/selected/synchronize?all=1"))
    pages.post("/tables/CUSTOMER/selected/synchronize", all="1", do="compare")
    answer = pages.client.get(pages.path, headers={"Accept-Language": language})
    page = html.fromstring(answer.text)
    counts = {
        text_of(each.find("dt")): text_of(each.find("dd"))
        for each in page.xpath("//dl[contains(@class, 'cpl-facts')]/div")
    }
    (row,) = page.xpath("//ul[@class='cpl-errors']/li")
    assert ("Phone No" if language == "en" else "Telefonnr") in text_of(row)
    for words in DRIFT[language]:
        assert words in text_of(row)
        assert [count for told, count in counts.items() if words in told] == ["1"]
    assert simulator.sales.get("accounts", two[1]) == before
