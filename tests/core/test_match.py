"""Partners are found by value: one candidate couples, several are ambiguous, blanks match nothing."""

from __future__ import annotations

import random
from collections.abc import Iterable

import pytest

from flask_coupling.core.criteria import Criterion, Keys, default_criteria, in_groups, keys_of
from flask_coupling.core.mapping import FieldMapping, Reference, Table, TableMapping
from flask_coupling.core.match import Match, MatchResult, find_matches, unique_pairs
from flask_coupling.core.record import Record
from flask_coupling.core.reference import References
from flask_coupling.core.side import Side
from flask_coupling.core.similarity import suggest
from flask_coupling.errors import MappingInvalid

MAPPING = TableMapping(
    name="CUSTOMER",
    bc=Table(name="customers", key="id", modified_on="changed", title="name"),
    sales=Table(name="accounts", key="accountid", modified_on="changed", title="title"),
    fields=(
        FieldMapping(bc="name", sales="title"),
        FieldMapping(bc="phone", sales="telephone"),
        FieldMapping(bc="currency", sales="money", reference=Reference("CURRENCY", "code")),
        FieldMapping(bc="credit", sales="limit"),
    ),
    match_on=("name", "phone"),
)
BOTH = default_criteria(MAPPING)
COUPLED, NO_MATCH, AMBIGUOUS, ALREADY_COUPLED = MatchResult


def bc(id: str, name: str = "", phone: str = "", **values: object) -> Record:
    return Record(id, "", "", {"name": name, "phone": phone, "currency": "EUR", **values})


def sales(id: str, title: str | None = None, phone: str | None = None, **values: object) -> Record:
    return Record(id, "", "", {"title": title, "telephone": phone, "money": "guid-eur", **values})


def keyed(
    side: Side, records: Iterable[Record], criteria: Iterable[Criterion], references: References
) -> dict[str, Keys]:
    told = list(records)
    keys = keys_of(side, told, in_groups(criteria, MAPPING), references)
    return {record.id: each for record, each in zip(told, keys, strict=True)}


def found(
    in_bc: Iterable[Record],
    in_sales: Iterable[Record],
    criteria: Iterable[Criterion] = BOTH,
    taken: Iterable[str] = (),
    references: References | None = None,
) -> dict[str, Match]:
    known, criteria = references or {}, tuple(criteria)
    ours, theirs = keyed(Side.BC, in_bc, criteria, known), keyed(Side.SALES, in_sales, criteria, known)
    return find_matches(ours, theirs, frozenset(taken))


CASES = (
    ("one partner", [bc("b", "Adatum", "1")], [sales("s", "Adatum", "1")], [("b", "s")]),
    ("case and blanks do not count (BC-074)", [bc("b", " ADATUM", "1")], [sales("s", "Adatum ", "1")], [("b", "s")]),
    ("letters beyond ASCII", [bc("b", "ÆBLEGÅRD STRASSE")], [sales("s", "æblegård straße")], [("b", "s")]),
    ("every field counts", [bc("b", "Adatum", "1")], [sales("s", "Adatum", "2")], []),
    ("a blank is no condition (BC-075)", [bc("b", "Adatum")], [sales("s", "Adatum", "1")], [("b", "s")]),
    ("but it is one on the other side", [bc("b", "Adatum", "1")], [sales("s", "Adatum")], []),
    ("only blanks match nothing (BC-075)", [bc("b", "")], [sales("s", None)], []),
    ("two candidates (BC-067)", [bc("b", "Adatum")], [sales("s1", "Adatum"), sales("s2", "Adatum")], []),
    ("two claims of one", [bc("b1", "Adatum"), bc("b2", "Adatum")], [sales("s", "Adatum")], []),
    (
        "an ambiguous one does not stop the others",
        [bc("b1", "A"), bc("b2", "B")],
        [sales("s1", "A"), sales("s2", "A"), sales("s3", "B")],
        [("b2", "s3")],
    ),
    (
        "who says more comes before who says less",
        [bc("b1", "A", "1"), bc("b2", "A")],
        [sales("s1", "A", "1"), sales("s2", "A", "2")],
        [("b1", "s1")],
    ),
    ("nothing there", [bc("b", "Adatum")], [], []),
)


