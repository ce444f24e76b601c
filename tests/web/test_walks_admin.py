"""An administrator at a real browser, with and without JavaScript, in both languages: from nothing to a watched run."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
from flask import Flask

from simulator.inprocess import mount
from simulator.instance import Simulator
from tests.conftest import connection_values

from .browser import serve
from .test_jobs import Waiting
from .world import BASE, furnish, host

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

WORDS = {
    "en": {
        "set up": "Set up the connection",
        "tenant": "Tenant",
        "client_id": "Client ID",
        "client_secret": "Client secret",
        "environment": "Environment",
        "company": "Company",
        "sales_url": "Environment URL",
        "bc_url": "Business Central API",
        "token_url": "Token service",
        "expires": "The secret expires on",
        "expired": "The client secret expired on 1/31/01.",
        "test": "Test Connection",
        "works": "The connection works.",
        "rejected": "rejected the credentials",
        "enable": "Save and enable",
        "enabled": "The connection is enabled.",
        "health": "Health",
        "worth": "Worth a look",
        "now": "Synchronize Now",
        "ok": "OK",
        "pause": "Pause",
        "resume": "Resume",
        "cancel": "Cancel the job",
        "canceled": "Canceled",
    },
    "da": {
        "set up": "Konfigurer forbindelsen",
        "tenant": "Lejer",
        "client_id": "Klient-id",
        "client_secret": "Klienthemmelighed",
        "environment": "Miljø",
        "company": "Virksomhed",
        "sales_url": "Miljøets URL-adresse",
        "bc_url": "Business Central-API",
        "token_url": "Tokentjeneste",
        "expires": "Hemmeligheden udløber",
        "expired": "Klienthemmeligheden udløb 31.01.2001.",
        "test": "Test forbindelse",
        "works": "Forbindelsen virker.",
        "rejected": "afviste legitimationsoplysningerne",
        "enable": "Gem og aktivér",
        "enabled": "Forbindelsen er aktiveret.",
        "health": "Tilstand",
        "worth": "Værd at se på",
        "now": "Synkroniser nu",
        "ok": "OK",
        "pause": "Sæt på pause",
        "resume": "Genoptag",
        "cancel": "Annuller jobbet",
        "canceled": "Annulleret",
    },
}


@dataclass
class Visit:
    """An administrator's browser page on a host that nobody has set up."""

    page: Page
    address: str
    app: Flask
    simulator: Simulator
    words: dict[str, str]
    has_script: bool

    def press(self, word: str) -> None:
        """Press the button or link with that word, in the open dialog when there is one."""
        name = self.words[word]
        place = self.page.locator("dialog[open], #cpl-content:not(:has(~ dialog[open]))").first
        place.get_by_role("button", name=name, exact=True).or_(
            place.get_by_role("link", name=name, exact=True)
        ).first.click()

    def fill(self, **values: str) -> None:
        """Fill the fields in by their labels."""
        for name, value in values.items():
            self.page.get_by_label(self.words[name], exact=True).fill(value)

    def told(self) -> str:
        """The message at the top of the page."""
        return self.page.locator("#cpl-messages .cpl-notice").first.inner_text()


@pytest.fixture(params=[(True, "en"), (True, "da"), (False, "en"), (False, "da")], ids=["js-en", "js-da", "en", "da"])
def visit(
    browser: Browser, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Iterator[Visit]:
    has_script, language = request.param
    with mount(customers=30) as simulator, host(tmp_path_factory.mktemp("admin")) as app, serve(app) as address:
        context = browser.new_context(locale=language, java_script_enabled=has_script)
        page, troubles = context.new_page(), []
        page.on("pageerror", lambda error: troubles.append(str(error)))
        page.on("request", lambda asked: None if asked.url.startswith(address) else troubles.append(asked.url))
        yield Visit(page, address, app, simulator, WORDS[language], has_script)
        context.close()
    assert troubles == []


def test_from_nothing_to_a_connection_that_works(visit: Visit) -> None:
    values = connection_values(visit.simulator)
    visit.page.goto(f"{visit.address}/coupling/")
    visit.press("set up")
    assert "bc_url" not in values and "token_url" not in values, "Microsoft's own addresses are there already"
    visit.fill(**{**values, "client_secret": "wrong"})
    visit.press("test")
    report = visit.page.locator("#cpl-report .cpl-report")
    report.nth(1).wait_for()
    assert visit.words["rejected"] in report.first.inner_text()

    visit.fill(client_secret=values["client_secret"])
    visit.press("test")
    visit.page.locator("#cpl-report .cpl-tone-good").nth(1).wait_for()
    assert visit.words["works"] in report.nth(1).inner_text()

    visit.fill(client_secret=values["client_secret"], expires="2001-01-31")
    visit.press("enable")
    visit.page.wait_for_url("**/connections/default/")
    assert visit.words["enabled"] in visit.told()

    visit.page.get_by_role("link", name=visit.words["health"], exact=True).click()
    assert visit.words["expired"] in visit.page.locator(".cpl-tone-bad").last.inner_text()
    assert values["client_secret"] not in visit.page.content()


def test_a_run_is_watched_paused_resumed_and_canceled(visit: Visit) -> None:
    furnish(visit.app, visit.simulator)
    visit.app.extensions["coupling"].engine = Waiting()
    visit.page.goto(f"{visit.address}{BASE}/tables/CUSTOMER/selected/synchronize?all=1")
    visit.press("ok")
    visit.page.wait_for_url("**/jobs/*")
    visit.press("pause")
    visit.press("resume")
    visit.press("cancel")
    visit.page.locator("#cpl-job .cpl-badge", has_text=visit.words["canceled"]).wait_for()
    assert visit.page.get_by_role("button", name=visit.words["pause"], exact=True).count() == 0
