"""Full synchronization, modified records of all tables, and the job log's emptying, as a person does them."""

from __future__ import annotations

from lxml import html

from flask_coupling.operations import couplings, jobs
from simulator.instance import Simulator

from .conftest import Pages, messages_of, text_of

FULL = "/full-synchronization/"


def line_of(page: html.HtmlElement, table: str) -> html.HtmlElement:
    """The row of a table in the review."""
    (row,) = page.xpath(f'//table[contains(@class, "cpl-full")]//tr[.//a[text()="{table}"]]')
    return row


def choices(page: html.HtmlElement) -> dict[str, str]:
    """What the form would send as it stands."""
    return {each.name: each.value for each in page.xpath('//select[starts-with(@name, "line:")]')}


def test_a_review_counts_and_writes_nothing(pages: Pages, two: tuple[str, str], simulator: Simulator) -> None:
    before = len(simulator.bc.changes()) + len(simulator.sales.changes())
    assert "not counted yet" in text_of(line_of(pages.get(FULL), "Customers"))
    page = pages.post("/full-synchronization/review")
    assert messages_of(page) == ["All tables were counted."]
    assert "Couple records first" in text_of(line_of(page, "Customers"))
    assert "Nothing to do" in text_of(line_of(page, "Vendors"))
    assert len(simulator.bc.changes()) + len(simulator.sales.changes()) == before


def test_what_was_chosen_is_done_and_the_question_follows(pages: Pages, two: tuple[str, str]) -> None:
    pages.post("/full-synchronization/review")
    asked = choices(pages.get(FULL))
    page = pages.post(FULL, **asked, source="bc")
    assert messages_of(page) == ["The full synchronization is started."]
    assert "Finished" in text_of(line_of(page, "Customers"))
    with pages.client.application.app_context():
        assert couplings.list_couplings("default", "CUSTOMER").rows[0].bc_id == two[0]
    assert "May jobs create new records from now on?" in text_of(page)
    page = pages.post("/full-synchronization/allow-creation", mapping="CUSTOMER")
    assert messages_of(page) == ["Jobs of 1 table create new records from now on."]
    assert not page.xpath('//input[@name="mapping" and @value="CUSTOMER"]')


def test_without_a_choice_nothing_is_started(pages: Pages, two: tuple[str, str]) -> None:
    asked = dict.fromkeys(choices(pages.get(FULL)), "none")
    assert "no table mapping is chosen" in messages_of(pages.post(FULL, **asked))[0]
    with pages.client.application.app_context():
        assert jobs.list_jobs("default").rows == ()


def test_a_table_without_the_one_it_needs_is_refused_in_words(pages: Pages, two: tuple[str, str]) -> None:
    page = pages.post(FULL, 409, **{"line:CONTACT": "full", "line:CUSTOMER": "none"})
    (notice,) = messages_of(page)
    assert "Contacts refers to records of Customers" in notice and "Choose Customers too" in notice
    assert (choices(page)["line:CONTACT"], choices(page)["line:CUSTOMER"]) == ("full", "none"), "what was chosen stays"
    page = pages.post(FULL, **{"line:CONTACT": "full"}, couple_dependencies="1")
    assert messages_of(page) == ["The full synchronization is started."]


def test_a_job_of_several_tables_shows_them_and_a_part_leads_back(pages: Pages, two: tuple[str, str]) -> None:
    page = pages.post("/synchronize")
    assert "Modified records: All tables" in text_of(page) and "Customers" in text_of(page.get_element_by_id("cpl-job"))
    (part, *_) = page.xpath('//section[@aria-labelledby="cpl-parts"]//tbody//a/@href')
    assert pages.path in pages.get(part).xpath('//p[@class="cpl-trail"]/a/@href')


def test_the_log_is_emptied_after_a_question(pages: Pages, two: tuple[str, str]) -> None:
    pages.post("/synchronize")
    assert "older than a number of days" in text_of(pages.get("/jobs/delete"))
    assert messages_of(pages.post("/jobs/delete", what="old", days="7")) == ["0 jobs were deleted."]
    (notice,) = messages_of(pages.post("/jobs/delete", what="all"))
    assert notice.endswith("jobs were deleted.") and "No jobs found" in text_of(pages.get("/jobs/"))


def test_a_contact_is_created_with_what_it_refers_to(pages: Pages, two: tuple[str, str], simulator: Simulator) -> None:
    company = simulator.bc.find("contacts", displayName="Adatum", type="Company")
    assert company is not None
    row = {"displayName": "Anna Holm", "type": "Person", "companyNumber": company["number"]}
    contact = simulator.bc.create("contacts", row)["id"]
    address = f"/tables/CONTACT/bc/{contact}/create"
    assert "Couple dependencies too" in text_of(pages.get(address))
    assert "no partner" in messages_of(pages.post(address))[0]
    assert (
        "was created in Dynamics 365 Sales and coupled" in messages_of(pages.post(address, couple_dependencies="1"))[0]
    )


def test_a_table_is_synchronized_as_a_whole_in_three_ways(pages: Pages, two: tuple[str, str]) -> None:
    pages.post("/tables/CURRENCY/match", do="match", **{"use:code": "1", "priority:code": "0", "evening:code": "trim"})
    form = pages.get("/tables/CURRENCY/selected/synchronize?all=1")
    assert form.xpath('//input[@name="extent"]/@value') == ["modified", "full", "unconditional"]
    pages.post("/tables/CURRENCY/selected/synchronize", all="1", do="synchronize", extent="unconditional")
    with pages.client.application.app_context():
        job = jobs.list_jobs("default", "CURRENCY").rows[0]
        assert job.state == "finished" and job.counters["unchanged"] > 0
