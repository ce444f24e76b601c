"""The user's procedures as forms: couple, synchronize one and many, uncouple; and each of them gone wrong."""

from __future__ import annotations

import pytest
from flask import Flask

from flask_coupling.operations import couplings
from simulator.instance import Simulator

from .conftest import Pages, messages_of, text_of

Two = tuple[str, str]


def couple(pages: Pages, two: Two, **fields: str) -> str:
    """Couple the two records by the form; the address of the card it leads to."""
    pages.post(f"/tables/CUSTOMER/bc/{two[0]}/couple", do="couple", partner=two[1], **fields)
    return pages.path


def test_the_dialog_suggests_the_record_of_the_same_name_first(pages: Pages, two: Two, simulator: Simulator) -> None:
    simulator.sales.create("accounts", {"name": "Adatum Holding", "customertypecode": 3})
    page = pages.get(f"/tables/CUSTOMER/bc/{two[0]}/couple")
    suggested = page.xpath("//div[@id='cpl-candidates']//input/@value")
    assert suggested[0] == two[1]
    assert len(suggested) == 2
    assert page.xpath("//input[@name='synchronize'][@checked]/@value") == ["bc"]


def test_searching_in_the_dialog_keeps_the_choices_made(pages: Pages, two: Two) -> None:
    fields = {"do": "search", "q": "zzz", "synchronize": "sales"}
    page = pages.post(f"/tables/CUSTOMER/bc/{two[0]}/couple", **fields)
    assert "No records found" in text_of(page.get_element_by_id("cpl-candidates"))
    assert page.xpath("//input[@name='synchronize'][@checked]/@value") == ["sales"]


def test_coupling_and_synchronizing_with_business_centrals_data(pages: Pages, two: Two, simulator: Simulator) -> None:
    page = pages.post(f"/tables/CUSTOMER/bc/{two[0]}/couple", do="couple", partner=two[1], synchronize="bc")
    assert messages_of(page)[0].startswith("Adatum in Business Central is now coupled to Adatum in Sales.")
    assert simulator.sales.get("accounts", two[1])["telephone1"] == "+45 33 12 34 56"  # type: ignore[index]
    assert "Both sides are alike" in text_of(page)


def test_coupling_from_the_sales_side_with_its_data(pages: Pages, two: Two, simulator: Simulator) -> None:
    pages.post(f"/tables/CUSTOMER/sales/{two[1]}/couple", do="couple", partner=two[0], synchronize="sales")
    assert simulator.bc.get("customers", two[0])["phoneNumber"] == "+45 70"  # type: ignore[index]


def test_choosing_nothing_says_what_to_choose(pages: Pages, two: Two) -> None:
    page = pages.post(f"/tables/CUSTOMER/bc/{two[0]}/couple", do="couple")
    assert messages_of(page) == ["Choose a record to couple with, or create a new one."]


def test_a_coupled_partner_is_refused_by_name_and_can_be_moved(pages: Pages, two: Two, simulator: Simulator) -> None:
    couple(pages, two)
    other = str(simulator.bc.create("customers", {"displayName": "Fabrikam"})["id"])
    page = pages.post(f"/tables/CUSTOMER/bc/{other}/couple", status=409, do="couple", partner=two[1])
    assert "Adatum is already coupled to Adatum." in messages_of(page)[0]
    assert page.xpath("//input[@name='partner'][@checked]/@value") == [two[1]]
    page = pages.post(f"/tables/CUSTOMER/bc/{other}/couple", do="couple", partner=two[1], move="yes")
    assert "Fabrikam in Business Central is now coupled to Adatum" in messages_of(page)[0]


@pytest.mark.parametrize("way", ["couple", "create"])
def test_creating_the_partner_couples_it_and_a_second_click_makes_no_second_one(
    pages: Pages, connected: object, simulator: Simulator, way: str
) -> None:
    customer = str(simulator.bc.create("customers", {"displayName": "Fabrikam"})["id"])
    address, fields = f"/tables/CUSTOMER/bc/{customer}/{way}", {"do": "couple", "partner": "new"}
    assert "Fabrikam" in messages_of(pages.post(address, **fields))[0]
    again = pages.post(address, status=409 if way == "couple" else 200, **fields)
    assert "Fabrikam is already coupled to Fabrikam." in messages_of(again)[0]
    assert simulator.sales.count("accounts") == 1


