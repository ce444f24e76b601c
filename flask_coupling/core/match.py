"""Find partners by value: coupled, no match, ambiguous, or already coupled, for each record that has no partner."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from enum import StrEnum
from functools import cache
from itertools import chain
from operator import itemgetter
from typing import NamedTuple, TypeAlias

from .criteria import Key, Keys

Pattern: TypeAlias = tuple[int, ...]
"""The places of a key that hold a value; a blank one is no condition."""


class MatchResult(StrEnum):
    """What came of looking for one record's partner."""

    COUPLED = "coupled"
    NO_MATCH = "no_match"
    AMBIGUOUS = "ambiguous"
    ALREADY_COUPLED = "already_coupled"


class Match(NamedTuple):
    """What was found for one Business Central record.

    `candidates` are the Sales ids that fit: one where `result` is COUPLED or ALREADY_COUPLED, none where there is no
    match. `rivals` says how many records besides this one want the same only candidate: then neither gets it, and it
    is ambiguous. `group` is the place of the criteria that decided, None where there is no match.
    """

    bc_id: str
    result: MatchResult
    candidates: tuple[str, ...] = ()
    rivals: int = 0
    group: int | None = None


class _Wish(NamedTuple):
    """The records of one key, and the rows of the other side that fit it."""

    bc_ids: list[str]
    free: Sequence[str]
    taken: Sequence[str] = ()


def find_matches(bc: Mapping[str, Keys], sales: Mapping[str, Keys], taken: Set[str]) -> dict[str, Match]:
    """Return one Match for each Business Central record, given the keys of both sides.

    `taken` are the Sales ids that have a partner: they are no candidates, but told where nothing else fits. Groups
    are tried in order, each for itself, until one finds exactly one row that nobody else claims. A blank value is no
    condition, and a key of blanks finds nothing. Which record comes first does not matter.
    """
    matches: dict[str, Match] = {}
    gone = set(taken)
    for group in range(max(map(len, bc.values()), default=0)):
        keys = {id: each[group] for id, each in bc.items() if not _is_coupled(matches.get(id))}
        for found in _match_group(group, keys, sales, gone):
            if _says_more(found, matches.get(found.bc_id)):
                matches[found.bc_id] = found
        gone.update(each.candidates[0] for each in matches.values() if _is_coupled(each))
    return {id: matches.get(id) or Match(id, MatchResult.NO_MATCH) for id in bc}


def unique_pairs(matches: Iterable[Match]) -> list[tuple[str, str]]:
    """Return `(bc id, sales id)` of the matches to couple."""
    return [(each.bc_id, each.candidates[0]) for each in matches if each.result is MatchResult.COUPLED]


def _says_more(found: Match, before: Match | None) -> bool:
    """A couple ends the search; else the first group that found anything tells why there is none."""
    return before is None or _is_coupled(found)


def _is_coupled(match: Match | None) -> bool:
    return match is not None and match.result is MatchResult.COUPLED


def _match_group(group: int, keys: Mapping[str, Key], sales: Mapping[str, Keys], taken: Set[str]) -> Iterator[Match]:
    """Match by one group: the records with the most values first, as they say most exactly what they mean."""
    by_pattern = _by_pattern(keys)
    claims: Counter[str] = Counter()
    given: set[str] = set()
    for size in sorted({len(pattern) for pattern in by_pattern}, reverse=True):
        wishes = [
            wish
            for pattern, wanted in by_pattern.items()
            if len(pattern) == size
            for wish in _wishes(group, pattern, wanted, sales, taken)
        ]
        claims.update(chain.from_iterable(wish.free for wish in wishes for _ in wish.bc_ids))
        decided = [match for wish in wishes for match in _decide(group, wish, claims, given)]
        given.update(match.candidates[0] for match in decided if match.result is MatchResult.COUPLED)
        yield from decided


def _by_pattern(keys: Mapping[str, Key]) -> Mapping[Pattern, Mapping[Key, list[str]]]:
    """The records by the places of their keys that hold a value, and by these values."""
    by_pattern: dict[Pattern, dict[Key, list[str]]] = defaultdict(lambda: defaultdict(list))
    for id, key in keys.items():
        if key and None not in key:  # as nearly always
            by_pattern[_all_places(len(key))][key].append(id)
        elif key:
            pattern = tuple(place for place, value in enumerate(key) if value is not None)
            by_pattern[pattern][tuple(key[place] for place in pattern)].append(id)
    return by_pattern


@cache
def _all_places(count: int) -> Pattern:
    return tuple(range(count))


def _wishes(
    group: int,
    pattern: Pattern,
    wanted: Mapping[Key, list[str]],
    sales: Mapping[str, Keys],
    taken: Set[str],
) -> Iterator[_Wish]:
    """The records by what they look for, with all that fits it: one pass over the other side."""
    for projected, ids in _fitting(group, pattern, wanted, sales).items():
        if taken.isdisjoint(ids):
            yield _Wish(wanted[projected], ids)
        else:
            free = [id for id in ids if id not in taken]
            yield _Wish(wanted[projected], free, [id for id in ids if id in taken])


def _fitting(
    group: int, pattern: Pattern, wanted: Mapping[Key, list[str]], sales: Mapping[str, Keys]
) -> Mapping[Key, list[str]]:
    fitting: dict[Key, list[str]] = defaultdict(list)
    project = _projecting(pattern)
    for id, keys in sales.items():
        if (key := keys[group]) and (projected := key if len(key) == len(pattern) else project(key)) in wanted:
            fitting[projected].append(id)
    return fitting


def _projecting(pattern: Pattern) -> Callable[[Key], Key]:
    """What takes the values at some places out of a key."""
    if len(pattern) == 1:
        (place,) = pattern
        return lambda key: (key[place],)
    return itemgetter(*pattern)


def _decide(group: int, wish: _Wish, claims: Mapping[str, int], given: Set[str]) -> list[Match]:
    result, candidates, rivals = MatchResult.AMBIGUOUS, tuple(wish.free or wish.taken), 0
    if not wish.free or (len(wish.free) == 1 and wish.free[0] in given):
        result, candidates = MatchResult.ALREADY_COUPLED, candidates[:1]
    elif len(wish.free) == 1:
        rivals = claims[wish.free[0]] - 1
        result = MatchResult.AMBIGUOUS if rivals else MatchResult.COUPLED
    return [Match(id, result, candidates, rivals, group) for id in wish.bc_ids]
