"""What goes wrong between people, browsers and services on the lists, the card and the inbox: told, and done once."""

from __future__ import annotations

import pytest
import responses
from flask import Flask

from flask_coupling.operations import couplings
from simulator.instance import Simulator

from .conftest import Pages, messages_of, text_of
from .test_forms import Two, couple
from .world import HOSTILE

SELECTED = "/tables/CUSTOMER/selected"


@pytest.fixture
def coupled(pages: Pages, two: Two) -> int:
    """The id of the coupling of the two records, alike."""
    return int(couple(pages, two, synchronize="bc").rpartition("/")[2])


def box(two: Two, coupling: int) -> str:
    return f"{two[0]}~{coupling}"


@pytest.mark.parametrize("path", ["uncouple", "pause", "synchronize", "create"])
def test_an_expired_form_of_a_selection_does_nothing(
    app: Flask, pages: Pages, two: Two, coupled: int, path: str
) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    page = pages.post(f"{SELECTED}/{path}", pick=box(two, coupled), do=path)
    assert messages_of(page)[0].startswith("This form had expired, so nothing was done.")
    with app.app_context():
        assert couplings.get_coupling("default", coupled).state == "synchronized"


@pytest.mark.parametrize("path", ["/tables/CUSTOMER/selection", "/tables/CUSTOMER/filters", "/issues/", "/failures/"])
def test_an_expired_form_of_a_list_or_the_inbox_does_nothing(app: Flask, pages: Pages, coupled: int, path: str) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    page = pages.post(path, name="x", side="bc", do="note", note="x", conflict="1", pick="1")
    assert messages_of(page)[0].startswith("This form had expired, so nothing was done.")


def test_a_double_click_deletes_pauses_and_saves_once(pages: Pages, two: Two, coupled: int) -> None:
    pick = box(two, coupled)
    told = [messages_of(pages.post(f"{SELECTED}/pause", pick=pick, do="pause"))[0] for _ in range(2)]
    assert [each[:10] for each in told] == ["1 coupling", "0 coupling"]
    for _ in range(2):
        page = pages.post("/tables/CUSTOMER/filters", side="bc", name="Mine", state="paused")
    assert len(page.xpath("//ul[@class='cpl-saved']/li")) == 1
    told = [messages_of(pages.post(f"{SELECTED}/uncouple", pick=pick))[0] for _ in range(2)]
    assert told == ["1 coupling was deleted.", "0 couplings were deleted."]


def test_going_back_to_a_dialog_after_the_change_is_told(pages: Pages, two: Two, coupled: int) -> None:
    dialog = {"pick": box(two, coupled), "do": "synchronize", "direction": "bidirectional"}
    pages.post(f"{SELECTED}/uncouple", pick=box(two, coupled))
    assert f"There is no coupling {coupled}." in messages_of(pages.post(f"{SELECTED}/synchronize", **dialog))[0]
    assert "0 couplings are paused." in messages_of(pages.post(f"{SELECTED}/pause", pick=dialog["pick"], do="pause"))[0]


def test_a_record_that_vanished_is_still_listed_by_its_coupling_and_told_on_its_card(
    pages: Pages, two: Two, coupled: int, simulator: Simulator
) -> None:
    simulator.sales.delete("accounts", two[1])
    listed = pages.get("/tables/CUSTOMER/sales/?state=coupled")
    (card,) = listed.xpath("//table[contains(@class, 'cpl-list')]//tbody//th/a/@href")
    assert "The record is gone in Dynamics 365 Sales" in text_of(pages.get(card))


@pytest.mark.settings(COUPLING_RETRIES=0)
def test_while_a_service_is_down_what_is_ours_is_shown_and_the_rest_is_told(
    pages: Pages, two: Two, coupled: int
) -> None:
    with responses.RequestsMock():  # knows no address, so nothing can be reached
        assert "Adatum" in text_of(pages.get("/tables/CUSTOMER/couplings/"))
        assert "Nothing waits for you" in text_of(pages.get("/issues/"))
        for path in ("/tables/CUSTOMER/bc/?state=coupled", f"/couplings/{coupled}", f"{SELECTED}/synchronize?all=1"):
            page = pages.client.get(f"/coupling/connections/default{path}")
            assert page.status_code in (200, 502) and "Traceback" not in page.text
        statistics = text_of(pages.get(f"/couplings/{coupled}/statistics"))
    assert "cannot be reached" in statistics


def test_what_hostile_records_hold_stays_text_in_columns_of_both_sides_and_in_the_export(
    pages: Pages, two: Two, simulator: Simulator
) -> None:
    simulator.sales.update("accounts", two[1], address1_line1='=HYPERLINK("http://evil.example")', name=HOSTILE[:100])
    couple(pages, two, synchronize="none")
    simulator.bc.update("customers", two[0], addressLine1="<script>alert(1)</script>")
    page = pages.get("/tables/CUSTOMER/bc/?col=bc.addressLine1&col=sales.address1_line1")
    assert page.xpath("//table[contains(@class, 'cpl-list')]//script") == []
    assert "<script>alert(1)</script>" in text_of(page)
    exported = pages.client.get("/coupling/connections/default/tables/CUSTOMER/sales/export.csv").text
    assert "'=HYPERLINK" in exported and '"=HYPERLINK' not in exported and ",=HYPERLINK" not in exported


@pytest.mark.parametrize(
    "query",
    [
        "sort=%00",
        "sort=nonsense",
        "state=nonsense",
        "col=bc.nonsense&col=",
        "sel=%27%3B+DROP+TABLE",
        "back=AAAA",
        "cursor=%00",
        "q=" + "x" * 5000,
        "q=%25_%5C",
    ],
)
def test_an_address_that_was_tampered_with_is_a_page_not_a_crash(pages: Pages, coupled: int, query: str) -> None:
    for path in ("/tables/CUSTOMER/bc/", "/tables/CUSTOMER/couplings/"):
        answer = pages.client.get(f"/coupling/connections/default{path}?{query}")
        assert answer.status_code in (200, 422)


@pytest.mark.parametrize("ids", ["x", "-1", "9" * 30, "²"])
def test_nonsense_ids_of_a_form_do_nothing(pages: Pages, coupled: int, ids: str) -> None:
    assert messages_of(pages.post("/issues/", do="note", note="x", conflict=ids))
    assert messages_of(pages.post(f"{SELECTED}/uncouple", pick=f"x~{ids}")) == ["0 couplings were deleted."]
