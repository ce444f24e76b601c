"""A selection across pages of a list, what is done to it, and filters kept under a name."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from lxml import html

from flask_coupling.operations import couplings
from simulator.instance import Simulator

from .conftest import Pages, messages_of, text_of

CUSTOMERS = "/tables/CUSTOMER/bc/"
SELECTION = "/tables/CUSTOMER/selection"

Coupled = dict[str, int]


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lists of two rows a page."""
    monkeypatch.setattr("flask_coupling.web.pages.lists.PAGE_SIZE", 2)


@pytest.fixture
def coupled(pages: Pages, connected: object, simulator: Simulator, few: None, app_context: None) -> Coupled:
    """Five coupled customers A to E and two without a partner, Y and Z; coupling ids by name."""
    ids: Coupled = {}
    for name in "ABCDE":
        customer = simulator.bc.create("customers", {"displayName": name})["id"]
        account = simulator.sales.create("accounts", {"name": name, "customertypecode": 3})["accountid"]
        made = couplings.couple("default", "CUSTOMER", str(customer), str(account), synchronize="bc")
        ids[name] = made.coupling.id
    for name in "YZ":
        simulator.bc.create("customers", {"displayName": name})
    return ids


Send = Callable[..., html.HtmlElement]


@pytest.fixture
def send(pages: Pages) -> Send:
    """Press a button of the list on `page` with the boxes of these names ticked, as a browser without JavaScript."""

    def press(page: html.HtmlElement, button: str, *names: str) -> html.HtmlElement:
        form = page.get_element_by_id("cpl-list")
        fields: dict[str, object] = {}
        for each in form.xpath(".//input[@type='hidden']"):
            fields.setdefault(each.get("name"), [])
            fields[each.get("name")].append(each.get("value"))  # type: ignore[attr-defined]
        boxes = form.xpath(".//input[@name='pick'][not(@disabled)]")
        ticked = {each.get("value") for each in boxes if each.get("checked") is not None}
        wanted = {f"Select {name}" for name in names}
        fields["pick"] = [*ticked, *(each.get("value") for each in boxes if each.get("aria-label") in wanted)]
        (pressed,) = form.xpath(f".//button[contains(normalize-space(.), '{button}')]")
        return pages.post(SELECTION, **fields, **{pressed.get("name"): pressed.get("value")})

    return press


def ticked(page: html.HtmlElement) -> list[str]:
    return [each.removeprefix("Select ") for each in page.xpath("//input[@name='pick'][@checked]/@aria-label")]


def shown(page: html.HtmlElement) -> list[str]:
    return [text_of(each) for each in page.xpath("//table[contains(@class, 'cpl-list')]//tbody//th/a")]


def states(ids: Coupled) -> dict[str, str]:
    return {each.bc_title: each.state for each in couplings.list_couplings("default", "CUSTOMER").rows}


def test_ticked_boxes_survive_leafing_both_ways(pages: Pages, coupled: Coupled, send: Send) -> None:
    first = pages.get(CUSTOMERS)
    second = send(first, "Next page", "A")
    assert (shown(second), ticked(second)) == (["C", "D"], [])
    assert "1 selected 1 of them not shown here" in text_of(second)
    third = send(second, "Next page", "D")
    back = send(third, "Previous page")
    assert (shown(back), ticked(back)) == (["C", "D"], ["D"])
    assert (shown(send(back, "Previous page")), ticked(send(back, "First page"))) == (["A", "B"], ["A"])


def test_an_action_is_done_to_what_was_ticked_on_all_pages(pages: Pages, coupled: Coupled, send: Send) -> None:
    second = send(pages.get(CUSTOMERS), "Next page", "A")
    asked = send(second, "Pause", "D")
    assert "2 couplings are selected." in text_of(asked)
    told = pages.post("/tables/CUSTOMER/selected/pause", do="pause", **hidden(asked))
    assert messages_of(told)[0].startswith("2 couplings are paused.")
    assert states(coupled) == dict.fromkeys("AD", "paused") | dict.fromkeys("BCE", "synchronized")
    assert shown(told) == ["C", "D"], "the list stands where it stood"
    told = pages.post("/tables/CUSTOMER/selected/pause", do="resume", **hidden(asked))
    assert messages_of(told)[0].startswith("2 couplings go on.")
    assert set(states(coupled).values()) == {"synchronized"}


