"""What waits for a person: conflicts decided field by field or all alike, failures tried again, writes taken back."""

from __future__ import annotations

import pytest

from simulator.instance import Simulator

from .conftest import Pages, messages_of, text_of
from .test_forms import Two, couple


@pytest.fixture
def disputed(pages: Pages, two: Two, simulator: Simulator) -> Two:
    """A pair whose city and phone number both sides have changed, as the last run found it."""
    card = couple(pages, two, synchronize="bc")
    simulator.bc.update("customers", two[0], city="Aarhus", phoneNumber="+45 11")
    simulator.sales.update("accounts", two[1], address1_city="Odense", telephone1="+45 22")
    pages.post(f"{card}/synchronize", do="synchronize", direction="bidirectional")
    return two


def form_of(pages: Pages) -> tuple[str, list[str]]:
    """The only conflict's form: its address and the fields to choose."""
    (article,) = pages.get("/issues/").xpath("//article")
    names = article.xpath(".//input[@type='radio']/@name")
    return article.xpath(".//form/@action")[0], sorted(set(names))


def test_an_empty_inbox_says_that_nothing_waits(pages: Pages, connected: object) -> None:
    assert "Nothing waits for you" in text_of(pages.get("/issues/"))


def test_a_conflict_is_decided_field_by_field(pages: Pages, disputed: Two, simulator: Simulator) -> None:
    address, names = form_of(pages)
    assert names == ["field:city", "field:phoneNumber"]
    page = pages.post(address, **{"field:city": "bc", "field:phoneNumber": "sales"})
    assert messages_of(page)[0].startswith("Synchronized.")
    assert "Nothing waits for you" in text_of(page)
    assert simulator.sales.get("accounts", disputed[1])["address1_city"] == "Aarhus"  # type: ignore[index]
    assert simulator.bc.get("customers", disputed[0])["phoneNumber"] == "+45 22"  # type: ignore[index]


def test_a_conflict_tells_who_changed_it_and_which_service_does_not_say(pages: Pages, disputed: Two) -> None:
    text = text_of(pages.get("/issues/"))
    assert "by whom is not told by Business Central" in text
    assert ", by " in text.partition("Changed in Sales")[2]


def test_two_people_resolving_the_same_conflict_do_it_once(pages: Pages, disputed: Two, simulator: Simulator) -> None:
    address, _ = form_of(pages)
    pages.post(address, **{"field:city": "bc", "field:phoneNumber": "bc"})
    page = pages.post(address, **{"field:city": "sales", "field:phoneNumber": "sales"})
    assert "There is no open conflict" in messages_of(page)[0]
    assert simulator.bc.get("customers", disputed[0])["city"] == "Aarhus"  # type: ignore[index]


def test_choosing_nothing_decides_nothing(pages: Pages, disputed: Two) -> None:
    address, _ = form_of(pages)
    page = pages.post(address)
    assert "choose a side" in messages_of(page)[0]
    assert page.xpath("//article")


def test_all_conflicts_of_a_table_are_decided_alike(pages: Pages, disputed: Two, simulator: Simulator) -> None:
    pages.post("/tables/CUSTOMER/conflicts/resolve", kind="update", rule="get_from_sales")
    assert "/jobs/" in pages.path
    assert simulator.bc.get("customers", disputed[0])["city"] == "Odense"  # type: ignore[index]


@pytest.mark.parametrize(("choice", "accounts", "customers"), [("restore_record", 1, 1), ("delete_record", 0, 0)])
def test_a_deletion_is_restored_or_followed(
    pages: Pages, two: Two, simulator: Simulator, choice: str, accounts: int, customers: int
) -> None:
    card = couple(pages, two, synchronize="bc")
    simulator.sales.delete("accounts", two[1])
    pages.post(f"{card}/synchronize", do="synchronize", direction="bidirectional")
    address, _ = form_of(pages)
    pages.post(address, deletion=choice)
    assert (simulator.sales.count("accounts"), simulator.bc.count("customers")) == (accounts, customers)


def test_failures_are_grouped_by_cause_and_tried_again(pages: Pages, two: Two, simulator: Simulator) -> None:
    card = couple(pages, two, synchronize="bc")
    simulator.sales.update("accounts", two[1], address1_city="x" * 60)  # longer than Business Central's field
    pages.post(f"{card}/synchronize", do="synchronize", direction="bidirectional")
    page = pages.get("/issues/")
    assert "1 record" in text_of(page)
    assert "less than or equal to 30 characters" in text_of(page)
    listed = pages.get(page.xpath("//section[@aria-labelledby='cpl-causes']//h3/a/@href")[0])
    assert "less than or equal to 30 characters" in text_of(listed)
    (pick,) = listed.xpath("//input[@name='pick']/@value")
    (address,) = listed.xpath("//form[@id='cpl-failures']/@action")
    assert messages_of(pages.post(address, do="selected")) == ["Select one or more records first."]
    assert messages_of(pages.post(address, do="selected", pick=pick))[0].startswith("1 record is tried again.")


@pytest.mark.parametrize(("choice", "left"), [("restore_record", 1), ("delete_record", 0)])
def test_failed_records_whose_partner_is_gone_get_it_back_or_follow_it(
    pages: Pages, two: Two, simulator: Simulator, choice: str, left: int
) -> None:
    card = couple(pages, two, synchronize="bc")
    simulator.sales.update("accounts", two[1], address1_city="x" * 60)
    pages.post(f"{card}/synchronize", do="synchronize", direction="bidirectional")
    listed = pages.get("/failures/?mapping=CUSTOMER")
    (pick,) = listed.xpath("//input[@name='pick']/@value")
    (address,) = listed.xpath("//form[@id='cpl-failures']/@action")
    simulator.sales.delete("accounts", two[1])
    if choice == "delete_record":
        assert "Nothing was done." in messages_of(pages.post(address, do=choice, pick=pick))[0]
        assert simulator.bc.count("customers") == 1
    pages.post(address, do=choice, pick=pick, sure="yes")
    assert "/jobs/" in pages.path
    assert (simulator.sales.count("accounts"), simulator.bc.count("customers")) == (left, left)


