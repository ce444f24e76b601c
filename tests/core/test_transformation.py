"""Each transformation does what its own examples say, both ways."""

from __future__ import annotations

import json

import pytest

from flask_coupling.core.argument import LONGEST, ArgumentKind, Parameter
from flask_coupling.core.mapping import FieldMapping
from flask_coupling.core.record import same_value
from flask_coupling.core.reference import agree, translate
from flask_coupling.core.side import Direction, Side
from flask_coupling.core.transformation import all_transformations, get_transformation, register, transformation
from flask_coupling.errors import MappingInvalid

EXAMPLES = [(each.sampled, bc, sales) for each in all_transformations() for bc, sales in each.examples]
IDS = [f"{each.name}: {bc!r}" for each, bc, _ in EXAMPLES]
each_transformation = pytest.mark.parametrize("made", all_transformations(), ids=lambda each: each.name)


@pytest.mark.parametrize("made, bc, sales", EXAMPLES, ids=IDS)
def test_the_examples_hold_both_ways(made, bc, sales):
    assert made.towards(Side.SALES)(bc) == sales
    if made.one_way:
        return
    back = made.towards(Side.BC)(sales)
    assert same_value(back, bc) if not made.lossy else made.to_sales(back) == sales


@pytest.mark.parametrize("made, bc, sales", EXAMPLES, ids=IDS)
def test_going_there_and_back_again_settles(made, bc, sales):
    if made.one_way:
        return
    once = made.to_bc(made.to_sales(bc))
    assert same_value(made.to_bc(made.to_sales(once)), once)


@each_transformation
@pytest.mark.parametrize("side", Side)
@pytest.mark.parametrize("blank", [None, ""])
def test_a_blank_is_taken_like_any_value(made, side, blank):
    made.sampled.towards(side)(blank)


@each_transformation
def test_each_says_in_words_what_it_does(made):
    assert made.summary.endswith(".")
    assert all(each.summary for each in made.parameters)


@each_transformation
def test_one_that_promises_to_lose_nothing_keeps_what_its_examples_hold(made):
    if not made.lossy:
        for bc, _ in made.examples:
            assert same_value(made.sampled.to_bc(made.sampled.to_sales(bc)), bc)


def test_an_unknown_one_is_refused_with_those_there_are():
    with pytest.raises(MappingInvalid, match=r"rot13; there are .*lowercase.*, not, .*trim"):
        get_transformation("rot13")


def test_a_name_is_taken_only_once():
    with pytest.raises(MappingInvalid, match="registered twice"):
        register(get_transformation("trim"))


def test_one_without_examples_is_refused():
    with pytest.raises(MappingInvalid, match="has no examples"):

        @transformation("silent", examples=())
        class Silent:
            """Says nothing."""

            to_sales = to_bc = staticmethod(lambda value: value)


def test_one_without_a_way_back_is_refused():
    with pytest.raises(MappingInvalid, match="lacks to_sales or to_bc"):

        @transformation("there", examples=((1, 1),))
        class There:
            """Goes one way."""

            to_sales = staticmethod(lambda value: value)


def test_arguments_stand_behind_the_name_as_json():
    made = get_transformation('substring {"start": 1, "length": 2}')
    assert made.to_sales("abcd") == "bc"
    assert get_transformation(made.name) is get_transformation('substring {"start": 1, "length": 2}')
    assert get_transformation('round {"decimals": 0}').to_sales(2.5) == 3
    assert get_transformation("round").to_sales(2.345) == 2.35


WRONG = [
    ("substring", "needs the argument start"),
    ('substring {"start": 1}', "needs the argument length"),
    ('substring {"start": -1, "length": 2}', "whole number"),
    ('substring {"start": true, "length": 2}', "whole number"),
    ('substring {"start": "1", "length": 2}', "whole number"),
    ('substring {"start": 1, "length": 2, "more": 3}', "no argument more; it has start, length"),
    ('trim {"start": 1}', "no argument start; it has –"),
    ("substring {1}", "no JSON object"),
    ("substring {", "no JSON object"),
    ('regular_expression {"pattern": "("}', "no regular expression"),
    ('replace {"find": "", "put": "x"}', "must not be empty"),
    ('lookup {"table": {}}', "an object of texts"),
    ('lookup {"table": {"a": 1, "b": 1}}', "several values"),
    ('lookup {"table": {"a": [1]}}', "an object of texts"),
    ('lookup {"table": {"a": 1}, "otherwise": "guess"}', "one of refuse, keep"),
    ('date_as_text {"format": "dd-MM"}', "year"),
    ('date_as_text {"format": "%d dd-MM-yyyy"}', "year"),
    ('country_name {"language": "xx"}', "language"),
    ('country_name {"language": ""}', "language"),
    ('country_name {"language": "../en"}', "language"),
    ('country_name {"language": "root"}', "language"),
    ('phone_e164 {"country": "Denmark"}', "country"),
    ('replace {"find": "' + "x" * LONGEST + '", "put": ""}', "longer than"),
    ("lookup " + '{"table":' * 2000 + "{}" + "}" * 2000, "fit|JSON|longer"),
]


@pytest.mark.parametrize("text, reason", WRONG, ids=[text[:50] for text, _ in WRONG])
def test_arguments_that_do_not_fit_are_refused_when_the_mapping_is_made(text, reason):
    with pytest.raises(MappingInvalid, match=reason):
        FieldMapping(bc="a", sales="b", direction=Direction.TO_SALES, transformation=text)


