"""A filter is read as it is written, and what it cannot hold is refused by name and place."""

from __future__ import annotations

import pytest

from flask_coupling.core.filter_text import LONGEST, FilterUnreadableError, read_filter
from flask_coupling.core.side import Side
from flask_coupling.core.table_filter import EVERYTHING, AnyOf, Condition, TableFilter, both, one_of, where
from flask_coupling.mappings import default_setup

READ = (
    ("", EVERYTHING),
    ("  ", EVERYTHING),
    ("statecode eq 0 and customertypecode eq 3", both(where("statecode", "eq", 0), where("customertypecode", "eq", 3))),
    ("blocked eq ' '", where("blocked", "blank", " ")),
    ("parentcustomerid ne null", where("parentcustomerid", "not_blank")),
    ("displayName eq 'O''Neill'", where("displayName", "eq", "O'Neill")),
    ("name eq ' and '", where("name", "eq", " and ")),
    ("limit ge -2.5 AND closed eq false", both(where("limit", "ge", -2.5), where("closed", "eq", False))),
    ("(a eq 1 and (b ne 2)) and c lt 3", both(where("a", "eq", 1), where("b", "ne", 2), where("c", "lt", 3))),
    (
        "startswith(city,'Aar') and contains( city , 'u')",
        both(where("city", "startswith", "Aar"), where("city", "contains", "u")),
    ),
    ("postingDate ge 2026-01-31", where("postingDate", "ge", "2026-01-31")),
    ("modifiedon lt 2026-01-31T10:00:00Z", where("modifiedon", "lt", "2026-01-31T10:00:00Z")),
    ("contactsInformation/contactNumber ne ''", where("contactsInformation/contactNumber", "not_blank", "")),
    (
        "ownerid eq 0a1b2c3d-0000-4000-8000-000000000001",
        where("ownerid", "eq", "0a1b2c3d-0000-4000-8000-000000000001"),
    ),
    ("endswith(email,'.dk')", where("email", "endswith", ".dk")),
    ("country eq 'DK' or country eq 'SE'", one_of("country", "DK", "SE")),
    ("country in ('DK','SE', '')", one_of("country", "DK", "SE", "")),
    ("a in (1)", where("a", "eq", 1)),
    ("(a eq 1 or (a eq 2 or a in (3,null))) and b ne 1", both(one_of("a", 1, 2, 3, None), where("b", "ne", 1))),
    (
        "startswith(city,'A') or limit gt 5",
        TableFilter((AnyOf((Condition("city", "startswith", "A"), Condition("limit", "gt", 5))),)),
    ),
)


@pytest.mark.parametrize("text, expected", READ)
def test_a_text_is_read_as_its_conditions(text, expected):
    assert read_filter(text) == expected


@pytest.mark.parametrize("text, expected", READ)
def test_what_was_read_is_written_so_that_it_reads_the_same(text, expected):
    assert read_filter(expected.render()) == expected


@pytest.mark.parametrize("side", Side)
def test_every_shipped_filter_can_be_written_and_read(side):
    for mapping in default_setup().values():
        shipped = mapping.bc_filter if side is Side.BC else mapping.sales_filter
        assert read_filter(shipped.render()) == shipped


@pytest.mark.parametrize(
    "text, code, place",
    [
        ("a eq 1 or b eq 2 and c eq 3", "filter_or", 8),
        ("(a eq 1 and b eq 2) or c eq 3", "filter_or", 21),
        ("a eq 1 xor b eq 2", "filter_joined", 8),
        ("not a eq 1", "filter_word", 1),
        ("contains(a,'')", "filter_value", 12),
        ("a in 1", "filter_mark", 6),
        ("a in ()", "filter_value", 7),
        ("a in (1,", "filter_value", 9),
        ("a eq 1 or", "filter_name", 10),
        ("a like 'x'", "filter_operator", 3),
        ("any(a,'x')", "filter_word", 1),
        ("tolower(a) eq 'x'", "filter_function", 1),
        ("a eq", "filter_value", 5),
        ("a eq b", "filter_value", 6),
        ("a eq 'x", "filter_token", 6),
        ("a eq 1 and", "filter_name", 11),
        ("(a eq 1", "filter_mark", 8),
        ("a eq 1)", "filter_joined", 7),
        ("1 eq a", "filter_name", 1),
        ("a = 1", "filter_token", 3),
        ("a eq 1; drop table x", "filter_token", 7),
    ],
)
def test_what_is_no_filter_is_refused_at_its_place(text, code, place):
    with pytest.raises(FilterUnreadableError) as caught:
        read_filter(text)
    assert (caught.value.fault.code, caught.value.fault.facts["place"]) == (code, place)
    assert f"At character {place}: " in caught.value.fault.message


@pytest.mark.parametrize(
    "text, code",
    [
        ("(" * 400 + "a eq 1" + ")" * 400, "filter_deep"),
        ("a eq '" + "x" * LONGEST + "'", "filter_long"),
    ],
)
def test_a_filter_has_bounds(text, code):
    with pytest.raises(FilterUnreadableError) as caught:
        read_filter(text)
    assert caught.value.fault.code == code