def test_a_change_in_the_cards_history_is_undone_once(pages: Pages, two: Two, simulator: Simulator) -> None:
    card = couple(pages, two, synchronize="bc")
    simulator.bc.update("customers", two[0], city="Aarhus")
    pages.post(f"{card}/synchronize", do="synchronize", direction="bidirectional")
    address = pages.get(card).xpath("//section[@aria-labelledby='cpl-history']//form/@action")[0]
    page = pages.post(address, next=card)
    assert not simulator.sales.get("accounts", two[1]).get("address1_city")  # type: ignore[union-attr]
    assert "Undone" in text_of(page.xpath("//section[@aria-labelledby='cpl-history']")[0])
    assert "This cannot be undone" in messages_of(pages.post(address, next=card))[0]


def test_a_job_is_undone_after_asking(pages: Pages, two: Two, simulator: Simulator) -> None:
    couple(pages, two, synchronize="bc")
    simulator.bc.update("customers", two[0], city="Aarhus")
    pages.post("/tables/CUSTOMER/selected/synchronize", all="1", direction="bidirectional")
    job = pages.path
    assert "Everything this job wrote is taken back" in text_of(pages.get(f"{job}/undo"))
    pages.post(f"{job}/undo")
    assert not simulator.sales.get("accounts", two[1]).get("address1_city")  # type: ignore[union-attr]


def test_conflicts_are_ticked_and_decided_put_off_or_noted(pages: Pages, disputed: Two, simulator: Simulator) -> None:
    page = pages.get("/issues/")
    (ticked,) = page.xpath("//input[@name='conflict'][@form='cpl-many']/@value")
    noted = pages.post("/issues/", do="note", note="<b>ask</b> Peter", conflict=ticked)
    assert messages_of(noted)[0] == "The note is on 1 record."
    assert text_of(noted.find_class("cpl-note")[0]) == "<b>ask</b> Peter"
    later = pages.post("/issues/", do="snooze", until="2999-01-01", conflict=ticked)
    assert messages_of(later)[0].startswith("1 record is put off.")
    assert "Nothing waits for you" in text_of(later) and "1 put off" in text_of(later)
    shown = pages.get("/issues/?snoozed=1")
    assert "Put off until" in text_of(shown.xpath("//article")[0])
    assert pages.post("/issues/", do="wake", conflict=ticked).xpath("//article")
    decided = {"kind": "update", "rule": "get_from_sales", "conflict": ticked}
    pages.post("/tables/CUSTOMER/conflicts/resolve?selected=1", **decided)
    assert simulator.bc.get("customers", disputed[0])["city"] == "Odense"  # type: ignore[index]
    assert "Nothing waits for you" in text_of(pages.get("/issues/"))


@pytest.mark.parametrize("until", ["", "yesterday", "2000-01-01", "0001-01-01"])
def test_a_day_that_cannot_be_puts_nothing_off(pages: Pages, disputed: Two, until: str) -> None:
    (ticked,) = pages.get("/issues/").xpath("//input[@name='conflict']/@value")
    page = pages.post("/issues/", do="snooze", until=until, conflict=ticked)
    assert page.xpath("//article") and len(messages_of(page)) == 1


@pytest.mark.parametrize("address", ["/issues/", "/failures/", "/tables/CUSTOMER/conflicts/resolve?selected=1"])
def test_nothing_ticked_does_nothing(pages: Pages, disputed: Two, address: str) -> None:
    page = pages.post(address, do="snooze", until="2999-01-01", kind="update", rule="get_from_sales")
    assert messages_of(page) == ["Select one or more records first."]
    assert pages.get("/issues/").xpath("//article")


def test_deleting_all_survivors_asks_to_be_sure(pages: Pages, two: Two, simulator: Simulator) -> None:
    card = couple(pages, two, synchronize="bc")
    simulator.sales.delete("accounts", two[1])
    pages.post(f"{card}/synchronize", do="synchronize", direction="bidirectional")
    fields = {"kind": "deletion", "rule": "delete_record"}
    assert messages_of(pages.post("/tables/CUSTOMER/conflicts/resolve", **fields))[0].startswith("Nothing was done.")
    assert simulator.bc.count("customers") == 1
    pages.post("/tables/CUSTOMER/conflicts/resolve", sure="yes", **fields)
    assert simulator.bc.count("customers") == 0


def test_failed_records_are_put_off_noted_and_uncoupled(pages: Pages, two: Two, simulator: Simulator) -> None:
    card = couple(pages, two, synchronize="bc")
    simulator.sales.update("accounts", two[1], address1_city="x" * 60)
    pages.post(f"{card}/synchronize", do="synchronize", direction="bidirectional")
    address = "/failures/?mapping=CUSTOMER"
    (pick,) = pages.get(address).xpath("//input[@name='pick']/@value")
    assert "mind the town" in text_of(pages.post(address, do="note", note="mind the town", pick=pick))
    assert "Nothing waits for you" in text_of(pages.post(address, do="snooze", until="2999-01-01", pick=pick))
    assert pages.get(f"{address}&snoozed=1").xpath("//input[@name='pick']")
    pages.post(f"{address}&snoozed=1", do="wake", pick=pick)
    told = pages.post(address, do="uncouple", pick=pick)
    assert messages_of(told) == ["1 coupling was deleted."]
    assert "Nothing waits for you" in text_of(pages.get("/issues/"))