def test_synchronize_now_previews_then_writes_then_says_what_it_did(
    pages: Pages, two: Two, simulator: Simulator
) -> None:
    card = couple(pages, two, synchronize="bc")
    simulator.bc.update("customers", two[0], city="Aarhus")
    asked = pages.get(f"{card}/synchronize")
    assert "Change in Dynamics 365 Sales" in text_of(asked)
    assert [text_of(each) for each in asked.xpath("//section[@id='cpl-preview']//tbody/tr/*")] == [
        "City",
        "–",
        "Aarhus",
    ]
    assert "address1_city" not in simulator.sales.get("accounts", two[1])  # type: ignore[operator]
    page = pages.post(f"{card}/synchronize", do="synchronize", direction="bidirectional")
    assert messages_of(page) == ["Synchronized. Modified: 1."]
    assert simulator.sales.get("accounts", two[1])["address1_city"] == "Aarhus"  # type: ignore[index]
    again = pages.post(f"{card}/synchronize", do="synchronize", direction="bidirectional")
    assert messages_of(again) == ["Both records are alike already; nothing was changed."]


def test_a_direction_against_the_newer_side_is_warned_of(pages: Pages, two: Two, simulator: Simulator) -> None:
    card = couple(pages, two, synchronize="bc")
    simulator.sales.update("accounts", two[1], address1_city="Odense")
    page = pages.post(f"{card}/synchronize", do="preview", direction="to_sales")
    assert "The record was changed last in Dynamics 365 Sales." in text_of(page)


def test_a_conflict_is_decided_by_the_side_chosen(pages: Pages, two: Two, simulator: Simulator) -> None:
    card = couple(pages, two, synchronize="bc")
    simulator.bc.update("customers", two[0], city="Aarhus")
    simulator.sales.update("accounts", two[1], address1_city="Odense")
    assert "Changed on both sides: City" in text_of(pages.get(f"{card}/synchronize"))
    pages.post(f"{card}/synchronize", do="synchronize", direction="bidirectional", resolution="get_from_sales")
    assert simulator.bc.get("customers", two[0])["city"] == "Odense"  # type: ignore[index]


def test_synchronizing_a_record_without_a_partner_leads_to_set_up_coupling(pages: Pages, two: Two) -> None:
    answer = pages.client.get(
        f"/coupling/connections/default/tables/CUSTOMER/bc/{two[0]}/synchronize", follow_redirects=True
    )
    assert answer.request.path.endswith("/couple")
    assert "This record is not coupled yet" in answer.text


def test_a_selection_is_synchronized_as_a_job_and_says_what_is_left_out(
    pages: Pages, two: Two, simulator: Simulator
) -> None:
    coupling = couple(pages, two, synchronize="bc").rpartition("/")[2]
    single = str(simulator.bc.create("customers", {"displayName": "Fabrikam"})["id"])
    simulator.bc.update("customers", two[0], city="Aarhus")
    picks = {"pick": [f"{two[0]}~{coupling}", single], "side": "bc"}
    asked = pages.get("/tables/CUSTOMER/selected/synchronize", query_string=picks)
    assert "1 coupled record" in text_of(asked)
    assert "1 selected record is not coupled and is left out." in text_of(asked)
    page = pages.post("/tables/CUSTOMER/selected/synchronize", direction="bidirectional", **picks)
    assert "/jobs/" in pages.path
    assert [text_of(each) for each in page.xpath("//div[dt='Modified']/dd")] == ["1"]


def test_all_coupled_records_of_a_table_can_be_synchronized(pages: Pages, two: Two, simulator: Simulator) -> None:
    couple(pages, two, synchronize="bc")
    simulator.bc.update("customers", two[0], city="Aarhus")
    pages.post("/tables/CUSTOMER/selected/synchronize", all="1", direction="bidirectional")
    assert simulator.sales.get("accounts", two[1])["address1_city"] == "Aarhus"  # type: ignore[index]


def test_a_selection_is_created_in_the_other_system(pages: Pages, connected: object, simulator: Simulator) -> None:
    ids = [str(simulator.bc.create("customers", {"displayName": name})["id"]) for name in ("Fabrikam", "Contoso")]
    assert "2 records are created in Dynamics 365 Sales" in text_of(
        pages.get("/tables/CUSTOMER/selected/create", query_string={"pick": ids, "side": "bc"})
    )
    pages.post("/tables/CUSTOMER/selected/create", pick=ids, side="bc")
    assert {row["name"] for row in simulator.sales.list("accounts")} == {"Fabrikam", "Contoso"}


