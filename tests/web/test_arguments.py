"""The arguments of a transformation in the editor of table mappings: typed one by one, refused at their place."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from lxml import html

from .conftest import Pages, text_of
from .test_mappings import EDITOR, cells_of, filled, settings

pytestmark = pytest.mark.usefixtures("connected")


def field_of(app: Flask, name: str, mapping: str = "CUSTOMER") -> Any:
    return next(each for each in settings(app, mapping).settings["fields"] if each["name"] == name)


def place_of(page: html.HtmlElement, name: str) -> str:
    """Where the form has the transformation of a shipped field."""
    (place,) = page.xpath(f"//select[@aria-label='Transformation of {name}']/@name")
    return str(place).removesuffix(".transformation")


def test_the_arguments_of_a_transformation_are_typed_one_by_one(app: Flask, pages: Pages) -> None:
    page = pages.get(EDITOR)
    key = place_of(page, "City")
    chosen = {f"{key}.transformation": "replace"}
    page = pages.post(EDITOR, **{**filled(page), **chosen, "do": "show"})
    typed = {f"{key}.argument.find": "Kbh. ", f"{key}.argument.put": ""}
    page = pages.post(EDITOR, **{**filled(page), **typed, "do": "save"})
    assert field_of(app, "city")["transformation"] == 'replace {"find": "Kbh. ", "put": ""}'
    told = "Replace a text (Text in Business Central: Kbh. , Text in Sales: )"
    assert cells_of(page)["City: Transformation"] == ["–", told]
    pages.post(EDITOR, **{**filled(page), "do": "save"})
    assert settings(app).version == 1, "a form sent as it stands changes nothing"


def test_a_list_of_values_is_typed_in_rows_of_the_kind_sales_holds(app: Flask, pages: Pages) -> None:
    page = pages.get(EDITOR)
    key = place_of(page, "Blocked")
    fields = filled(page)
    assert fields[f"{key}.argument.table.bc"][:2] == ["All", " "]
    assert fields[f"{key}.argument.table.sales"][:2] == ["1", "0"]
    fields[f"{key}.argument.table.bc"][1:3] = ["Ship", " "]
    fields[f"{key}.argument.table.sales"][1:3] = ["2", "0"]
    pages.post(EDITOR, status=422, **{**fields, f"{key}.argument.otherwise": "sometimes", "do": "save"})
    pages.post(EDITOR, **{**fields, f"{key}.argument.otherwise": "keep", "do": "save"})
    saved = field_of(app, "blocked")["transformation"]
    assert saved == 'lookup {"table": {"All": 1, "Ship": 2, " ": 0}, "otherwise": "keep"}'


def test_a_list_that_names_a_value_twice_is_refused_and_stays_as_it_was_typed(app: Flask, pages: Pages) -> None:
    page = pages.get(EDITOR)
    key = place_of(page, "Blocked")
    fields = filled(page)
    fields[f"{key}.argument.table.bc"][1:3] = ["All", " "]
    fields[f"{key}.argument.table.sales"][1:3] = ["2", "0"]
    page = pages.post(EDITOR, status=422, **{**fields, "do": "save"})
    assert "have 'All' several times" in text_of(page.get_element_by_id(f"{key}.transformation-wrong"))
    shown = filled(page)
    assert shown[f"{key}.argument.table.bc"][:3] == ["All", "All", " "]
    assert shown[f"{key}.argument.table.sales"][:3] == ["1", "2", "0"]
    assert settings(app).version == 0


ARGUMENT_FAULTS = [
    ({}, "Part of the text needs the argument start", "Del af teksten mangler argumentet"),
    ({"start": "x", "length": "2"}, "has to be a whole number from 0 to", "skal være et helt tal fra 0 til"),
]


@pytest.mark.parametrize("typed, english, danish", ARGUMENT_FAULTS)
def test_an_argument_that_does_not_fit_is_told_at_its_field_in_the_readers_language(
    app: Flask, pages: Pages, typed: dict[str, str], english: str, danish: str
) -> None:
    page = pages.get(EDITOR)
    key = place_of(page, "City")
    fields = {**filled(page), f"{key}.transformation": "substring", f"{key}.direction": "to_sales", "do": "save"}
    fields |= {f"{key}.argument.{name}": value for name, value in typed.items()}
    wrong = f"{key}.transformation-wrong"
    page = pages.post(f"{EDITOR}?lang=en", status=422, **fields)
    assert english.replace("start", "Characters left out first") in text_of(page.get_element_by_id(wrong))
    page = pages.post(f"{EDITOR}?lang=da", status=422, **fields)
    assert danish in text_of(page.get_element_by_id(wrong))
    assert page.get_element_by_id(f"{key}.argument.start").get("value") == typed.get("start", "")
    assert settings(app).version == 0


def test_a_transformation_that_cannot_be_read_stays_in_the_form(pages: Pages) -> None:
    page = pages.get(EDITOR)
    broken = {f"{place_of(page, 'City')}.transformation": "substring {nonsense", "do": "save"}
    page = pages.post(EDITOR, status=422, **{**filled(page), **broken})
    assert "The arguments of substring are no JSON object" in text_of(page).replace("Part of the text", "substring")
    assert page.xpath("//select/option[@selected][.='substring {nonsense']")
