"""Details of errors are told in the reader's language: every one our own code says is known to the pages."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

import flask_coupling
from flask_coupling.web.detail_words import DETAILS, told_detail

from .world import BASE, World

HOME = Path(flask_coupling.__file__).parent
PACKAGES = ("operations", "endpoints", "sync", "jobs", "models")


def templates(node: ast.expr) -> Iterator[str]:
    """The texts an expression may be, what is filled in as `{0}`, `{1}`."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from (*templates(node.body), *templates(node.orelse))
    elif isinstance(node, ast.BoolOp):
        yield from (each for value in node.values for each in templates(value))
    elif isinstance(node, ast.JoinedStr):
        parts = [each.value if isinstance(each, ast.Constant) else None for each in node.values]
        places = iter(range(len(parts)))
        yield "".join(f"{{{next(places)}}}" if each is None else str(each) for each in parts)


def said() -> Iterator[str]:
    """Every detail in the source: given by keyword, or assigned to that name."""
    for path in (path for package in PACKAGES for path in sorted((HOME / package).rglob("*.py"))):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            named = isinstance(node, ast.keyword) and node.arg == "detail"
            if named or (isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "detail"):
                yield from templates(node.value)  # type: ignore[attr-defined]


def test_every_detail_our_own_code_says_is_known_to_the_pages() -> None:
    missing = set(said()) - set(DETAILS)
    assert not missing, "add them to flask_coupling/web/detail_words.py"


DETAIL_TABLE = [
    ("no records are selected", "der er ikke valgt nogen records"),
    ("at most 500 at once", "højst 500 ad gangen"),
    ("'x' is not a state; it is one of a, b", "'x' er ikke en tilstand; det er en af a, b"),
    ("a row of accounts without its id", "en række i accounts uden id"),
    ("The service's own words.", "The service's own words."),
]


@pytest.mark.parametrize(("detail", "danish"), DETAIL_TABLE)
def test_a_detail_is_told_in_danish_with_its_facts(app: Flask, detail: str, danish: str) -> None:
    with app.test_request_context("/coupling/?lang=da"):
        assert told_detail(detail) == danish
    with app.test_request_context("/coupling/?lang=en"):
        assert told_detail(detail) == detail


def test_what_keeps_couplings_apart_is_told_in_the_readers_language(world: World) -> None:
    listed = world.app.test_client().get(f"{BASE}/tables/CUSTOMER/couplings/?state=attention&lang=da").text
    assert "blev ændret på begge sider: Telefonnr." in listed
    assert "blev slettet i Dynamics 365 Sales" in listed
    assert "Business Central afviste" in listed
    assert "was changed on both sides" not in listed and "refused" not in listed
