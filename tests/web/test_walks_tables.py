"""All tables at once in a real browser, with and without JavaScript, in both languages: review, start, schedules."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from flask_coupling.operations import couplings, schedules
from simulator.inprocess import mount

from .browser import barriers, is_trouble, serve
from .catalog import read_danish
from .world import BASE, connect, host

if TYPE_CHECKING:
    from flask import Flask
    from playwright.sync_api import Browser, Page

DANISH = read_danish()


class Visit:
    """A page on a host that is connected to two seeded worlds, and the words of its language."""

    def __init__(self, page: Page, app: Flask, address: str, language: str) -> None:
        self.page, self.app, self.address, self.language = page, app, address, language

    def say(self, message: str) -> str:
        """A message of the pages in the visitor's language."""
        found = DANISH.get(message) if self.language == "da" else None
        return str(found.string) if found is not None else message

    def press(self, message: str) -> None:
        """Press the button or link of that name, in the open dialog when there is one."""
        place = self.page.locator("dialog[open], #cpl-content:not(:has(~ dialog[open]))").first
        name = self.say(message)
        place.get_by_role("button", name=name, exact=True).or_(
            place.get_by_role("link", name=name, exact=True)
        ).first.click()

    def told(self) -> str:
        """The message at the top of the page."""
        return self.page.locator("#cpl-messages .cpl-notice").first.inner_text()


@pytest.fixture(params=[(True, "en"), (True, "da"), (False, "en"), (False, "da")], ids=["js-en", "js-da", "en", "da"])
def visit(
    browser: Browser, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Iterator[Visit]:
    has_script, language = request.param
    with mount(customers=10) as simulator, host(tmp_path_factory.mktemp("tables")) as app, serve(app) as address:
        connect(app, simulator)
        context = browser.new_context(locale=language, java_script_enabled=has_script)
        page, troubles = context.new_page(), []
        page.on("console", lambda told: troubles.append(told.text) if is_trouble(told) else None)
        page.on("pageerror", lambda error: troubles.append(str(error)))
        page.on("request", lambda asked: None if asked.url.startswith(address) else troubles.append(asked.url))
        yield Visit(page, app, address, language)
        context.close()
    assert troubles == []


def test_a_full_synchronization_is_reviewed_started_and_answered(visit: Visit) -> None:
    page = visit.page
    page.goto(f"{visit.address}{BASE}/full-synchronization/")
    visit.press("Count what would be done")
    page.get_by_role("button", name=visit.say("Count again")).wait_for()
    assert visit.say("All tables were counted.") in visit.told()
    page.locator("select[name='line:PLLINE-PRODPRICE']").select_option("none")
    page.locator("summary", has_text=visit.say("Start the full synchronization…")).click()
    visit.press("Yes, start")
    page.locator("#cpl-allow").wait_for()
    assert visit.say("The full synchronization is started.") in visit.told()
    assert page.locator("a[href*='/jobs/'] .cpl-tone-good").count() > 5
    with visit.app.app_context():
        assert couplings.list_couplings("default", "CUSTOMER").rows
        assert not couplings.list_couplings("default", "PLLINE-PRODPRICE").rows
    for scheme in ("light", "dark") if page.locator("html.cpl-js").count() else ():
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        assert barriers(page) == []
    visit.press("Let them create new records")
    page.locator("#cpl-allow").wait_for(state="detached")


def test_a_schedule_is_set_and_put_on_hold(visit: Visit) -> None:
    page = visit.page
    page.goto(f"{visit.address}{BASE}/schedules/")
    page.get_by_role("link", name=visit.say("Customers"), exact=True).last.click()
    page.get_by_label(visit.say("Minutes between runs")).fill("15")
    page.get_by_label(visit.say("Synchronize this table by itself")).check()
    visit.press("OK")
    page.locator("#cpl-messages .cpl-notice").wait_for()
    row = page.locator("tbody tr", has_text=visit.say("Customers"))
    assert "15" in row.inner_text()
    with visit.app.app_context():
        found = {each.mapping: each for each in schedules.list_schedules("default")}
        assert (found["CUSTOMER"].enabled, found["CUSTOMER"].minutes) == (True, 15)
    row.get_by_role("button").click()
    page.locator("#cpl-messages .cpl-notice").wait_for()
    with visit.app.app_context():
        assert not any(each.enabled for each in schedules.list_schedules("default"))
