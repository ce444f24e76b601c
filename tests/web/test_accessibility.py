"""axe-core finds no violation of WCAG 2.2 A or AA on any page, light or dark, wide or on a phone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from .browser import serve
from .screenshots import PAGES, VIEWS
from .screenshots import pages as addresses_of
from .world import World

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext

AXE = (Path(__file__).parent / "vendor" / "axe-core-4.14.1" / "axe.min.js").read_text(encoding="utf-8")
RUN = """() => axe.run(document, {runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa"]})
  .then(found => found.violations.map(each => each.id + ": " + each.nodes.map(node => node.html).join(" | ")))"""
OVERFLOW = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
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
        page.evaluate(AXE)
        assert page.evaluate(RUN) == []
        assert page.evaluate(OVERFLOW) <= 0, "the page scrolls sideways"
    finally:
        page.close()
