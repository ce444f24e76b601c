"""Arithmetic that makes any number of companies and their people out of a few hundred words; no row is random."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import Enum
from functools import lru_cache
from hashlib import blake2b

from simulator.seed.vocabulary import Vocabulary, load_vocabularies, to_ascii

# one in twenty: which country a company is from (an index into the vocabularies)
_COUNTRY_OF = (0, 0, 0, 1, 0, 0, 2, 0, 0, 3, 0, 0, 0, 1, 0, 4, 0, 2, 5, 6)
_PEOPLE = (1, 2, 0, 1, 1, 0, 1, 1, 0, 1)  # of ten companies, how many people each has
_STEP = 7_919  # a prime larger than any list of words, so that stepping visits every combination
_START = datetime(2025, 1, 6, 8, 0, tzinfo=UTC)


class Share(Enum):
    """On which side a company exists: on both alike, on both with differences, or on one only."""

    ALIKE = "alike"
    DIFFERENT = "different"
    ONLY_BC = "only in Business Central"
    ONLY_SALES = "only in Sales"


_B, _A, _D, _S = Share.ONLY_BC, Share.ALIKE, Share.DIFFERENT, Share.ONLY_SALES
# 14 of 20 on both sides, half of them with differences; 3 of 20 on each side alone
_SHARES = (_A, _D, _A, _B, _A, _D, _S, _D, _A, _D, _A, _B, _D, _S, _A, _D, _A, _B, _S, _D)


@dataclass(frozen=True, slots=True)
class Person:
    """Someone who works at a company."""

    index: int
    given: str
    surname: str
    job: str
    phone: str
    mobile: str
    email: str


@dataclass(frozen=True, slots=True)
class Firm:
    """One company as it really is; what each side knows of it may differ.

    ``twin_of`` is the index of the company that this one is a duplicate of, or None.
    """

    index: int
    share: Share
    words: Vocabulary
    name: str
    street: str
    postal_code: str
    town: str
    phone: str
    email: str
    website: str
    credit_limit: int
    tax_number: str
    people: tuple[Person, ...]
    twin_of: int | None = None

    @property
    def in_bc(self) -> bool:
        """Whether Business Central knows the company."""
        return self.share is not Share.ONLY_SALES

    @property
    def in_sales(self) -> bool:
        """Whether Sales knows the company."""
        return self.share is not Share.ONLY_BC

    @property
    def is_blocked(self) -> bool:
        """Whether Business Central has blocked the company."""
        return self.index % 29 == 17

    @property
    def is_inactive(self) -> bool:
        """Whether the company is inactive in Sales."""
        return self.index % 31 == 19


_FURTHER_PEOPLE = 1_000_000_000  # the first two of a company have numbers of their own
_TWINS = {43: _B, 86: _S}  # of a hundred companies, which are a second entry of one that is on that side already

_CRONUS = (
    ("Adatum Corporation", "Station Road, 21", "Robert", "Townes"),
    ("Trey Research", "Southwark Bridge Rd, 91-95", "Helen", "Ray"),
    ("School of Fine Art", "10 High Tower Green", "Meagan", "Bond"),
    ("Alpine Ski House", "Walter-Gropius-Strasse 5", "Ian", "Deberry"),
    ("Relecloud", "Industrigatan 5", "Jesse", "Homer"),
)


def make_firms(customers: int, seed: int, people: int = 0) -> Iterator[Firm]:
    """Yield companies until Business Central has as many customers as asked; every prefix is the same for a seed.

    Each has ``people`` contact persons at least, but for the duplicates.
    """
    words = load_vocabularies(seed)
    index = 0
    while customers > 0:
        firm = _make_firm(index, seed, words, people)
        customers -= firm.in_bc
        index += 1
        yield firm


@lru_cache(maxsize=16_384)  # the rows of a company name each other
def make_id(seed: int, kind: str, index: int) -> str:
    """Return the GUID of the index-th row of a kind; the same for the same seed."""
    digits = blake2b(f"{seed}/{kind}/{index}".encode(), digest_size=16).hexdigest()
    return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-8{digits[17:20]}-{digits[20:]}"


@lru_cache(maxsize=8_192)
def make_moment(index: int) -> str:
    """Return when the index-th row was last changed: seconds apart, in the past, in UTC."""
    return (_START + timedelta(seconds=index)).isoformat()[:19] + "Z"


def _make_firm(index: int, seed: int, all_words: tuple[Vocabulary, ...], people: int = 0) -> Firm:
    if index % 100 in _TWINS:
        return _make_twin(index, seed, all_words)
    words = all_words[_COUNTRY_OF[index % 20]] if index >= len(_CRONUS) else all_words[0]
    turn = index * _STEP + seed * 104_729
    town = words.towns[turn % len(words.towns)]
    name = _CRONUS[index][0] if index < len(_CRONUS) else _company_name(words, index, seed)
    street = _CRONUS[index][1] if index < len(_CRONUS) else _pick(words.streets, turn // 3, f" {turn % 97 + 1}")
    domain = f"{to_ascii(name)[:40] or f'company{index}'}.{words.country.domain}"
    return Firm(
        index=index, share=_share_of(index), words=words, name=name, street=street,
        postal_code=town[0], town=town[1], phone=_phone(words, turn), email=f"info@{domain}",
        website=f"https://www.{domain}", credit_limit=turn % 50 * 1_000, tax_number=_tax_number(words, turn),
        people=tuple(_make_person(words, index, place, domain) for place in range(max(people, _PEOPLE[index % 10]))),
    )  # fmt: skip


def _share_of(index: int) -> Share:
    return _SHARES[(index + index // 20) % 20]  # shifted, so that every country's companies get every share


def _make_twin(index: int, seed: int, all_words: tuple[Vocabulary, ...]) -> Firm:
    """Return a duplicate as people make them: typed again a little differently, without its contacts."""
    share = _TWINS[index % 100]
    original = next(one for one in range(index - 1, 0, -1) if _share_of(one) in (share, _A, _D))
    model = _make_firm(original, seed, all_words)
    return Firm(
        index=index, share=share, words=model.words, name=model.name.upper(), street=model.street,
        postal_code=model.postal_code, town=model.town, phone=model.phone, email="", website="",
        credit_limit=0, tax_number="", people=(), twin_of=original,
    )  # fmt: skip


def _company_name(words: Vocabulary, index: int, seed: int) -> str:
    """Return a name no other company of the country has: two surnames, a trade and a form, all combinations in turn."""
    surnames, trades, forms = words.surnames, words.country.trades, words.country.forms
    count = len(surnames)
    turn = _ordinal(index) * _STEP + seed * 15_485_863
    turn, first = divmod(turn % (count * count * len(trades) * len(forms)), count)
    turn, second = divmod(turn, count)
    trade, form = trades[turn % len(trades)], forms[turn // len(trades)]
    owners = surnames[first] if first == second else f"{surnames[first]} & {surnames[second]}"
    return f"{owners} {trade} {form}"


def _ordinal(index: int) -> int:
    """Return how many companies of the same country come before this one."""
    country = _COUNTRY_OF[index % 20]
    return index // 20 * _COUNTRY_OF.count(country) + _COUNTRY_OF[: index % 20].count(country)


def _make_person(words: Vocabulary, index: int, place: int, domain: str) -> Person:
    number = index * 2 + place if place < 2 else _FURTHER_PEOPLE + index * 10 + place
    turn = number * _STEP
    given, surname = words.given[turn % len(words.given)], words.surnames[turn // 7 % len(words.surnames)]
    if index < len(_CRONUS) and place == 0:
        given, surname = _CRONUS[index][2:]
    mailbox = f"{to_ascii(given)}.{to_ascii(surname)}" if words.country.is_latin else f"person{number}"
    return Person(
        index=number, given=given, surname=surname, job=words.jobs[turn // 5 % len(words.jobs)],
        phone=_phone(words, turn + 11), mobile=_phone(words, turn + 13), email=f"{mailbox}@{domain}",
    )  # fmt: skip


def _pick(texts: tuple[str, ...], turn: int, ending: str) -> str:
    return texts[turn % len(texts)] + ending


def _phone(words: Vocabulary, turn: int) -> str:
    digits = f"{20_000_000 + turn * 7_907 % 79_999_999:08d}"
    return f"{words.country.prefix} {digits[:2]} {digits[2:4]} {digits[4:6]} {digits[6:]}"


def _tax_number(words: Vocabulary, turn: int) -> str:
    return f"{words.country.code}{10_000_000 + turn * 31 % 89_999_999}"
