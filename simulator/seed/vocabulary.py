"""The words a seed is made of: faker's names, towns and streets in several languages, drawn once."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from faker import Faker

_DRAWS = 500


@dataclass(frozen=True, slots=True)
class Country:
    """How one country's companies are named and reached; ``trades`` and ``forms`` make a name of two surnames."""

    code: str
    name: str
    locale: str
    currency: str
    language: str
    prefix: str
    domain: str
    trades: tuple[str, ...]
    forms: tuple[str, ...]
    is_latin: bool = True


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """One country's words, each list without repeats and in a fixed order for a seed."""

    country: Country
    given: tuple[str, ...]
    surnames: tuple[str, ...]
    towns: tuple[tuple[str, str], ...]
    streets: tuple[str, ...]
    jobs: tuple[str, ...]


COUNTRIES: tuple[Country, ...] = (
    Country(
        "DK", "Danmark", "da_DK", "", "da", "+45", "dk",
        ("Byg", "VVS", "Møbler", "Tømrer", "Transport", "Gartneri", "Rådgivning", "Elektrik", "Fødevarer", "Smøreolie"),
        ("A/S", "ApS", "I/S", "& Sønner"),
    ),
    Country(
        "SE", "Sverige", "sv_SE", "SEK", "sv", "+46", "se",
        ("Bygg", "Möbler", "Åkeri", "Trädgård", "Konsult", "El", "Livsmedel", "Verkstad"),
        ("AB", "HB", "& Söner AB"),
    ),
    Country(
        "DE", "Deutschland", "de_DE", "EUR", "de", "+49", "de",
        ("Möbel", "Großhandel", "Maschinenbau", "Spedition", "Gärtnerei", "Beratung", "Küchen", "Baustoffe"),
        ("GmbH", "AG", "KG", "& Söhne OHG"),
    ),
    Country(
        "GB", "United Kingdom", "en_GB", "GBP", "en", "+44", "co.uk",
        ("Furniture", "Wholesale", "Engineering", "Haulage", "Nurseries", "Consulting", "Kitchens", "Supplies"),
        ("Ltd", "PLC", "LLP"),
    ),
    Country(
        "PL", "Polska", "pl_PL", "EUR", "pl", "+48", "pl",
        ("Meble", "Hurtownia", "Żywność", "Ogrodnictwo", "Usługi", "Łożyska"), ("Sp. z o.o.", "S.A."),
    ),
    Country(
        "GR", "Ελλάδα", "el_GR", "EUR", "el", "+30", "gr",
        ("Έπιπλα", "Μεταφορές", "Τρόφιμα", "Κατασκευές"), ("Α.Ε.", "Ε.Π.Ε."), is_latin=False,
    ),
    Country(
        "JP", "日本", "ja_JP", "USD", "ja", "+81", "jp",
        ("家具", "運輸", "食品", "建設"), ("株式会社", "合同会社"), is_latin=False,
    ),
)  # fmt: skip


@lru_cache(maxsize=4)
def load_vocabularies(seed: int) -> tuple[Vocabulary, ...]:
    """Return the words of every country for a seed; the same seed gives the same words."""
    return tuple(_draw(country, seed) for country in COUNTRIES)


def _draw(country: Country, seed: int) -> Vocabulary:
    fake = Faker(country.locale)
    fake.seed_instance(seed)

    def several(word: Callable[[], str], most: int) -> tuple[str, ...]:
        return tuple(dict.fromkeys(word()[:most] for _ in range(_DRAWS)))

    return Vocabulary(
        country,
        given=several(fake.first_name, 25),
        surnames=several(fake.last_name, 25),
        towns=tuple(dict.fromkeys((fake.postcode()[:20], fake.city()[:30]) for _ in range(_DRAWS // 2))),
        streets=several(fake.street_name, 60),
        jobs=several(fake.job, 30),
    )


_LETTERS = str.maketrans({"æ": "ae", "ø": "oe", "å": "aa", "ö": "oe", "ä": "ae", "ü": "ue", "ß": "ss", "ł": "l"})


@lru_cache(maxsize=8_192)
def to_ascii(text: str) -> str:
    """Return a text in small ASCII letters as mail addresses spell it; empty for other scripts."""
    plain = unicodedata.normalize("NFKD", text.lower().translate(_LETTERS))
    return "".join(letter for letter in plain if letter.isascii() and letter.isalnum())