@pytest.mark.parametrize("action", ["synchronize", "create", "uncouple"])
def test_an_action_without_a_selection_says_so_and_does_nothing(pages: Pages, two: Two, action: str) -> None:
    asked = pages.get(f"/tables/CUSTOMER/selected/{action}?side=bc")
    assert messages_of(asked)
    assert asked.xpath("//main//form") == []
    page = pages.post(f"/tables/CUSTOMER/selected/{action}", side="bc")
    assert messages_of(page)
    assert pages.path.endswith("/tables/CUSTOMER/bc/")


def test_deleting_a_coupling_asks_keeps_both_records_and_a_second_click_finds_it_gone(
    pages: Pages, two: Two, simulator: Simulator
) -> None:
    card = couple(pages, two)
    assert "Both records stay" in text_of(pages.get(f"{card}/uncouple"))
    page = pages.post(f"{card}/uncouple")
    assert messages_of(page) == ["The coupling of Adatum was deleted. Both records stay as they are."]
    assert "Not coupled" in text_of(page)
    assert simulator.bc.get("customers", two[0])
    assert simulator.sales.get("accounts", two[1])
    assert messages_of(pages.post(f"{card}/uncouple"))[0].startswith("There is no coupling")


def test_several_couplings_are_deleted_at_once(pages: Pages, two: Two) -> None:
    coupling = couple(pages, two).rpartition("/")[2]
    page = pages.post("/tables/CUSTOMER/selected/uncouple", pick=[f"{two[0]}~{coupling}", "x~999"], side="couplings")
    assert messages_of(page) == ["1 coupling was deleted."]


def test_a_record_deleted_while_its_dialog_was_open_is_told(pages: Pages, two: Two, simulator: Simulator) -> None:
    simulator.sales.delete("accounts", two[1])
    page = pages.post(f"/tables/CUSTOMER/bc/{two[0]}/couple", status=409, do="couple", partner=two[1])
    assert "Dynamics 365 Sales has no record" in messages_of(page)[0]
    simulator.bc.delete("customers", two[0])
    gone = pages.get(f"/tables/CUSTOMER/bc/{two[0]}/couple", 404)
    assert "It may have been deleted; search for it again." in text_of(gone)


def test_a_form_of_another_site_or_an_old_one_does_nothing(app: Flask, pages: Pages, two: Two) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    page = pages.post(f"/tables/CUSTOMER/bc/{two[0]}/couple", do="couple", partner=two[1])
    assert messages_of(page)[0].startswith("This form had expired, so nothing was done.")
    assert pages.path.endswith("/couple")  # where it can be sent again
    with app.app_context():
        assert couplings.find_coupling("default", "CUSTOMER", "bc", two[0]) is None
    token = page.xpath("//form//input[@name='csrf_token']/@value")[0]
    page = pages.post(f"/tables/CUSTOMER/bc/{two[0]}/couple", do="couple", partner=two[1], csrf_token=token)
    assert "is now coupled" in messages_of(page)[0]


def test_a_message_is_shown_once(pages: Pages, two: Two) -> None:
    card = couple(pages, two)
    assert messages_of(pages.get(card)) == []


@pytest.mark.parametrize(
    "elsewhere", ["//evil.example/", "https://evil.example/", "/\\evil.example", "/\t/evil.example"]
)
def test_no_one_is_sent_to_another_host_afterwards(pages: Pages, two: Two, elsewhere: str) -> None:
    card = couple(pages, two)
    answer = pages.client.post(f"{card}/uncouple", data={"next": elsewhere})
    assert answer.location.startswith("/coupling/connections/default/")


def test_a_job_is_canceled_once_and_a_finished_one_says_so(pages: Pages, two: Two) -> None:
    couple(pages, two, synchronize="bc")
    job = pages.get("/jobs/").xpath("//tbody//th/a/@href")[0]
    assert messages_of(pages.post(f"{job}/cancel")) == ["The job was over already."]


# --- compared before coupling, paused --------------------------------------------------------------------------------


def test_the_likeliest_partner_comes_first_with_what_speaks_for_it(
    pages: Pages, two: Two, simulator: Simulator
) -> None:
    simulator.sales.create("accounts", {"name": "Adatum Nord", "customertypecode": 3})
    page = pages.get(f"/tables/CUSTOMER/bc/{two[0]}/couple")
    first, second = page.xpath("//div[@id='cpl-candidates']//label[.//input]")
    assert first.xpath(".//input/@value") == [two[1]]
    assert "Same: Name (Adatum)" in text_of(first)
    assert "Similar: Name (Adatum Nord)" in text_of(second)


