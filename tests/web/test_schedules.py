"""The page of schedules."""

from __future__ import annotations

import pytest

from flask_coupling.operations import schedules

from .conftest import Pages, messages_of, text_of


@pytest.mark.usefixtures("connected")
def test_a_schedule_is_set_and_told(pages: Pages) -> None:
    assert "0 of" in text_of(pages.get("/schedules/"))
    fields = {"enabled": "1", "minutes": "15", "sleep": "yes", "idle_minutes": "720"}
    page = pages.post("/tables/CUSTOMER/schedule", **fields)
    assert messages_of(page) == ["The schedule is saved."]
    (row,) = page.xpath('//tr[.//a[text()="Customers"]]')
    assert all(each in text_of(row) for each in ("Active", "15 minutes", "12 hours", "Put on hold"))
    form = pages.get("/tables/CUSTOMER/schedule")
    assert form.xpath('//input[@name="minutes"]/@value') == ["15"]
    assert form.xpath('//input[@name="sleep" and @checked]/@value') == ["yes"]


@pytest.mark.usefixtures("connected")
def test_a_schedule_is_put_on_hold_and_all_are_activated(pages: Pages) -> None:
    assert messages_of(pages.post("/schedules/", start="all")) == ["The schedule is active."]
    page = pages.post("/schedules/", hold="CUSTOMER")
    assert messages_of(page) == ["The schedule is on hold."]
    with pages.client.application.app_context():
        on = {each.mapping for each in schedules.list_schedules("default") if each.enabled}
        assert on == {each.mapping for each in schedules.list_schedules("default")} - {"CUSTOMER"}
    assert f"{len(on)} of {len(on) + 1} are active" in text_of(page)


@pytest.mark.usefixtures("connected")
@pytest.mark.parametrize(
    ("field", "value"), [("minutes", "0"), ("minutes", "soon"), ("minutes", "9999999"), ("idle_minutes", "-5")]
)
def test_what_cannot_be_is_refused_and_changes_nothing(pages: Pages, field: str, value: str) -> None:
    fields = {"enabled": "1", "minutes": "15", "sleep": "yes", "idle_minutes": "720", field: value}
    (notice,) = messages_of(pages.post("/tables/CUSTOMER/schedule", **fields))
    assert "minutes" in notice
    with pages.client.application.app_context():
        assert not any(each.enabled for each in schedules.list_schedules("default"))
    pages.get("/tables/NOTHING/schedule", status=404)