def hidden(page: html.HtmlElement) -> dict[str, str]:
    form = page.xpath("//section[contains(@class, 'cpl-dialog-page')]//form")[0]
    return {each.get("name"): each.get("value") for each in form.xpath(".//input[@type='hidden']")}


def test_all_that_match_are_selected_without_naming_them(pages: Pages, coupled: Coupled, send: Send) -> None:
    page = send(pages.get(f"{CUSTOMERS}?state=coupled"), "Select all that match")
    assert "All records that match are selected." in text_of(page)
    assert len(page.xpath("//input[@name='pick'][@checked][@disabled]")) == 2
    assert "5 couplings are deleted." in text_of(send(page, "Delete Coupling"))
    told = pages.post("/tables/CUSTOMER/selected/uncouple", **hidden(send(page, "Delete Coupling")))
    assert messages_of(told) == ["5 couplings were deleted."]
    assert states(coupled) == {}


def test_a_selection_of_all_is_what_the_search_finds_and_can_be_cleared(
    pages: Pages, coupled: Coupled, send: Send
) -> None:
    page = send(pages.get(f"{CUSTOMERS}?q=e&state=coupled"), "Select all that match")
    assert "1 coupling is selected." in text_of(send(page, "Pause"))
    cleared = send(page, "Clear the selection")
    assert ticked(cleared) == [] and "selected" not in text_of(cleared.get_element_by_id("cpl-count"))


def test_partners_are_created_for_all_that_have_none(
    pages: Pages, coupled: Coupled, send: Send, simulator: Simulator
) -> None:
    page = send(pages.get(f"{CUSTOMERS}?state=uncoupled"), "Select all that match")
    asked = send(page, "Create in Sales")
    assert "All records without a partner that match are created in Dynamics 365 Sales" in text_of(asked)
    for _ in range(2):  # a double click creates nothing twice
        pages.post("/tables/CUSTOMER/selected/create", **hidden(asked))
    assert simulator.sales.count("accounts") == 7


def test_the_preview_of_many_counts_what_will_happen(
    pages: Pages, coupled: Coupled, send: Send, simulator: Simulator
) -> None:
    row = couplings.get_coupling("default", coupled["B"])
    simulator.bc.update("customers", row.bc_id, city="Aarhus")
    page = send(pages.get(f"{CUSTOMERS}?state=coupled"), "Select all that match")
    asked = send(page, "Synchronize Now")
    counts = asked.xpath("//dl[contains(@class, 'cpl-plan-counts')]/div")
    assert [text_of(each) for each in counts] == ["Change1", "Nothing to do4"]
    assert asked.xpath("//section[@id='cpl-preview']//h4/text()")[0] == "B"
    done = pages.post("/tables/CUSTOMER/selected/synchronize", do="synchronize", **hidden(asked))
    assert "Modified1" in text_of(done)
    assert simulator.sales.get("accounts", row.sales_id)["address1_city"] == "Aarhus"  # type: ignore[index]


def test_set_up_coupling_is_for_one_record(pages: Pages, coupled: Coupled, send: Send) -> None:
    page = pages.get(f"{CUSTOMERS}?state=uncoupled")
    assert "Couple Y in Business Central with" in text_of(send(page, "Set Up Coupling", "Y"))
    told = messages_of(send(pages.get(CUSTOMERS), "Set Up Coupling", "A", "B"))[0]
    assert told == "Select exactly one record.To couple many at once, choose Match-Based Coupling."


