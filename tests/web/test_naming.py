"""Ids in messages: a link to the record or job they stand for, where that is known; anything else stays text."""

from __future__ import annotations

import re

import pytest
from flask import Flask

from flask_coupling.operations import couplings, mappings
from flask_coupling.web import ui

from .conftest import Pages
from .test_forms import couple
from .test_issues import Two
from .test_jobs import Waiting
from .world import BASE, HOSTILE, World


def told(app: Flask, message: str) -> str:
    """A message as the pages show it."""
    with app.test_request_context(f"{BASE}/"):
        return str(ui.named(message))


def test_a_record_that_is_known_is_told_by_its_name_with_a_link(app: Flask, pages: Pages, two: Two) -> None:
    couple(pages, two)
    customer, account = two
    shown = told(app, f"account With Id = {account.upper()} does not exist, nor {customer}.")
    assert f'<a href="{BASE}/tables/CUSTOMER/sales/{account}" title="{account.upper()}">Adatum</a>' in shown
    assert f'<a href="{BASE}/tables/CUSTOMER/bc/{customer}" title="{customer}">Adatum</a>.' in shown


def test_an_id_that_is_not_known_stays_and_a_hostile_message_or_name_stays_text(world: World) -> None:
    unknown = "00000000-0000-0000-0000-0000000000ff"
    hostile = world.couplings["hostile"]
    shown = told(world.app, f"<script>alert(1)</script> {unknown} {hostile.bc_id}")
    assert "<script" not in shown and unknown in shown
    assert HOSTILE not in shown and "&lt;" in shown.partition("<a ")[2]


@pytest.mark.settings(COUPLING_PERMISSION=lambda action, resource: resource.get("mapping") != "CUSTOMER")
def test_who_may_not_see_a_table_is_not_told_its_records_names(app: Flask, two: Two) -> None:
    with app.app_context():
        couplings.couple("default", "CUSTOMER", *two)
    assert told(app, f"It is {two[0]}.") == f"It is {two[0]}."


def test_a_job_that_is_in_the_way_is_a_link(app: Flask, pages: Pages, two: Two) -> None:
    couple(pages, two)
    app.extensions["coupling"].engine = Waiting()
    pages.post("/tables/CUSTOMER/selected/synchronize", all="1", direction="bidirectional")
    job = pages.path
    page = pages.post("/tables/CUSTOMER/selected/synchronize", all="1", direction="bidirectional")
    (link,) = page.xpath("//*[@id='cpl-messages']//a")
    assert link.get("href") == job
    assert page.xpath("string(//*[@id='cpl-messages'])").strip().startswith("Customers is being synchronized already")


def test_what_two_records_refer_to_is_named_before_they_are_coupled(world: World) -> None:
    with world.app.app_context():
        accounts = [row.id for row in mappings.list_records("default", "CUSTOMER", "sales", coupled=False).rows]
    address, client = f"{BASE}/tables/CUSTOMER/bc/{world.uncoupled}/couple", world.app.test_client()
    told = [client.get(f"{address}?partner={id}", headers={"HX-Target": "cpl-pair"}).text for id in accounts[:8]]
    (first, *_) = [each for each in told if "Payment Terms" in each]
    assert not re.search(r">[0-9a-f]{8}-[0-9a-f]{4}", first)
