"""How alike two records are, and why: for suggestions, which only a person makes a coupling of."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher

from .criteria import NORMALIZATIONS, Part
from .record import Record, Value, is_blank
from .reference import References, UnplannableError, translate
from .side import Side

LIKELY = 0.6
"""The least similarity of two values that speaks for a couple, and of two records that is worth showing."""

LONGEST = 200
"""Letters of a text that are compared: what comes after tells no two names apart."""


@dataclass(frozen=True, slots=True)
class Reason:
    """One field that speaks for a couple.

    `kind` is same, spelling (different only in case, accents, blanks or signs) or similar.
    """

    field: str
    kind: str
    similarity: float
    bc: Value
    sales: Value


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A row of Sales that may be the partner, with a score from 0 to 1 and what it rests on, the best reason first."""

    sales_id: str
    score: float
    reasons: tuple[Reason, ...]


def suggest(
    bc: Record, candidates: Iterable[Record], parts: Iterable[Part], references: References
) -> list[Suggestion]:
    """Return the candidates that are likely partners of the record, best first.

    The score is the mean similarity of the fields that both have; a field only one has says nothing.
    """
    told = [(part, value) for part in parts if not is_blank(value := _told(bc, part, references))]
    scored = (_score(bc, told, candidate) for candidate in candidates)
    likely = [each for each in scored if each.score >= LIKELY and each.reasons]
    return sorted(likely, key=lambda each: (-each.score, each.sales_id))


def _told(bc: Record, part: Part, references: References) -> Value:
    try:
        return translate(part.field, Side.BC, bc.values.get(part.field.bc or ""), references)
    except UnplannableError:
        return None


def _score(bc: Record, told: list[tuple[Part, Value]], candidate: Record) -> Suggestion:
    compared: list[Reason] = []
    for part, value in told:
        theirs = candidate.values.get(part.field.sales or "")
        if not is_blank(theirs):
            kind, similarity = compare_values(part, value, theirs)
            own = bc.values.get(part.field.bc or "")
            compared.append(Reason(part.field.name, kind, round(similarity, 3), own, theirs))
    score = sum(each.similarity for each in compared) / len(compared) if compared else 0.0
    reasons = sorted((each for each in compared if each.similarity >= LIKELY), key=lambda each: -each.similarity)
    return Suggestion(candidate.id, round(score, 3), tuple(reasons))


def compare_values(part: Part, left: Value, right: Value) -> tuple[str, float]:
    """In which way two values are alike, and how much (0 to 1)."""
    if left == right:
        return "same", 1.0
    if part.criterion.comparable(left) == part.criterion.comparable(right):
        return "spelling", 1.0
    if not (isinstance(left, str) and isinstance(right, str)):
        return "similar", 0.0
    first, second = _words(left), _words(right)
    if "".join(first) == "".join(second):
        return "spelling", 0.98
    similarity = max(_ratio(first, second), _ratio(sorted(first), sorted(second)))
    return "similar", min(similarity, 0.97)


def _words(text: str) -> list[str]:
    plain = NORMALIZATIONS["accents"](text[:LONGEST]).casefold()
    return "".join(each if each.isalnum() else " " for each in plain).split()


def _ratio(first: list[str], second: list[str]) -> float:
    return SequenceMatcher(None, " ".join(first), " ".join(second), autojunk=False).ratio()
