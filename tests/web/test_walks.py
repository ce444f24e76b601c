"""A person at a real browser: the procedures of the manual, with and without JavaScript, in both languages."""

from __future__ import annotations

import pytest

from flask_coupling.operations import couplings, synchronization

from .walking import Walk, coupled_pair, new_customer, served, walk
from .world import BASE, World

__all__ = ["served", "walk"]


def test_to_couple_synchronize_and_uncouple_a_record(walk: Walk, request: pytest.FixtureRequest) -> None:
    name = f"Walk {request.node.callspec.id}"
    customer, account = new_customer(walk.world, name)
    bc, sales = walk.world.simulator.bc, walk.world.simulator.sales

    # couple: from the list to the card, the action, the partner, OK
    walk.open(f"{BASE}/tables/CUSTOMER/bc/?q={name}")
    walk.page.get_by_role("link", name=name, exact=True).click()
    walk.press(walk.words["couple"])
    if walk.has_script:
        walk.page.locator("dialog[open]").wait_for()
        walk.page.locator(".htmx-settling").first.wait_for(state="detached")  # its search box is connected then
    walk.page.get_by_role("searchbox").last.fill(name)
    if not walk.has_script:
        walk.press(walk.words["search"])
    walk.page.locator(f"#cpl-candidates input[value='{account}']").check()
    walk.press(walk.words["ok"])
    walk.page.wait_for_url("**/couplings/*")
    assert name in walk.told()
    assert sales.get("accounts", account)["address1_city"] == "Aarhus"  # type: ignore[index]

    # synchronize now: the other user edits, the direction is chosen, OK
    sales.update("accounts", account, address1_city="Skagen")
    walk.page.reload()
    walk.press(walk.words["now"])
    walk.page.locator("#cpl-preview").wait_for()
    walk.page.get_by_label(walk.words["get"]).first.check()
    if walk.has_script:
        walk.page.locator("dialog #cpl-preview td", has_text="Skagen").wait_for()
    walk.press(walk.words["ok"])
    walk.page.locator("#cpl-messages .cpl-notice").wait_for()
    assert bc.get("customers", customer)["city"] == "Skagen"  # type: ignore[index]

    # delete the coupling: asked once more, both records stay
    walk.press(walk.words["uncouple"])
    walk.page.locator(".cpl-danger").wait_for()
    (walk.page.locator("dialog[open]") if walk.has_script else walk.page).locator("form .cpl-danger").click()
    walk.page.wait_for_url(f"**/bc/{customer}")
    assert walk.words["not"] in walk.page.locator(".cpl-head").inner_text()


def test_to_synchronize_several_records(walk: Walk, request: pytest.FixtureRequest) -> None:
    moved = walk.world.couplings["synchronized"]
    city = f"By {request.node.callspec.id}"
    walk.world.simulator.bc.update("customers", moved.bc_id, city=city)
    walk.open(f"{BASE}/tables/CUSTOMER/couplings/?state=synchronized")
    if walk.has_script:
        assert walk.page.get_by_role("button", name=walk.words["now"]).is_disabled()
    walk.page.get_by_role("checkbox", name=walk.words["select"] + moved.bc_title, exact=True).check()
    walk.press(walk.words["now"])
    walk.page.locator("#cpl-preview").wait_for()
    walk.press(walk.words["ok"])
    walk.page.wait_for_url("**/jobs/*")
    account = walk.world.simulator.sales.get("accounts", moved.sales_id)
    assert account is not None
    assert account["address1_city"] == city


def test_keyboard_alone_reaches_the_content_and_closes_a_dialog(walk: Walk) -> None:
    if not walk.has_script:
        return walk.open(f"{BASE}/")  # a dialog is a page then, and Escape has nothing to close
    walk.open(f"{BASE}/couplings/{walk.world.couplings['bc_moved'].id}")
    walk.page.keyboard.press("Tab")
    assert walk.page.evaluate("document.activeElement.className") == "cpl-skip"
    walk.page.keyboard.press("Enter")
    link = walk.page.get_by_role("link", name=walk.words["now"])
    link.focus()
    walk.page.keyboard.press("Enter")
    walk.page.locator("dialog[open]").wait_for()
    walk.page.keyboard.press("Escape")
    walk.page.locator("dialog[open]").wait_for(state="detached")
    assert link.evaluate("link => link === document.activeElement")