def test_one_without_a_way_back_cannot_be_used_both_ways():
    text = 'substring {"start": 0, "length": 2}'
    with pytest.raises(MappingInvalid, match="no way back"):
        FieldMapping(bc="a", sales="b", transformation=text)
    field = FieldMapping(bc="a", sales="b", direction=Direction.TO_SALES, transformation=text)
    assert agree(field, "abcd", "ab", {})
    assert not agree(field, "b", "bcd", {})  # as if it had flowed the other way


def test_a_hosts_own_may_have_parameters():
    made = _suffix()
    assert get_transformation('own_suffix {"text": "!"}').to_sales("a") == "a!"
    assert made.sampled.to_sales("a") == "a?"


def _suffix():
    @transformation(
        "own_suffix",
        examples=(("a", "a?"),),
        parameters=(Parameter("text", ArgumentKind.TEXT, "what follows"),),
        sample={"text": "?"},
    )
    class Suffix:
        """Adds a suffix."""

        to_sales = staticmethod(lambda value, *, text: f"{value or ''}{text}")
        to_bc = staticmethod(lambda value, *, text: str(value or "").removesuffix(text))

    return Suffix


TABLE = 'lookup {"table": {"Company": 1, "Person": 2, " ": 0}, "otherwise": "%s"}'


def test_a_table_is_read_both_ways_and_says_what_it_does_not_hold():
    strict, lenient = get_transformation(TABLE % "refuse"), get_transformation(TABLE % "keep")
    assert [strict.to_sales(each) for each in ("Company", " ")] == [1, 0]
    assert [strict.to_bc(each) for each in (2, 0)] == ["Person", " "]
    with pytest.raises(LookupError, match="Robot is not in the table"):
        strict.to_sales("Robot")
    assert (lenient.to_sales("Robot"), lenient.to_bc(9)) == ("Robot", 9)


COUNTRIES = [("DK", "Denmark", "Danmark"), ("DE", "Germany", "Tyskland"), ("GB", "United Kingdom", "Storbritannien")]


@pytest.mark.parametrize("code, english, danish", COUNTRIES)
def test_a_country_is_known_in_both_languages(code, english, danish):
    in_english, in_danish = (get_transformation(f'country_name {{"language": "{each}"}}') for each in ("en", "da"))
    assert (in_english.to_sales(code), in_danish.to_sales(code)) == (english, danish)
    for told in (english, danish, danish.upper(), code, code.lower()):
        assert in_danish.to_bc(told) == code
    with pytest.raises(LookupError, match="Atlantis"):
        in_danish.to_bc("Atlantis")


PHONES = [
    ("33 44 55 66", "+4533445566", "+45 33 44 55 66"),
    ("+45 33445566", "+4533445566", "+45 33 44 55 66"),
    ("0045 33445566", "+4533445566", "+45 33 44 55 66"),
    ("+1 (425) 555-0100", "+14255550100", "+1 425-555-0100"),
]


@pytest.mark.parametrize("typed, e164, written", PHONES)
def test_a_phone_number_is_spelled_as_each_side_wants_it(typed, e164, written):
    made = get_transformation('phone_e164 {"country": "DK"}')
    assert (made.to_sales(typed), made.to_bc(e164)) == (e164, written)


@pytest.mark.parametrize("text", ["ask Ann", "+45 33 44 55 66 ext. 12", "12"])
def test_what_is_no_phone_number_is_refused_or_kept_as_it_is(text):
    with pytest.raises(ValueError):
        get_transformation('phone_e164 {"country": "DK"}').to_sales(text)
    keeping = get_transformation('phone_e164 {"country": "DK", "otherwise": "keep"}')
    assert (keeping.to_sales(text), keeping.to_bc(text)) == (text, text)


def test_numbers_and_dates_are_read_in_the_format_they_are_written_in():
    danish = get_transformation('text_as_number {"separator": ","}')
    assert [danish.to_sales(each) for each in ("1.234,5", "12", " 3 ", "")] == [1234.5, 12, 3, None]
    assert get_transformation("number_as_text").to_bc("1,234.50") == 1234.5
    assert get_transformation('date_as_text {"format": "yyyyMMdd"}').to_bc("20260517") == "2026-05-17"
    for text in ("31-02-2026", "nonsense"):
        with pytest.raises(ValueError):
            get_transformation('date_as_text {"format": "dd-MM-yyyy"}').to_bc(text)
    assert get_transformation("date_as_moment").to_bc("2026-05-17T23:30:00-02:00") == "2026-05-18"


def test_a_text_is_cut_only_if_the_field_says_so_and_by_the_room_there_is():
    whole = FieldMapping(bc="name", sales="title")
    cut = FieldMapping(bc="name", sales="title", cut=True, room=(None, 3))
    assert translate(whole, Side.BC, "Adatum", {}) == "Adatum"
    assert translate(cut, Side.BC, "Adatum", {}) == "Ada"
    assert translate(cut, Side.SALES, "Adatum", {}) == "Adatum"
    assert agree(cut, "Adatum", "Ada", {}) and not agree(cut, "Fabrikam", "Ada", {})
    shortened = FieldMapping(bc="name", sales="title", cut=True, room=(None, 3), transformation="uppercase")
    assert translate(shortened, Side.BC, "Adatum", {}) == "ADA"
    assert translate(FieldMapping(bc="name", sales="title", cut=True), Side.BC, "Adatum", {}) == "Adatum"


def test_a_transformation_is_a_setting_that_json_holds():
    assert json.loads(json.dumps(get_transformation(TABLE % "keep").name)) == get_transformation(TABLE % "keep").name
