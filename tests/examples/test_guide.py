"""The demo's tour, walked by a person in a browser, with and without JavaScript."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

from .test_examples import demo


@pytest.fixture(params=[True, False], ids=["javascript", "plain"])
def visit(browser: Any, request: pytest.FixtureRequest) -> Iterator[tuple[object, str]]:
    with demo() as (address, _):
        context = browser.new_context(locale="en", java_script_enabled=request.param)
        page = context.new_page()
        page.goto(address)
        yield page, address
        context.close()


def done(page):
    return page.locator("ol > li.done > h3").all_inner_texts()


def press(page, name):
    place = page.locator("dialog[open], main:not(:has(~ dialog[open]))").first
    button = place.get_by_role("button", name=name, exact=True)
    button.or_(place.get_by_role("link", name=name, exact=True)).first.click()


def synchronize(page, address):
    page.goto(address)
    press(page, "Synchronize Now")
    page.wait_for_url(re.compile(r"/synchronize"))
    press(page, "OK")
    page.wait_for_url(re.compile(r":\d+/$"))


def test_the_tour_can_be_walked_from_coupling_to_undo(visit):
    page, address = visit
    assert done(page) == []
    name = page.locator("h2").first.inner_text().removeprefix("A short tour with ")
    page.locator("ol > li").nth(0).get_by_role("link").click()
    press(page, "Set Up Coupling")
    page.locator("input[type=radio][name=partner]").first.check()
    page.get_by_label("Yes - use the Business Central data").check()
    press(page, "OK")
    page.wait_for_url(re.compile(r"/couplings/\d+|/bc/"))
    page.goto(address)
    assert [each.split(" done")[0] for each in done(page)] == ["Couple a customer"]

    press(page, "Edit in Business Central")
    press(page, "Edit in Sales")
    assert "Be two other users" in " ".join(done(page))
    assert page.locator("tr.differs").count() == 2
    synchronize(page, address)
    assert page.locator("tr.differs").count() == 0, "both edits met"

    press(page, "Edit the phone number on both sides")
    synchronize(page, address)
    assert page.locator("tr.differs").count() == 1, "a conflict overwrites nothing"

    conflict = page.locator("article").filter(has_text=name).filter(has=page.locator("fieldset input[type=radio]")).last
    page.goto(address)
    page.get_by_role("link", name="Errors and Conflicts").click()
    conflict.locator("input[type=radio][value=sales]").first.check()
    conflict.get_by_role("button", name="Keep the chosen values").click()
    page.goto(address)
    assert page.locator("tr.differs").count() == 0

    page.get_by_role("link", name="Open the customer's card").first.click()
    page.get_by_role("button", name="Undo", exact=True).first.click()
    page.goto(address)
    assert len(done(page)) == 5