def test_searching_while_typing_narrows_the_list_in_place(walk: Walk) -> None:
    walk.open(f"{BASE}/tables/CUSTOMER/bc/")
    walk.page.get_by_role("searchbox").fill("adatum")
    if not walk.has_script:
        walk.page.keyboard.press("Enter")
    walk.page.wait_for_url("**q=adatum*")
    walk.page.wait_for_function("document.querySelectorAll('#cpl-list tbody tr').length === 1")


# --- selections, filters, the inbox ----------------------------------------------------------------------------------


def state_of(world: World, id: int) -> str:
    with world.app.app_context():
        return couplings.get_coupling("default", id).state


def tick(walk: Walk, title: str) -> None:
    walk.page.get_by_role("checkbox", name=walk.words["select"] + title, exact=True).check()


def sure(walk: Walk, name: str) -> None:
    """Press a button of the dialog that was opened, or of its page."""
    place = walk.page.locator("dialog[open]") if walk.has_script else walk.page.locator(".cpl-dialog-page")
    place.get_by_role("button", name=name, exact=True).click()


def test_ticked_records_of_two_pages_are_paused_and_all_that_match_are_resumed(
    walk: Walk, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("flask_coupling.web.pages.lists.PAGE_SIZE", 2)
    mark = f"Pages {request.node.callspec.id}"
    first, _, last = (coupled_pair(walk.world, f"{mark} {letter}") for letter in "ABC")
    walk.open(f"{BASE}/tables/CUSTOMER/couplings/?q={mark}")
    tick(walk, first.bc_title)
    walk.press(walk.words["next"])
    tick(walk, last.bc_title)
    walk.press(walk.words["previous"])
    box = walk.page.get_by_role("checkbox", name=walk.words["select"] + first.bc_title, exact=True)
    assert box.is_checked()
    walk.press(walk.words["pause"])
    sure(walk, walk.words["pause"])
    walk.page.locator("#cpl-messages .cpl-notice").wait_for()
    assert [state_of(walk.world, each.id) for each in (first, last)] == ["paused", "paused"]

    walk.open(f"{BASE}/tables/CUSTOMER/bc/?q={mark}&state=paused")
    walk.press(walk.words["all"])
    walk.press(walk.words["pause"])
    sure(walk, walk.words["resume"])
    walk.page.locator("#cpl-messages .cpl-notice").wait_for()
    assert [state_of(walk.world, each.id) for each in (first, last)] == ["synchronized", "synchronized"]


def test_records_are_created_in_the_other_system_from_the_list(walk: Walk, request: pytest.FixtureRequest) -> None:
    name = f"Create {request.node.callspec.id}"
    walk.world.simulator.bc.create("customers", {"displayName": name})
    before = walk.world.simulator.sales.count("accounts")
    walk.open(f"{BASE}/tables/CUSTOMER/bc/?q={name}")
    tick(walk, name)
    walk.press(walk.words["create"])
    sure(walk, walk.words["ok"])
    walk.page.wait_for_url("**/jobs/*")
    assert walk.world.simulator.sales.count("accounts") == before + 1


def test_a_selected_record_is_coupled_and_compared_before_ok(walk: Walk, request: pytest.FixtureRequest) -> None:
    name = f"Compare {request.node.callspec.id}"
    _, account = new_customer(walk.world, name)
    walk.open(f"{BASE}/tables/CUSTOMER/bc/?q={name}")
    tick(walk, name)
    walk.press(walk.words["couple"])
    walk.page.locator(f"#cpl-candidates input[value='{account}']").check()
    if not walk.has_script:
        walk.press(walk.words["compare"])
    walk.page.locator("#cpl-pair td", has_text="Odense").wait_for()
    walk.press(walk.words["ok"])
    walk.page.wait_for_url("**/couplings/*")
    assert name in walk.told()


def test_selected_records_go_to_match_based_coupling(walk: Walk, request: pytest.FixtureRequest) -> None:
    name = f"Match {request.node.callspec.id}"
    new_customer(walk.world, name)
    walk.open(f"{BASE}/tables/CUSTOMER/bc/?q={name}")
    tick(walk, name)
    walk.page.locator("#cpl-list").get_by_role("button", name=walk.words["matching"]).click()
    walk.page.wait_for_url("**/match?sel=*")


def test_a_filter_is_saved_and_opened_again_with_its_columns(walk: Walk, request: pytest.FixtureRequest) -> None:
    name = f"Filter {request.node.callspec.id}"
    coupled_pair(walk.world, name)
    walk.open(f"{BASE}/tables/CUSTOMER/bc/?state=coupled")
    walk.page.locator("summary", has_text=walk.words["columns"]).click()
    walk.page.locator("input[name=col][value='sales.address1_city']").check()
    walk.page.locator(".cpl-drop-box").get_by_role("button", name=walk.words["show"], exact=True).first.click()
    walk.page.wait_for_url("**col=sales.address1_city*")
    walk.page.get_by_role("searchbox").fill(name)
    if not walk.has_script:
        walk.page.keyboard.press("Enter")
    walk.page.locator("#cpl-list tbody tr:only-child").wait_for()
    walk.page.locator("summary", has_text=walk.words["saved"]).click()
    walk.page.get_by_label(walk.words["save_as"]).fill(name)
    walk.page.locator(".cpl-save").get_by_role("button", name=walk.words["save"], exact=True).click()
    walk.page.locator("#cpl-messages .cpl-notice").wait_for()
    walk.open(f"{BASE}/tables/CUSTOMER/bc/")
    walk.page.locator("summary", has_text=walk.words["saved"]).click()
    walk.page.get_by_role("link", name=name, exact=True).first.click()
    walk.page.locator("#cpl-list tbody tr:only-child").wait_for()
    assert "Aarhus" in walk.page.locator("#cpl-list tbody").inner_text()


def test_a_conflict_is_noted_put_off_shown_again_and_decided(walk: Walk, request: pytest.FixtureRequest) -> None:
    name = f"Inbox {request.node.callspec.id}"
    pair = coupled_pair(walk.world, name)
    walk.world.simulator.bc.update("customers", pair.bc_id, city="Ribe")
    walk.world.simulator.sales.update("accounts", pair.sales_id, address1_city="Nyborg")
    with walk.world.app.app_context():
        synchronization.synchronize("default", "CUSTOMER", coupling_ids=[pair.id], wait=True)
    walk.open(f"{BASE}/issues/?mapping=CUSTOMER&kind=update")
    tick(walk, name)
    walk.page.locator("summary", has_text=walk.words["note"]).click()
    walk.page.get_by_label(walk.words["note_on"]).fill(f"Peter: {name}")
    walk.page.get_by_role("button", name=walk.words["save"], exact=True).click()
    walk.page.locator(".cpl-note", has_text=f"Peter: {name}").wait_for()
    tick(walk, name)
    walk.page.locator("summary", has_text=walk.words["off"]).click()
    walk.page.locator("button[value=snooze]").click()
    walk.page.locator("article", has_text=name).wait_for(state="detached")
    walk.open(f"{BASE}/issues/?mapping=CUSTOMER&kind=update&snoozed=1")
    tick(walk, name)
    walk.press(walk.words["again"])
    walk.page.locator("#cpl-messages .cpl-notice").wait_for()
    walk.open(f"{BASE}/issues/?mapping=CUSTOMER&kind=update")
    conflict = walk.page.locator("article", has_text=name)
    conflict.get_by_label("Business Central").check()
    conflict.get_by_role("button", name=walk.words["keep"]).click()
    walk.page.locator("#cpl-messages .cpl-notice").wait_for()
    account = walk.world.simulator.sales.get("accounts", pair.sales_id)
    assert account is not None and account["address1_city"] == "Ribe"


def test_the_card_pauses_resumes_and_undoes(walk: Walk, request: pytest.FixtureRequest) -> None:
    pair = coupled_pair(walk.world, f"Card {request.node.callspec.id}")
    walk.world.simulator.bc.update("customers", pair.bc_id, city="Skive")
    with walk.world.app.app_context():
        synchronization.synchronize("default", "CUSTOMER", coupling_ids=[pair.id], wait=True)
    walk.open(f"{BASE}/couplings/{pair.id}")
    walk.press(walk.words["pause"])
    walk.page.locator(".cpl-head", has_text=walk.words["paused"]).wait_for()
    walk.press(walk.words["resume"])
    walk.page.get_by_role("button", name=walk.words["pause"], exact=True).wait_for()
    walk.page.get_by_role("button", name=walk.words["undo"]).first.click()
    walk.page.get_by_role("link", name=walk.words["undone"]).first.wait_for()
    account = walk.world.simulator.sales.get("accounts", pair.sales_id)
    assert account is not None and account["address1_city"] == "Aarhus"
