"""The Danish catalog: whole, compiled, and with its places intact."""

from __future__ import annotations

import re

import pytest

from .catalog import COMPILED, collect, compiled, read_danish, untranslated

DANISH = read_danish()
PAIRS = [
    (each.id, each.string) if isinstance(each.id, str) else (each.id[0], each.string[0]) for each in DANISH if each.id
]
PLACE = re.compile(r"%\(\w+\)s|\{\w+[^}]*\}")


def test_nothing_is_untranslated() -> None:
    assert untranslated(DANISH) == []


def test_every_message_of_the_pages_is_in_the_catalog() -> None:
    known = {str(each.id) for each in DANISH}
    assert [str(each.id) for each in collect() if str(each.id) not in known] == [], "run python -m tests.web.catalog"


def test_the_shipped_catalog_is_compiled_from_the_source() -> None:
    assert COMPILED.read_bytes() == compiled(DANISH), "run python -m tests.web.catalog"


def test_every_translation_has_the_places_of_its_message() -> None:
    assert [(id, told) for id, told in PAIRS if sorted(PLACE.findall(id)) != sorted(PLACE.findall(str(told)))] == []


@pytest.mark.parametrize(
    ("english", "danish"),
    [
        ("Set Up Coupling", "Konfigurer sammenkædning"),
        ("Synchronize Now", "Synkroniser nu"),
        ("Delete Coupling", "Slet sammenkædning"),
        ("Customers", "Debitorer"),
        ("Contacts", "Kontakter"),
        ("Coupled", "Sammenkædet"),
    ],
)
def test_the_words_are_business_centrals_own(english: str, danish: str) -> None:
    assert dict(PAIRS)[english] == danish
