"""A table filter decides about a record as the service decides about its row."""

from __future__ import annotations

from dataclasses import replace

import pytest

from flask_coupling.core.record import Record, Value
from flask_coupling.core.table_filter import EVERYTHING, Condition, both, literal, one_of, where
from flask_coupling.errors import MappingInvalid

BLANKS = [{"id": n, "text": text} for n, text in enumerate(("", None, "x"), 1000)]

COUNTRIES = ("DK", "", None, "SE")


def records(found: list[dict[str, Value]]) -> list[Record]:
    return [Record(str(row["id"]), "", "", row) for row in found]


def test_blanks_of_both_services_are_alike():
    blank, filled = where("text", "blank", ""), where("text", "not_blank", "")
    blanks = [row["id"] for row, record in zip(BLANKS, records(BLANKS), strict=True) if blank.admits(record)]
    assert blanks == [1000, 1001]
    assert [filled.admits(record) for record in records(BLANKS)] == [False, False, True]


RENDERED = (
    (where("blocked", "blank", " "), "blocked eq ' '"),
    (where("companyNumber", "not_blank", ""), "companyNumber ne ''"),
    (where("statecode", "blank"), "statecode eq null"),
    (where("displayName", "eq", "O'Neill"), "displayName eq 'O''Neill'"),
    (both(where("a", "eq", 1), where("b", "startswith", "x")), "a eq 1 and startswith(b,'x')"),
    (both(one_of("country", "DK", "SE"), where("a", "gt", 1)), "(country eq 'DK' or country eq 'SE') and a gt 1"),
    (EVERYTHING, ""),
)


@pytest.mark.parametrize("admits, text", RENDERED)
def test_it_renders_as_the_services_write_it(admits, text):
    assert admits.render() == text


def test_an_ordering_never_holds_for_null_or_another_kind_of_value():
    for operator in ("gt", "ge", "lt", "le"):
        condition = Condition("number", operator, 5)
        assert not any(condition.admits(Record("1", "", "", {"number": value})) for value in (None, "", "7"))


def test_the_condition_that_keeps_a_record_out_is_named():
    admits = both(where("flag", "eq", True), where("text", "not_blank", ""), where("number", "gt", 3))
    record = records([{"id": 1, "flag": True, "text": "", "number": 1}])[0]
    assert str(admits.failing(record)) == "text not blank"
    assert str(Condition("number", "gt", 3)) == "number gt 3"
    assert admits.fields == ("flag", "text", "number")
    assert EVERYTHING.failing(record) is None


def test_an_unknown_operator_is_refused_with_those_there_are():
    with pytest.raises(MappingInvalid, match="uses like; it may use eq, ne, gt"):
        where("name", "like", "x")


@pytest.mark.parametrize("value, text", [(None, "null"), (True, "true"), (False, "false"), (3, "3"), ("a'b", "'a''b'")])
def test_a_literal_is_spelled_as_odata_does(value, text):
    assert literal(value) == text


def test_text_compares_with_its_case_in_business_central_only():
    record = Record("1", "", "", {"name": "Ægård"})
    exact = where("name", "contains", "Å")
    assert not exact.admits(record) and replace(exact, ignores_case=True).admits(record)


def test_filters_exclude_one_another_when_they_want_different_values_of_one_property():
    customers, vendors = where("kind", "eq", 3), both(where("state", "eq", 0), where("kind", "eq", 11))
    assert customers.excludes(vendors) and vendors.excludes(customers)
    assert not customers.excludes(where("kind", "ne", 3))
    assert not customers.excludes(where("kind", "eq", 3.0))
    assert not customers.excludes(where("state", "eq", 1))


def test_alternatives_exclude_one_another_when_no_value_is_in_both():
    assert one_of("kind", 3, 4).excludes(one_of("kind", 11, 12))
    assert where("kind", "eq", 11).excludes(one_of("kind", 3, 4))
    assert not one_of("kind", 3, 4).excludes(one_of("kind", 4, 5))
    assert not one_of("kind", 3, None).excludes(where("kind", "eq", 4))


def test_one_of_several_conditions_is_enough():
    admits = both(one_of("country", "DK", ""), where("limit", "gt", 1))
    countries = {country: admits.admits(Record("1", "", "", {"country": country, "limit": 2})) for country in COUNTRIES}
    assert countries == {"DK": True, "": True, None: True, "SE": False}
    assert not admits.admits(Record("1", "", "", {"country": "DK", "limit": 1}))
    assert str(admits.failing(Record("1", "", "", {"country": "SE"}))) == "country eq 'DK' or country blank"
    assert admits.fields == ("country", "limit")
