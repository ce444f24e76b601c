"""Which language a page speaks, and how it writes numbers, times and errors."""

from __future__ import annotations

from decimal import Decimal

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_babel import Babel

from flask_coupling.errors import AlreadyCoupled, ConnectionNotFound, UpdateConflictError, ValueRefused
from flask_coupling.operations.views import Problem
from flask_coupling.web import language, problems

DANISH = {"Accept-Language": "da-DK,da;q=0.9,en;q=0.1"}


def spoken(client: FlaskClient, path: str = "/coupling/", **headers: str) -> str:
    """The language of a page."""
    return client.get(path, headers=headers).text.partition('<html lang="')[2][:2]


def test_the_browsers_wish_is_followed_and_english_is_the_rest(client: FlaskClient) -> None:
    assert spoken(client, **DANISH) == "da"
    assert spoken(client, **{"Accept-Language": "fr"}) == "en"


def test_a_switched_language_stays(client: FlaskClient) -> None:
    assert spoken(client, "/coupling/?lang=da") == "da"
    assert spoken(client) == "da"
    assert spoken(client, "/coupling/?lang=en") == "en"
    assert spoken(client, "/coupling/?lang=xx", **DANISH) == "en"  # the cookie, not an unknown wish


def test_a_host_with_flask_babel_decides(app: Flask, client: FlaskClient) -> None:
    Babel(app, locale_selector=lambda: "da_DK")
    page = client.get("/coupling/?lang=en").text
    assert '<html lang="da">' in page
    assert "?lang=" not in page


def test_a_hosts_language_without_a_catalog_reads_english(app: Flask, client: FlaskClient) -> None:
    Babel(app, locale_selector=lambda: "de")
    assert spoken(client) == "en"


def test_the_hosts_own_texts_are_left_alone(app: Flask) -> None:
    assert "gettext" not in app.jinja_env.globals
    assert "_" not in app.jinja_env.globals


@pytest.mark.parametrize(
    ("value", "english", "danish"),
    [
        (None, "", ""),
        (True, "Yes", "Ja"),
        (False, "No", "Nej"),
        (1234567, "1,234,567", "1.234.567"),
        (Decimal("1234.50"), "1,234.5", "1.234,5"),
        (0.1, "0.1", "0,1"),
        ("2026-01-31", "1/31/26", "31.01.2026"),
        ("2024-02-31", "2024-02-31", "2024-02-31"),
        ("+45 33", "+45 33", "+45 33"),
        ("2026-01-31T08:05:00Z", "1/31/26, 8:05\u202fAM", "31.01.2026 08.05"),
    ],
)
def test_values_are_written_as_the_language_does(app: Flask, value: object, english: str, danish: str) -> None:
    for code, expected in (("en", english), ("da", danish)):
        with app.test_request_context(headers={"Accept-Language": code}):
            assert language.shown(value) == expected


@pytest.mark.parametrize(
    ("error", "danish"),
    [
        (ConnectionNotFound(connection="default"), "Der er ingen forbindelse med navnet default."),
        (AlreadyCoupled(record="Ådum", partner="50% {x}"), "Ådum er allerede sammenkædet med 50% {x}."),
        (UpdateConflictError(record="A", fields=["city"]), "A blev ændret på begge sider: city."),
        (ValueRefused(service="Business Central", record="A"), "Business Central afviste A: ?"),
    ],
)
def test_errors_are_translated_by_code_with_their_facts(app: Flask, error: ConnectionNotFound, danish: str) -> None:
    with app.test_request_context(headers=DANISH):
        assert problems.message_of(problems.problem_of(error)) == danish


def test_an_error_of_a_later_version_keeps_the_words_it_was_stored_with(app: Flask) -> None:
    with app.test_request_context(headers=DANISH):
        stored = Problem("from_the_future", "It broke.", "Mend it.", {"a": 1})
        assert (problems.message_of(stored), problems.hint_of(stored)) == ("It broke.", "Mend it.")
