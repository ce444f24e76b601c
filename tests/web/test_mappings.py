"""Table mappings as pages: edited, refused, tried, restored, exported and imported; and by two people at once."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING, Any

import pytest
from flask import Flask
from lxml import html

from flask_coupling.operations import couplings
from flask_coupling.operations.mapping_editor import get_settings, save_settings
from simulator.faults import FaultRule
from simulator.inprocess import mount
from simulator.instance import Simulator

from .browser import serve
from .conftest import Pages, messages_of, text_of
from .world import BASE, connect, host

if TYPE_CHECKING:
    from playwright.sync_api import Browser

EDITOR = "/tables/CUSTOMER/mapping"

pytestmark = pytest.mark.usefixtures("connected")


def filled(page: html.HtmlElement) -> dict[str, Any]:
    """What the editor's form would send as it stands."""
    (form,) = (each for each in page.forms if each.xpath(".//input[@name='bc_filter']"))
    fields: dict[str, Any] = {}
    for name, value in form.form_values():
        fields.setdefault(name, []).append(value)
    return fields


def cells_of(page: html.HtmlElement) -> dict[str, list[str]]:
    """What the page says of changed settings, by their names."""
    rows = page.xpath("//table[contains(@class, 'cpl-settings-changes')]/tbody/tr")
    return {text_of(row[0]): [text_of(each) for each in row[1:]] for row in rows}


def settings(app: Flask, mapping: str = "CUSTOMER") -> Any:
    with app.app_context():
        return get_settings("default", mapping)


def test_a_form_sent_as_it_stands_changes_nothing(app: Flask, pages: Pages) -> None:
    page = pages.post(EDITOR, **{**filled(pages.get(EDITOR)), "do": "save"})
    assert messages_of(page) == ["The settings are as they were; nothing was saved."]
    assert settings(app).version == 0


def test_two_fields_of_one_property_have_each_its_own_caption(pages: Pages) -> None:
    page = text_of(pages.get("/tables/ITEM-PRODUCT/mapping"))
    assert "Standard Cost" in page and "Current Cost" in page and "unitCost/currentcost" not in page


def test_settings_are_saved_and_the_page_says_what_they_select(app: Flask, pages: Pages, two: tuple[str, str]) -> None:
    fields = filled(pages.get(EDITOR)) | {"bc_filter": "displayName eq 'Adatum'", "direction": "to_sales", "do": "save"}
    page = pages.post(EDITOR, **fields)
    assert messages_of(page)[0].startswith(
        "The settings were saved. They select 1 record in Business Central and 1 record in Sales."
    )
    assert settings(app).settings["direction"] == "to_sales"
    assert cells_of(page)["Table Filter"] == ["blocked eq ' '", "displayName eq 'Adatum'"]
    assert "Changed" in text_of(pages.get("/mappings/"))


def test_a_mistake_is_shown_at_its_field_with_what_was_typed_and_nothing_is_saved(app: Flask, pages: Pages) -> None:
    fields = filled(pages.get(EDITOR)) | {"bc_filter": "shoeSize eq 4", "sales_filter": "statecode eq 0", "do": "save"}
    page = pages.post(EDITOR, status=422, **fields)
    told = messages_of(page)[0]
    assert "Business Central has no property shoeSize in customers." in told
    assert "VENDOR selects records of the same table" in told
    assert page.xpath("//input[@name='bc_filter'][@aria-invalid]/@value") == ["shoeSize eq 4"]
    assert settings(app).version == 0


def test_a_mistake_is_told_in_danish(pages: Pages) -> None:
    fields = filled(pages.get(EDITOR)) | {"bc_filter": "a eq", "do": "save"}
    page = pages.post(f"{EDITOR}?lang=da", status=422, **fields)
    assert "Ved tegn 5: der mangler en værdi; en tekst står i enkelte anførselstegn." in messages_of(page)[0]


def test_checking_says_how_many_records_are_selected_and_saves_nothing(
    app: Flask, pages: Pages, two: tuple[str, str]
) -> None:
    page = pages.post(EDITOR, **{**filled(pages.get(EDITOR)), "bc_filter": "city eq 'Ry'", "do": "check"})
    assert "They select 0 records in Business Central and 1 in Sales." in messages_of(page)[0]
    assert page.xpath("//input[@name='bc_filter']/@value") == ["city eq 'Ry'"]
    assert settings(app).version == 0


def test_a_field_of_ones_own_is_added_saved_and_removed(app: Flask, pages: Pages) -> None:
    page = pages.post(EDITOR, **{**filled(pages.get(EDITOR)), "do": "add:field"})
    own = {
        "own.0.bc": "taxRegistrationNumber",
        "own.0.sales": "description",
        "own.0.direction": "to_sales",
        "own.0.transformation": "trim",
        "own.0.caption": "VAT No.",
    }
    page = pages.post(EDITOR, **{**filled(page), **own, "do": "save"})
    (field,) = (each for each in settings(app).settings["fields"] if each["name"] == "taxRegistrationNumber")
    assert (field["sales"], field["transformation"], field["caption"]) == ("description", "trim", "VAT No.")
    assert "VAT No." in text_of(page)
    page = pages.post(EDITOR, **{**filled(page), "do": "remove:own.0"})
    pages.post(EDITOR, **{**filled(page), "do": "save"})
    assert settings(app).differences == ()


