"""axe-core finds no violation of WCAG 2.2 A or AA on any page, light or dark, wide or on a phone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from .browser import barriers, serve
from .screenshots import PAGES, VIEWS
from .screenshots import pages as addresses_of
from .world import World

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext

ALTERNATING = {name: ("en", "da")[place % 2] for place, name in enumerate(sorted(PAGES))}


@pytest.fixture(scope="module")
def address(world: World) -> Iterator[str]:
    """The furnished host over a socket."""
    with serve(world.app) as served:
        yield served


@pytest.fixture(scope="module")
def contexts(browser: Browser) -> Iterator[dict[tuple[str, str], BrowserContext]]:
    """A visitor for each way of looking and each language."""
    opened = {
        (view, language): browser.new_context(locale=language, **options)  # type: ignore[arg-type]
        for view, options in VIEWS.items()
        for language in ("en", "da")
    }
    yield opened
    for context in opened.values():
        context.close()


@pytest.mark.parametrize("view", ["phone", "dark"])
@pytest.mark.parametrize("name", sorted(PAGES))
def test_no_page_has_a_barrier(
    contexts: dict[tuple[str, str], BrowserContext], address: str, world: World, name: str, view: str
) -> None:
    page = contexts[view, ALTERNATING[name]].new_page()
    try:
        page.goto(address + addresses_of(world)[name])
        assert barriers(page) == []
    finally:
        page.close()


DIALOGS = {
    "Set Up Coupling": ("card-uncoupled", "a[hx-get$='/couple']", "input[name='partner']"),
    "Create": ("card-uncoupled", "a[hx-get$='/create']", ""),
    "Synchronize Now": ("card-moved", "a[hx-get$='/synchronize']", "input[value='from_sales']"),
    "Delete Coupling": ("card-alike", "a[hx-get$='/uncouple']", ""),
    "Delete all couplings": ("mapping", "a[hx-get$='/mapping/uncouple']", ""),
    "Synchronize all": ("overview", "a[hx-get*='CUSTOMER'][hx-get*='all=1']", "input[value='from_sales']"),
    "Schedule": ("schedules", "main a[hx-get$='CUSTOMER/schedule']", "input[value='yes']"),
    "Synchronize selected": ("couplings", "button[value='synchronize']", ""),
    "Pause selected": ("couplings", "button[value='pause']", ""),
    "Delete jobs": ("jobs", "a[hx-get$='/jobs/delete']", ""),
    "Undo a job": ("job", "a[hx-get$='/undo']", ""),
}


@pytest.mark.parametrize("name", sorted(DIALOGS))
def test_no_open_dialog_has_a_barrier(
    contexts: dict[tuple[str, str], BrowserContext], address: str, world: World, name: str
) -> None:
    place, opener, choice = DIALOGS[name]
    page = contexts[("phone", "wide")[len(place) % 2], ("en", "da")[len(name) % 2]].new_page()
    try:
        page.goto(address + addresses_of(world)[place])
        page.locator("html.cpl-js").wait_for()
        if opener.startswith("button"):
            page.locator("tbody input[name='pick']").first.check()
        page.locator(opener).first.click()
        page.locator("dialog[open] #cpl-dialog-title").wait_for()
        if choice:
            page.locator(f"dialog {choice}").first.check()
        for scheme in ("dark", "light"):
            page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            assert barriers(page) == []
    finally:
        page.close()
