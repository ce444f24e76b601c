"""A person at a real browser on a furnished host: what walks are made of."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from flask_coupling.operations import couplings
from flask_coupling.operations.views import CouplingView
from simulator.inprocess import mount

from .browser import is_trouble, serve
from .world import World, furnish, host

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

WORDS = {
    "en": {
        "couple": "Set Up Coupling",
        "now": "Synchronize Now",
        "uncouple": "Delete Coupling",
        "ok": "OK",
        "search": "Search",
        "not": "Not coupled",
        "get": "Get data update from Dynamics 365 Sales",
        "select": "Select ",
        "customers": "Customers",
        "next": "Next page",
        "previous": "Previous page",
        "pause": "Pause",
        "resume": "Resume",
        "paused": "Paused",
        "all": "Select all that match",
        "matching": "Match-Based Coupling",
        "create": "Create in Sales",
        "saved": "Saved filters",
        "save": "Save",
        "save_as": "Save what is shown as",
        "columns": "Columns",
        "show": "Show",
        "keep": "Keep the chosen values",
        "off": "Put off",
        "again": "Show again",
        "note": "Note",
        "note_on": "Note on the selected records",
        "undo": "Undo",
        "undone": "Undone",
        "compare": "Compare",
    },
    "da": {
        "couple": "Konfigurer sammenkædning",
        "now": "Synkroniser nu",
        "uncouple": "Slet sammenkædning",
        "ok": "OK",
        "search": "Søg",
        "not": "Ikke sammenkædet",
        "get": "Hent dataopdatering fra Dynamics 365 Sales",
        "select": "Vælg ",
        "customers": "Debitorer",
        "next": "Næste side",
        "previous": "Forrige side",
        "pause": "Sæt på pause",
        "resume": "Genoptag",
        "paused": "Sat på pause",
        "all": "Vælg alle, der passer",
        "matching": "Sammenkædning baseret på matchning",
        "create": "Opret i Sales",
        "saved": "Gemte filtre",
        "save": "Gem",
        "save_as": "Gem det viste som",
        "columns": "Kolonner",
        "show": "Vis",
        "keep": "Behold de valgte værdier",
        "off": "Udsæt",
        "again": "Vis igen",
        "note": "Notat",
        "note_on": "Notat til de valgte records",
        "undo": "Fortryd",
        "undone": "Fortrudt",
        "compare": "Sammenlign",
    },
}


@dataclass
class Walk:
    """A browser page on a served host, its words, and what went wrong in it meanwhile."""

    page: Page
    address: str
    world: World
    words: dict[str, str]
    has_script: bool
    troubles: list[str]

    def open(self, path: str) -> None:
        self.page.goto(self.address + path)

    def press(self, name: str) -> None:
        """Press the button or link of that name, in the open dialog when there is one."""
        if self.has_script:  # a link pressed before the script is there leads to a page instead of a dialog
            self.page.locator("html.cpl-js").wait_for()
        place: Any = self.page.locator("dialog[open], #cpl-content:not(:has(~ dialog[open]))").first
        place.get_by_role("button", name=name, exact=True).or_(
            place.get_by_role("link", name=name, exact=True)
        ).first.click()

    def told(self) -> str:
        """The message at the top of the page."""
        return self.page.locator("#cpl-messages .cpl-notice").first.inner_text()


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[World, str]]:
    """A furnished host over a socket, its forms protected."""
    with mount(customers=30) as simulator, host(tmp_path_factory.mktemp("walk")) as app:
        world = furnish(app, simulator)
        with serve(app) as address:
            yield world, address


@pytest.fixture(params=[(True, "en"), (True, "da"), (False, "en"), (False, "da")], ids=["js-en", "js-da", "en", "da"])
def walk(browser: Browser, served: tuple[World, str], request: pytest.FixtureRequest) -> Iterator[Walk]:
    """A new visitor, with or without JavaScript; fails for a console error or a request to another host."""
    (world, address), (has_script, language) = served, request.param
    context = browser.new_context(locale=language, java_script_enabled=has_script)
    page, troubles = context.new_page(), []
    page.on("console", lambda message: troubles.append(message.text) if is_trouble(message) else None)
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.on("request", lambda asked: None if asked.url.startswith(address) else troubles.append(asked.url))
    yield Walk(page, address, world, WORDS[language], has_script, troubles)
    context.close()
    assert troubles == []


def new_customer(world: World, name: str) -> tuple[str, str]:
    """A customer and an account of the same name, not coupled."""
    customer = world.simulator.bc.create("customers", {"displayName": name, "city": "Aarhus"})
    account = world.simulator.sales.create("accounts", {"name": name, "customertypecode": 3, "address1_city": "Odense"})
    return str(customer["id"]), str(account["accountid"])


def coupled_pair(world: World, name: str) -> CouplingView:
    """A customer and an account of the same name, coupled and alike."""
    customer, account = new_customer(world, name)
    with world.app.app_context():
        return couplings.couple("default", "CUSTOMER", customer, account, synchronize="bc").coupling