def test_a_constant_and_a_templates_values_are_of_the_kind_their_property_holds(app: Flask, pages: Pages) -> None:
    page = pages.post(EDITOR, **{**filled(pages.get(EDITOR)), "do": "add:field"})
    own = {"own.0.sales": "creditonhold", "own.0.direction": "to_sales", "own.0.constant": "Yes"}
    page = pages.post(EDITOR, **{**filled(page), **own, "do": "add:template"})
    template = {
        "template.0.name": "New",
        "template.0.side": "sales",
        "template.0.property": ["description", "numberofemployees"],
        "template.0.value": ["New", "12"],
    }
    pages.post(EDITOR, **{**filled(page), **template, "do": "save"})
    saved = settings(app).settings
    assert next(each for each in saved["fields"] if each["name"] == "creditonhold")["constant"] is True
    assert saved["templates"][0]["values"] == {"description": "New", "numberofemployees": 12}
    page = pages.get(EDITOR)
    assert page.xpath("//input[@name='own.0.constant']/@value") == ["true"]
    pages.post(EDITOR, **{**filled(page), "do": "remove:template.0"})
    assert settings(app).settings["templates"]


def test_trying_shows_what_would_be_written_and_why_not(app: Flask, pages: Pages, two: tuple[str, str]) -> None:
    with app.app_context():
        couplings.couple("default", "CUSTOMER", *two, synchronize="bc")
    fields = filled(pages.get(EDITOR)) | {"try_side": "bc", "try_search": "adatum", "do": "try"}
    page = pages.post(EDITOR, **fields)
    told = text_of(page.get_element_by_id("cpl-trial-result"))
    assert "What would happen to Adatum" in told and "Alike already" in told
    assert settings(app).version == 0
    nothing = pages.post(EDITOR, **{**fields, "try_search": "zzz"})
    assert "No records found" in text_of(nothing.get_element_by_id("cpl-trial-result"))


def test_the_second_of_two_administrators_is_told_what_changed_and_loses_nothing(app: Flask, pages: Pages) -> None:
    mine = filled(pages.get(EDITOR)) | {"bc_filter": "city eq 'Ry'", "do": "save"}
    with app.app_context():
        save_settings("default", "CUSTOMER", {"update_conflict": "newest"}, version=0)
    page = pages.post(EDITOR, status=409, **mine)
    assert "Customers was changed meanwhile by another user (update_conflict)" in messages_of(page)[0]
    assert cells_of(page)["Update-Conflict Resolution"] == ["Leave it for a decision", "The newest wins"]
    assert page.xpath("//input[@name='bc_filter']/@value") == ["city eq 'Ry'"]
    pages.post(EDITOR, **{**filled(page), "do": "save"})
    assert settings(app).settings["bc_filter"] == "city eq 'Ry'" and settings(app).version == 2


def test_an_expired_form_keeps_what_was_typed_and_saves_nothing(app: Flask, pages: Pages) -> None:
    fields = filled(pages.get(EDITOR)) | {"bc_filter": "city eq 'Ry'", "do": "save", "csrf_token": "old"}
    app.config["WTF_CSRF_ENABLED"] = True
    page = pages.post(EDITOR, status=400, **fields)
    assert "This form had expired" in messages_of(page)[0]
    assert page.xpath("//input[@name='bc_filter']/@value") == ["city eq 'Ry'"] and settings(app).version == 0


def test_the_default_is_restored_after_asking(app: Flask, pages: Pages) -> None:
    with app.app_context():
        save_settings("default", "CUSTOMER", {"only_coupled": False}, version=0)
    assert cells_of(pages.get(f"{EDITOR}/restore")) == {"Synch. Only Coupled Records": ["Yes", "No"]}
    page = pages.post(f"{EDITOR}/restore", version="1")
    assert "Customers has the settings of the default synchronization setup again." in messages_of(page)
    assert settings(app).differences == ()
    log = text_of(pages.get("/mappings/changes?mapping=CUSTOMER"))
    assert "Default restored" in log and "Edited" in log


def test_the_default_of_all_is_used_after_asking(app: Flask, pages: Pages) -> None:
    with app.app_context():
        save_settings("default", "VENDOR", {"only_coupled": False}, version=0)
    assert "Vendors" in text_of(pages.get("/mappings/restore").find(".//main"))
    assert "1 table mapping was changed." in messages_of(pages.post("/mappings/restore"))[0]
    assert "All table mappings have their default settings already." in text_of(pages.get("/mappings/restore"))