def test_the_chosen_partner_is_compared_field_by_field_before_ok(pages: Pages, two: Two) -> None:
    asked = pages.post(f"/tables/CUSTOMER/bc/{two[0]}/couple", do="compare", partner=two[1])
    rows = [text_of(each) for each in asked.xpath("//section[@id='cpl-pair']//tbody/tr")]
    assert "Phone No.+45 33 12 34 56+45 70" in rows
    part = pages.client.get(
        f"/coupling/connections/default/tables/CUSTOMER/bc/{two[0]}/couple?partner={two[1]}",
        headers={"HX-Target": "cpl-pair"},
    )
    assert part.text.count("<section") == 1 and "+45 70" in part.text
    for none in ("", "new", "00000000-0000-4000-8000-000000000000", "nonsense"):
        part = pages.client.get(
            f"/coupling/connections/default/tables/CUSTOMER/sales/{two[1]}/couple?partner={none}",
            headers={"HX-Target": "cpl-pair"},
        )
        assert part.status_code == 200 and "<table" not in part.text


def test_a_coupling_is_paused_and_resumed_on_its_card(pages: Pages, two: Two, simulator: Simulator) -> None:
    card = couple(pages, two, synchronize="bc")
    paused = pages.post(f"{card}/pause", do="pause")
    assert "Paused: no run touches either record." in text_of(paused)
    told = messages_of(pages.post(f"{card}/synchronize", do="synchronize", direction="bidirectional"))
    assert told[0] == "Adatum is paused.Resume it first."
    assert "goes on" in messages_of(pages.post(f"{card}/pause", do="resume"))[0]


def test_the_card_tells_what_failed_with_the_fix_and_tries_again(pages: Pages, two: Two, simulator: Simulator) -> None:
    card = couple(pages, two, synchronize="bc")
    simulator.sales.update("accounts", two[1], address1_city="x" * 60)
    pages.post(f"{card}/synchronize", do="synchronize", direction="bidirectional")
    page = pages.get(card)
    assert "Data from Dynamics 365 Sales did not get across." in text_of(page)
    (form,) = page.xpath("//form[.//input[@name='pick']]")
    fields = {each.get("name"): each.get("value") for each in form.xpath(".//input")}
    told = pages.post(form.get("action"), do="selected", **fields)
    assert messages_of(told)[0].startswith("1 record is tried again.")


def test_the_history_of_a_card_goes_on_page_by_page(
    pages: Pages, two: Two, monkeypatch: pytest.MonkeyPatch, simulator: Simulator
) -> None:
    monkeypatch.setattr("flask_coupling.web.pages.records.LATELY", 1)
    card = couple(pages, two, synchronize="bc")
    simulator.bc.update("customers", two[0], city="Aarhus")
    pages.post(f"{card}/synchronize", do="synchronize", direction="bidirectional")
    page, seen = pages.get(card), []
    while True:
        seen += [text_of(each) for each in page.xpath("//section[@aria-labelledby='cpl-history']//strong")]
        on = page.xpath("//section[@aria-labelledby='cpl-history']//a[@rel='next']/@href")
        if not on:
            break
        page = pages.get(on[0])
    assert seen == ["Changed in Sales"] * 2


def test_the_statistics_of_a_customer_come_after_its_card(pages: Pages, two: Two, simulator: Simulator) -> None:
    card = couple(pages, two, synchronize="bc")
    simulator.sales.create("opportunities", {"name": "Boat", "_parentaccountid_value": two[1]})
    (panel,) = pages.get(card).xpath("//*[@id='cpl-business']")
    address = panel.get("hx-get")
    part = pages.client.get(address, headers={"HX-Target": "cpl-business"})
    assert "<html" not in part.text
    told = text_of(pages.get(address))
    assert "Balance (LCY)" in told and "Overdue Amounts (LCY)" in told
    assert "Not closed in Sales Opportunities1" in told


def test_statistics_of_a_service_that_is_down_are_told_beside_the_others(
    pages: Pages, two: Two, simulator: Simulator
) -> None:
    card = couple(pages, two, synchronize="bc")
    simulator.bc.delete("customers", two[0])
    told = text_of(pages.get(f"{card}/statistics"))
    assert "Business Central has no record" in told and "Opportunities" in told
