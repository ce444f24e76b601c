"""Partners are found by value: one candidate couples, several are ambiguous, blanks match nothing."""

from __future__ import annotations

import pytest

from flask_coupling.core.mapping import FieldMapping, Reference, Table, TableMapping
from flask_coupling.core.match import Match, match, unique_pairs
from flask_coupling.core.record import Record
from flask_coupling.core.side import Side

MAPPING = TableMapping(
    name="CUSTOMER",
    bc=Table(name="customers", key="id", modified_on="changed", title="name"),
    sales=Table(name="accounts", key="accountid", modified_on="changed", title="title"),
    fields=(
        FieldMapping(bc="name", sales="title"),
        FieldMapping(bc="phone", sales="phone"),
        FieldMapping(bc="currency", sales="money", reference=Reference("CURRENCY", "code")),
    ),
    match_on=("name", "phone"),
)


def bc(id: str, name: str, phone: str = "") -> Record:
    return Record(id, "", "", {"name": name, "phone": phone, "currency": "EUR"})


def sales(id: str, title: str | None, phone: str | None = None) -> Record:
    return Record(id, "", "", {"title": title, "phone": phone, "money": "guid-eur"})


CASES = (
    ("one partner", [bc("b", "Adatum", "1")], [sales("s", "Adatum", "1")], [("b", "s")]),
    ("case and blanks do not count (BC-074)", [bc("b", " ADATUM", "1")], [sales("s", "Adatum ", "1")], [("b", "s")]),
    ("letters beyond ASCII", [bc("b", "ÆBLEGÅRD STRASSE")], [sales("s", "æblegård straße")], [("b", "s")]),
    ("every field counts", [bc("b", "Adatum", "1")], [sales("s", "Adatum", "2")], []),
    ("a blank equals a blank beside a value", [bc("b", "Adatum")], [sales("s", "Adatum")], [("b", "s")]),
    ("only blanks match nothing (BC-075)", [bc("b", "")], [sales("s", None)], []),
    ("two candidates", [bc("b", "Adatum")], [sales("s1", "Adatum"), sales("s2", "Adatum")], []),
    ("two claims of one (BC-067)", [bc("b1", "Adatum"), bc("b2", "Adatum")], [sales("s", "Adatum")], []),
    (
        "an ambiguous one does not stop the others",
        [bc("b1", "A"), bc("b2", "B")],
        [sales("s1", "A"), sales("s2", "A"), sales("s3", "B")],
        [("b2", "s3")],
    ),
    ("nothing there", [bc("b", "Adatum")], [], []),
)


@pytest.mark.parametrize("in_bc, in_sales, pairs", [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_partners_are_found_by_value(in_bc, in_sales, pairs):
    assert unique_pairs(match(in_bc, in_sales, MAPPING, {})) == pairs


def test_candidates_are_listed_for_a_person_to_choose():
    found = match([bc("b", "A")], [sales("s1", "A"), sales("s2", "A")], MAPPING, {})
    assert found == [Match("b", ("s1", "s2"))] and not found[0].is_unique


def test_a_reference_matches_by_its_coupling_and_not_at_all_without_one():
    mapping = MAPPING.replaced(match_on=("currency",))
    known = {("CURRENCY", Side.BC, "EUR"): "guid-eur"}
    assert unique_pairs(match([bc("b", "A")], [sales("s", "B")], mapping, known)) == [("b", "s")]
    assert unique_pairs(match([bc("b", "A")], [sales("s", "B")], mapping, {})) == []