def test_the_setup_is_exported_and_imported_as_a_file(app: Flask, pages: Pages) -> None:
    with app.app_context():
        save_settings("default", "CUSTOMER", {"only_coupled": False}, version=0)
    answer = pages.client.get(f"{BASE}/mappings/setup.json")
    assert "attachment" in answer.headers["Content-Disposition"]
    content = answer.get_json()
    pages.post("/mappings/restore")

    def send(content: Any, do: str, status: int = 200) -> html.HtmlElement:
        file = (io.BytesIO(json.dumps(content).encode()), "setup.json")
        return pages.post("/mappings/import", status=status, file=file, do=do)

    assert "It would change: Customers" in messages_of(send(content, "look"))[0]
    assert settings(app).differences == ()
    assert messages_of(send(content, "import")) == ["The file was imported. Changed: Customers."]
    content["mappings"]["VENDOR"]["bc_filter"] = "x"
    content["mappings"]["CUSTOMER"]["direction"] = "sideways"
    told = messages_of(send(content, "import", status=422))[0]
    assert "Vendors: Table Filter At character 2: after x comes one of" in told
    assert "Customers: Direction sideways is not one of" in told
    assert "no file of a synchronization setup" in messages_of(send([], "import", status=422))[0]


def test_a_file_that_is_none_is_told(pages: Pages) -> None:
    assert "no file was chosen" in messages_of(pages.post("/mappings/import", do="import"))[0]
    page = pages.post("/mappings/import", status=422, do="import", file=(io.BytesIO(b"PK\x03"), "x.zip"))
    assert "no file of a synchronization setup" in messages_of(page)[0]


@pytest.mark.settings(COUPLING_RETRIES=0)
def test_while_a_service_is_down_the_editor_opens_and_saving_keeps_what_was_typed(
    app: Flask, pages: Pages, simulator: Simulator
) -> None:
    simulator.faults.add(FaultRule("status", service="sales", parameters={"status": 500}))
    page = pages.get(EDITOR)
    assert "Dynamics 365 Sales failed with status 500" in messages_of(page)[0]
    page = pages.post(EDITOR, status=502, **{**filled(page), "direction": "to_sales", "do": "save"})
    assert page.xpath("//select[@name='direction']/option[@selected]/@value") == ["to_sales"]
    assert settings(app).version == 0


@pytest.mark.settings(COUPLING_PERMISSION=lambda action, resource: action == "view")
def test_who_may_only_look_sees_the_list_and_no_editor(app: Flask, pages: Pages, connected: object) -> None:
    page = pages.get("/mappings/")
    assert not page.xpath("//main//a[contains(@href, '/mapping')][contains(., 'Customers')]")
    pages.get(EDITOR, status=403)


@pytest.mark.parametrize("has_script", [True, False], ids=["script", "no script"])
@pytest.mark.parametrize("language", ["en", "da"])
def test_a_person_edits_tries_and_saves_a_mapping(
    browser: Browser, tmp_path: Any, language: str, has_script: bool
) -> None:
    words = {
        "en": (
            "Add a field",
            "Try",
            "Save",
            "The settings were saved.",
            "Show its arguments",
            "Characters left out first",
        ),
        "da": (
            "Tilføj et felt",
            "Prøv",
            "Gem",
            "Indstillingerne blev gemt.",
            "Vis argumenterne",
            "Tegn, der først udelades",
        ),
    }[language]
    with mount(customers=3) as simulator, host(tmp_path) as app:
        connect(app, simulator)
        with serve(app) as address:
            context = browser.new_context(locale=language, java_script_enabled=has_script)
            page = context.new_page()
            troubles: list[str] = []
            page.on("console", lambda each: troubles.append(each.text) if each.type == "error" else None)
            page.goto(f"{address}{BASE}{EDITOR}")
            page.get_by_role("button", name=words[0], exact=True).click()
            page.locator("[name='own.0.bc']").fill("taxRegistrationNumber")
            page.locator("[name='own.0.sales']").fill("description")
            page.locator("[name='own.0.direction']").select_option("to_sales")
            page.locator("[name='own.0.transformation']").select_option("substring")
            if not has_script:
                page.locator(".cpl-own").get_by_role("button", name=words[4], exact=True).click()
            page.get_by_label(words[5]).fill("3")
            page.locator("[name='own.0.argument.length']").fill("4")
            page.locator("[name='try_search']").fill("a")
            page.get_by_role("button", name=words[1], exact=True).click()
            page.locator("#cpl-trial-result").wait_for()
            page.get_by_role("button", name=words[2], exact=True).click()
            page.locator("#cpl-messages .cpl-notice", has_text=words[3]).wait_for()
            assert page.locator("[name='own.0.bc']").input_value() == "taxRegistrationNumber"
            assert page.get_by_label(words[5]).input_value() == "3"
            assert troubles == []
            context.close()
        field = settings(app).settings["fields"][-1]
        assert field["transformation"] == 'substring {"start": 3, "length": 4}' and settings(app).version == 1
