"""Expressions, paths, options and values: text in, tree or a clear refusal out."""

from __future__ import annotations

import pytest

from simulator.odata.address import BadKey, Segment, parse_path
from simulator.odata.batch import BadBatch, boundary_of, read_json, read_multipart
from simulator.odata.parser import parse
from simulator.odata.prefer import page_size, parse_prefer
from simulator.odata.query import BadOption, Order, parse_options, parse_query
from simulator.odata.syntax import Call, Compare, FilterError, In, Lambda, Literal, Logic, Not, Path, SyntaxProblem
from simulator.odata.values import escape_member, moment_text, parse_ticks, unescape_member

A, ONE = Path(("a",)), Literal("number", 1)


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("a eq 1", Compare("eq", A, ONE)),
        ("  a eq 1 ", Compare("eq", A, ONE)),
        ("a eq 'it''s'", Compare("eq", A, Literal("text", "it's"))),
        ("allowed eq true", Compare("eq", Path(("allowed",)), Literal("boolean", True))),
        ("nullable eq null", Compare("eq", Path(("nullable",)), Literal("null", None))),
        ("a eq 0001-01-01", Compare("eq", A, Literal("date", "0001-01-01"))),
        ("a in (1)", In(A, (ONE,))),
        ("a in (1,1)", In(A, (ONE, ONE))),
        ("not (a eq 1)", Not(Compare("eq", A, ONE))),
        (
            "a eq 1 or a eq 1 and a eq 1",
            Logic("or", (Compare("eq", A, ONE), Logic("and", (Compare("eq", A, ONE),) * 2))),
        ),
        ("a eq -1.5", Compare("eq", A, Literal("number", -1.5))),
        ("a/b eq 1", Compare("eq", Path(("a", "b")), ONE)),
        ("a/any(x:x/b eq 1)", Lambda(("a",), "any", "x", Compare("eq", Path(("x", "b")), ONE))),
        ("N.F(P='x',Q=[\"1\"])", Call("N.F", (), (("P", Literal("text", "x")), ("Q", Literal("json", ("1",)))))),
        (
            "a eq {AAAAAAAA-0000-0000-0000-000000000001}",
            Compare("eq", A, Literal("guid", "aaaaaaaa-0000-0000-0000-000000000001")),
        ),
    ],
)
def test_an_expression_becomes_this_tree(text: str, tree: object) -> None:
    assert parse(text) == tree


@pytest.mark.parametrize(
    "text",
    ["", "a eq", "eq 1", "a eq 1)", "(a eq 1", "a eq 'x", "a eq 1 and", "a eq 1 b", "f(", "a/", "a/any(", "a/any(x",
     "#", "a eq 2020-01-01T", "æ eq 1", "not", "(" * 500, "not " * 500, "-" * 500, "a eq \"x"],
)  # fmt: skip
def test_what_is_no_expression_is_refused(text: str) -> None:
    with pytest.raises(SyntaxProblem):
        parse(text)


def test_a_parameter_alias_stands_for_its_value() -> None:
    assert parse("a eq @p", {"@p": "1"}) == Compare("eq", A, ONE)


def test_paths_are_read_with_their_keys() -> None:
    assert parse_path("/companies(x)/customers/$count")[2] == Segment("$count")
    assert parse_path("/a(b='x/(y)',c=1)")[0].named == (("b", "x/(y)"), ("c", 1))
    assert parse_path("/F(P=@p)")[0].named == (("P", "@p"),)
    for bad in ("/a(", "/a(1,2)", "/a(b=)", "/" + "a/" * 30):
        with pytest.raises(BadKey):
            parse_path(bad)


def test_options_are_decoded_and_read_as_one_query() -> None:
    query = parse_query(
        parse_options("%24select=a,+b&$ORDERBY=a%20desc,b&$top=5&$count=true&$expand=n($select=c;$top=1)")
    )
    assert query.select == ("a", "b") and query.order == (Order(("a",), True), Order(("b",)))
    assert (query.top, query.count) == (5, True)
    assert (query.expand[0].name, query.expand[0].query.select, query.expand[0].query.top) == ("n", ("c",), 1)
    for bad in ("$top=-1", "$count=maybe", "$orderby=1"):
        with pytest.raises(BadOption):
            parse_query(parse_options(bad))
    with pytest.raises(FilterError):
        parse_query(parse_options("$expand=" + "a($expand=" * 50))


def test_preferences_are_found_quoted_or_not() -> None:
    found = parse_prefer('return=representation,odata.include-annotations="a,b", odata.maxpagesize=5')
    assert found == {"return": "representation", "odata.include-annotations": "a,b", "odata.maxpagesize": "5"}
    assert page_size(found) == 5
    assert page_size({"odata.maxpagesize": "0"}) is None and page_size({"odata.maxpagesize": "x"}) is None


@pytest.mark.parametrize(
    ("caption", "wire"), [(" ", "_x0020_"), ("In Review", "In_x0020_Review"), ("A/B-C", "A_x002F_B_x002D_C")]
)
def test_members_are_escaped_as_xml_names(caption: str, wire: str) -> None:
    assert escape_member(caption) == wire and unescape_member(wire) == caption


def test_moments_are_compared_in_utc_to_the_tick() -> None:
    assert parse_ticks("2020-01-01T01:00:00+01:00") == parse_ticks("2020-01-01T00:00:00Z")
    assert parse_ticks("2020-01-01T00:00:00.0000001Z") == (parse_ticks("2020-01-01T00:00:00Z") or 0) + 1
    assert parse_ticks("2020-02-30T00:00:00Z") is None
    assert moment_text(parse_ticks("2020-01-01T00:00:00.1239Z") or 0, True) == "2020-01-01T00:00:00.123Z"
    assert moment_text(parse_ticks("2020-01-01T00:00:00.1239Z") or 0, False) == "2020-01-01T00:00:00Z"


def test_batches_are_read_with_either_line_end_and_broken_ones_refused() -> None:
    body = "--b\nContent-Type: application/http\nContent-ID: 1\n\nPATCH a(1) HTTP/1.1\nIf-Match: *\n\n{}\n--b--\n"
    for text in (body, body.replace("\n", "\r\n")):
        (part,) = read_multipart(text.encode(), "b")
        assert (part.id, part.method, part.url, part.headers["if-match"], part.body) == (
            "1",
            "PATCH",
            "a(1)",
            "*",
            b"{}",
        )
    assert boundary_of('multipart/mixed; boundary="a b"') == "a b" and boundary_of("text/plain") is None
    with pytest.raises(BadBatch):
        read_multipart(b"nothing", "b")
    with pytest.raises(BadBatch):
        read_json(b"[]")