def test_match_based_coupling_of_the_selected_leaves_the_others_alone(
    pages: Pages, coupled: Coupled, send: Send, simulator: Simulator
) -> None:
    for name in "YZ":
        simulator.sales.create("accounts", {"name": name, "customertypecode": 3})
    page = send(pages.get(f"{CUSTOMERS}?state=uncoupled"), "Match-Based Coupling", "Y")
    assert "Only the selected records that are not coupled are matched." in text_of(page)
    sel = page.xpath("//input[@name='sel']/@value")[0]
    fields = {"use:displayName": "1", "priority:displayName": "0", "evening:displayName": "trim", "sel": sel}
    found = pages.post("/tables/CUSTOMER/match", do="preview", **fields)
    assert [text_of(each) for each in found.xpath("//table[contains(@class, 'cpl-list')]//tbody/tr/th")] == ["Y"]
    pages.post("/tables/CUSTOMER/match", do="match", **fields)
    assert sorted(states(coupled)) == [*"ABCDE", "Y"]


def test_an_action_without_a_selection_says_what_to_select(pages: Pages, coupled: Coupled, send: Send) -> None:
    for button in ("Synchronize Now", "Delete Coupling", "Pause"):
        assert "Select one or more coupled records." in text_of(send(pages.get(CUSTOMERS), button))
    assert "Select one or more records that are not coupled." in text_of(
        send(pages.get(CUSTOMERS), "Create in Sales", "A")
    )


def test_a_selection_that_is_not_kept_any_more_is_told_and_nothing_is_done(pages: Pages, coupled: Coupled) -> None:
    told = pages.post("/tables/CUSTOMER/selected/uncouple", sel="gone")
    assert messages_of(told) == ["The selection is not kept any more.Select the records again."]
    assert len(states(coupled)) == 5
    assert shown(pages.get(f"{CUSTOMERS}?sel=gone")) == ["A", "B"]


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example", "/\\evil.example"])
def test_leafing_leads_nowhere_else(pages: Pages, coupled: Coupled, target: str) -> None:
    answer = pages.client.post(f"/coupling/connections/default{SELECTION}", data={"go": target, "here": target})
    assert answer.location.startswith("/coupling/")


def test_a_way_back_that_we_did_not_write_is_no_way_back(pages: Pages, coupled: Coupled) -> None:
    page = pages.get(f"{CUSTOMERS}?cursor=&back=eJyLVspNzCtNzFHSUcpPS1OKBQAhXgRQ")
    assert shown(page) == ["A", "B"]
    assert pages.get(f"{CUSTOMERS}?back=%00%ff!!") is not None


def test_a_list_sorts_by_column_and_shows_columns_of_both_sides(
    pages: Pages, coupled: Coupled, simulator: Simulator
) -> None:
    page = pages.get(f"{CUSTOMERS}?sort=-name&state=coupled&col=bc.city&col=sales.name")
    assert shown(page) == ["E", "D"]
    assert page.xpath("//th[@aria-sort='descending']")
    heads = [text_of(each) for each in page.xpath("//thead//th")][-1:]
    assert heads == ["City"]
    page = pages.get(f"{CUSTOMERS}?state=coupled&col=sales.telephone1&col=bc.city")
    assert [text_of(each) for each in page.xpath("//thead//th")][-2:] == ["City", "Phone No. Sales"]


# --- filters ---------------------------------------------------------------------------------------------------------


def test_a_filter_is_saved_under_a_name_opened_and_deleted(pages: Pages, coupled: Coupled) -> None:
    fields = {"side": "bc", "name": "Only <b>A", "q": "a", "state": "coupled", "sort": "-name"}
    page = pages.post("/tables/CUSTOMER/filters", **fields)
    assert messages_of(page) == ["The filter Only <b>A is saved."]
    assert shown(page) == ["A"]
    (link,) = page.xpath("//ul[@class='cpl-saved']//a")
    assert link.text == "Only <b>A"
    assert shown(pages.get(link.get("href"))) == ["A"]
    (form,) = page.xpath("//ul[@class='cpl-saved']//form/@action")
    assert messages_of(pages.post(form, side="bc")) == ["The filter was deleted."]
    assert messages_of(pages.post(form, side="bc"))[0].startswith("There is no such saved filter.")


def test_a_filter_without_a_name_is_refused_in_words(pages: Pages, coupled: Coupled) -> None:
    told = messages_of(pages.post("/tables/CUSTOMER/filters", side="bc", name=" "))[0]
    assert "name" in told.lower()