@pytest.mark.parametrize("in_bc, in_sales, pairs", [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_partners_are_found_by_value(in_bc, in_sales, pairs):
    assert unique_pairs(found(in_bc, in_sales).values()) == pairs


NAME, PHONE = Criterion("name", 1), Criterion("phone", 2)
RESULTS = (
    ("one that fits", [bc("b", "A")], [sales("s", "A")], (), Match("b", COUPLED, ("s",), 0, 0)),
    ("none that fits", [bc("b", "A")], [sales("s", "B")], (), Match("b", NO_MATCH)),
    ("two that fit", [bc("b", "A")], [sales("s", "A"), sales("t", "A")], (), Match("b", AMBIGUOUS, ("s", "t"), 0, 0)),
    ("one wanted by two", [bc("b", "A"), bc("c", "A")], [sales("s", "A")], (), Match("b", AMBIGUOUS, ("s",), 1, 0)),
    ("one with a partner", [bc("b", "A")], [sales("s", "A")], ("s",), Match("b", ALREADY_COUPLED, ("s",), 0, 0)),
    (
        "one free beside one with a partner",
        [bc("b", "A")],
        [sales("s", "A"), sales("t", "A")],
        ("s",),
        Match("b", COUPLED, ("t",), 0, 0),
    ),
    (
        "a later group after no match",
        [bc("b", "A", "1")],
        [sales("s", "B", "1")],
        (),
        Match("b", COUPLED, ("s",), 0, 1),
    ),
    (
        "a later group after an ambiguous one",
        [bc("b", "A", "1")],
        [sales("s", "A", "1"), sales("t", "A", "2")],
        (),
        Match("b", COUPLED, ("s",), 0, 1),
    ),
    (
        "a later group is not joined to an earlier one",
        [bc("b", "A", "1")],
        [sales("s", "A", "2"), sales("t", "A", "2"), sales("u", "Other", "1")],
        (),
        Match("b", COUPLED, ("u",), 0, 1),
    ),
    (
        "the first group that found something tells why",
        [bc("b", "A", "1")],
        [sales("s", "A", "2"), sales("t", "A", "2")],
        (),
        Match("b", AMBIGUOUS, ("s", "t"), 0, 0),
    ),
    (
        "what an earlier group coupled is taken in the next",
        [bc("b", "X", "1"), bc("c", "A", "1")],
        [sales("s", "A", "1")],
        (),
        Match("b", ALREADY_COUPLED, ("s",), 0, 1),
    ),
)


@pytest.mark.parametrize("in_bc, in_sales, taken, result", [case[1:] for case in RESULTS], ids=[r[0] for r in RESULTS])
def test_each_record_gets_its_own_result_from_groups_tried_in_order(in_bc, in_sales, taken, result):
    assert found(in_bc, in_sales, (PHONE, NAME), taken)["b"] == result


EVENED = (
    ("name", True, ("trim",), "Adatum", "ADATUM", False),
    ("name", False, ("trim",), "Adatum", "ADATUM", True),
    ("name", False, ("trim",), "Adatum  Corp ", " Adatum Corp", True),
    ("name", False, (), "Adatum ", "Adatum", False),
    ("name", False, ("trim",), "Café", "Cafe", False),
    ("name", False, ("trim", "accents"), "Café Smørrebrød", "cafe smorrebrod", True),
    ("phone", False, ("digits",), "+45 33-12 34 56", "0045 (33) 123456", True),
    ("phone", False, ("digits",), "33 12 34 56", "33 12 34 57", False),
    ("phone", False, ("digits",), "none", "unknown", False),
    ("phone", True, ("email",), " Ann@Adatum.example", "ann@adatum.example", True),
    ("phone", True, ("trim",), "Ann@Adatum.example", "ann@adatum.example", False),
)


@pytest.mark.parametrize("field, case_sensitive, normalize, left, right, is_same", EVENED)
def test_what_is_evened_out_is_told_by_the_criterion(field, case_sensitive, normalize, left, right, is_same):
    criterion = Criterion(field, 0, case_sensitive, normalize)
    values = (("b", left), ("s", right)) if field == "name" else (("b", "", left), ("s", None, right))
    pairs = unique_pairs(found([bc(*values[0])], [sales(*values[1])], [criterion]).values())
    assert pairs == ([("b", "s")] if is_same else [])


def test_numbers_match_by_value_and_zero_is_one():
    credit = [Criterion("credit")]
    assert unique_pairs(found([bc("b", credit=10)], [sales("s", limit=10.0)], credit).values()) == [("b", "s")]
    assert unique_pairs(found([bc("b", credit=0)], [sales("s", limit=0)], credit).values()) == [("b", "s")]


def test_a_reference_matches_by_its_coupling_and_not_at_all_without_one():
    known = {("CURRENCY", Side.BC, "EUR"): "guid-eur"}
    by_currency = [Criterion("currency")]
    assert unique_pairs(found([bc("b", "A")], [sales("s", "B")], by_currency, (), known).values()) == [("b", "s")]
    assert unique_pairs(found([bc("b", "A")], [sales("s", "B")], by_currency).values()) == []


@pytest.mark.parametrize(
    "criteria, detail",
    [
        ([Criterion("shoeSize")], "shoeSize, not mapped"),
        ([Criterion("name", 1), Criterion("name", 1)], "twice on name"),
    ],
)
def test_criteria_the_mapping_cannot_be_matched_by_are_refused(criteria, detail):
    with pytest.raises(MappingInvalid, match=detail):
        in_groups(criteria, MAPPING)


@pytest.mark.parametrize("wrong", [{"priority": -1}, {"normalize": ("soundex",)}])
def test_a_criterion_that_cannot_be_right_cannot_be_made(wrong):
    with pytest.raises(MappingInvalid):
        Criterion("name", **wrong)


@pytest.mark.parametrize("seed", range(20))
def test_the_order_of_records_does_not_matter_and_nobody_gets_two_partners(seed):
    chance = random.Random(seed)
    ours = [bc(f"b{n}", chance.choice("ABCD "), chance.choice("123 ")) for n in range(12)]
    theirs = [sales(f"s{n}", chance.choice("ABCD "), chance.choice("123 ")) for n in range(12)]
    taken = chance.sample([each.id for each in theirs], 2)
    once = found(ours, theirs, (NAME, PHONE), taken)
    again = found(chance.sample(ours, 12), chance.sample(theirs, 12), (NAME, PHONE), taken)
    assert {id: (m.result, sorted(m.candidates)) for id, m in once.items()} == {
        id: (m.result, sorted(m.candidates)) for id, m in again.items()
    }, f"seed {seed}"
    partners = [sales_id for _, sales_id in unique_pairs(once.values())]
    assert len(set(partners)) == len(partners) and not set(partners) & set(taken), f"seed {seed}"


def test_many_records_of_one_value_on_both_sides_take_no_quadratic_work():
    many = 20_000  # two billion comparisons, if each were held against each
    ours = {f"b{n}": (("same",),) for n in range(many)}
    theirs = {f"s{n}": (("same",),) for n in range(many)}
    matches = find_matches(ours, theirs, frozenset())
    assert {each.result for each in matches.values()} == {AMBIGUOUS}
    assert len({id(each.candidates) for each in matches.values()}) == 1


NEAR = (
    ("the same but for its spelling", "Adatum Corp.", "ADATUM CORP", "spelling", 0.98),
    ("the same but for its order", "Ann Holm", "Holm, Ann", "similar", 0.97),
    ("a letter too many", "Contoso", "Contosso", "similar", 0.9),
    ("accents", "Café Å", "cafe a", "spelling", 0.98),
)


@pytest.mark.parametrize("ours, theirs, kind, least", [case[1:] for case in NEAR], ids=[case[0] for case in NEAR])
def test_near_matches_are_suggested_with_the_reason(ours, theirs, kind, least):
    (name,) = in_groups([Criterion("name")], MAPPING)[0]
    far = sales("far", "Zebra Trading")
    (near,) = suggest(bc("b", ours), [far, sales("s", theirs)], [name], {})
    (reason,) = near.reasons
    assert (near.sales_id, reason.field, reason.kind, reason.bc, reason.sales) == ("s", "name", kind, ours, theirs)
    assert least <= near.score < 1


def test_the_best_suggestion_comes_first_and_a_blank_says_nothing():
    parts = in_groups(BOTH, MAPPING)[0]
    rows = [sales("s1", "Adatum", "2"), sales("s2", "Adatum", "1"), sales("s3", "Adatum")]
    assert [each.sales_id for each in suggest(bc("b", "Adatum", "1"), rows, parts, {})][:2] == ["s2", "s3"]
