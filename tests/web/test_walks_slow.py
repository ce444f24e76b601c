"""A person at work while an answer is still under way: nothing chosen, ticked or pressed is lost by it."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from flask_coupling.operations import jobs, synchronization

from .browser import barriers
from .test_jobs import Waiting
from .walking import Walk, new_customer, served, walk
from .world import BASE

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page, Route

__all__ = ["served", "walk"]

both_languages = pytest.mark.parametrize("walk", [(True, "en"), (True, "da")], indirect=True, ids=["js-en", "js-da"])


def keep_back(page: Page, query: str) -> list[Route]:
    """The requests whose address has that in it, none of them answered until the walk says so."""
    kept: list[Route] = []
    page.route(lambda address: query in address, lambda route: kept.append(route))
    return kept


def until(page: Page, holds: Callable[[], object]) -> None:
    """Let the page go on until that holds."""
    for _ in range(3000):
        if holds():
            return
        page.wait_for_timeout(10)
    raise AssertionError("the page did not come to that")


def in_dialog(walk: Walk) -> None:
    """Open Set Up Coupling, and wait until its search box is connected: htmx does so when the dialog has settled."""
    walk.press(walk.words["couple"])
    walk.page.locator("dialog[open] #cpl-partner-q").wait_for()
    walk.page.locator(".htmx-settling").first.wait_for(state="detached")


def counted(walk: Walk, number: int) -> None:
    """Wait until the list says that so many records are selected."""
    walk.page.locator("#cpl-list #cpl-count").filter(has_text=re.compile(rf"^\s*{number} ")).wait_for()


def answer(part: Locator, route: Route) -> None:
    """Let a request through, and wait until its answer has taken the part's place."""
    part.evaluate("part => part.dataset.before = 'yes'")
    route.continue_()
    part.and_(part.page.locator(":not([data-before])")).wait_for()


@both_languages
def test_a_partner_chosen_while_a_search_is_under_way_stays_chosen(walk: Walk, request: pytest.FixtureRequest) -> None:
    name = f"Slow {request.node.callspec.id}"
    customer, account = new_customer(walk.world, name)
    walk.open(f"{BASE}/tables/CUSTOMER/bc/{customer}")
    in_dialog(walk)
    candidates, kept = walk.page.locator("#cpl-candidates"), keep_back(walk.page, "q=")
    walk.page.locator("#cpl-partner-q").fill("Nobody of that name")
    until(walk.page, lambda: kept)
    candidates.locator(f"input[value='{account}']").check()
    answer(candidates, kept[0])
    assert candidates.locator(f"input[value='{account}']").is_checked()
    assert name in candidates.inner_text()
    walk.press(walk.words["ok"])
    walk.page.wait_for_url("**/couplings/*")
    assert name in walk.told()


@both_languages
def test_the_search_button_of_the_dialog_searches_in_place(walk: Walk, request: pytest.FixtureRequest) -> None:
    name = f"Enter {request.node.callspec.id}"
    customer, account = new_customer(walk.world, name)
    walk.open(f"{BASE}/tables/CUSTOMER/bc/{customer}")
    in_dialog(walk)
    walk.page.locator("#cpl-partner-q").fill(name)
    walk.page.keyboard.press("Enter")
    walk.page.locator("#cpl-candidates label:only-child", has_text=name).wait_for()
    assert walk.page.locator("dialog[open]").count() == 1
    walk.press(walk.words["search"])
    walk.page.locator(f"dialog[open] input[value='{account}']").check()


@both_languages
def test_what_is_ticked_survives_a_search(walk: Walk, request: pytest.FixtureRequest) -> None:
    mark = f"Ticks {request.node.callspec.id}"
    for letter in "AB":
        new_customer(walk.world, f"{mark} {letter}")
    box = walk.page.get_by_role("checkbox", name=walk.words["select"] + f"{mark} A", exact=True)
    search, listed = walk.page.get_by_role("searchbox"), walk.page.locator("#cpl-list")
    walk.open(f"{BASE}/tables/CUSTOMER/bc/?q={mark}")
    kept = keep_back(walk.page, "q=Ticks")
    search.fill(f"{mark} B")
    until(walk.page, lambda: kept)
    box.check()
    answer(listed, kept[0])
    assert box.count() == 0
    counted(walk, 1)
    walk.page.get_by_role("checkbox", name=walk.words["select"] + f"{mark} B", exact=True).check()
    counted(walk, 2)
    walk.page.locator(".htmx-settling").first.wait_for(state="detached")
    search.fill(mark)
    until(walk.page, lambda: len(kept) == 2)
    answer(listed, kept[1])
    assert box.is_checked()
    walk.press(walk.words["create"])
    walk.page.locator("dialog[open] .cpl-dialog-lead", has_text="2").wait_for()


@both_languages
def test_a_button_of_a_job_under_way_can_be_pressed_whenever_its_page_renews_itself(walk: Walk) -> None:
    walk.world.app.extensions["coupling"].engine, engine = Waiting(), walk.world.app.extensions["coupling"].engine
    try:
        with walk.world.app.app_context():
            job = synchronization.synchronize("default", "CURRENCY")
        walk.open(f"{BASE}/jobs/{job.id}")
        kept = keep_back(walk.page, f"/jobs/{job.id}")
        button = walk.page.get_by_role("button", name=walk.words["pause"], exact=True)
        until(walk.page, lambda: kept)
        for scheme in ("dark", "light"):
            walk.page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            assert barriers(walk.page) == []
        button.focus()
        answer(walk.page.locator("#cpl-job"), kept.pop(0))
        assert button.evaluate("button => button === document.activeElement")
        until(walk.page, lambda: kept)
        button.hover()
        walk.page.mouse.down()
        with walk.page.expect_response(f"**/jobs/{job.id}"):
            kept.pop(0).continue_()
        walk.page.unroute_all()
        walk.page.mouse.up()
        walk.page.get_by_role("button", name=walk.words["resume"], exact=True).wait_for()
        with walk.world.app.app_context():
            jobs.cancel_job("default", job.id)
    finally:
        walk.world.app.extensions["coupling"].engine = engine
