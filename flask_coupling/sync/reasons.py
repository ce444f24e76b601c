"""Why a record was not coupled by value: as an error for the log, or as a doubt that keeps partners from being made."""

from __future__ import annotations

from collections.abc import Mapping

from flask_coupling.core.action import Skip
from flask_coupling.core.match import Match, MatchResult
from flask_coupling.core.side import Side
from flask_coupling.errors import (
    CouplingError,
    MatchAmbiguous,
    MatchContested,
    MatchNotFound,
    MatchRemoved,
    MatchTaken,
)

from .matching import Rows

TOLD = 5
"""Candidates an error names; its facts hold more ids."""

MOST_CANDIDATES = 50
"""Candidates whose ids the facts of an error hold."""

_DOUBTFUL = (MatchResult.AMBIGUOUS, MatchResult.ALREADY_COUPLED)


def reason_of(match: Match, ours: Rows, theirs: Rows) -> CouplingError:
    """Why a record of ours was not coupled with one of theirs, as an error whose facts hold the candidates."""
    record, ids = ours.title(match.bc_id), list(match.candidates[:MOST_CANDIDATES])
    if match.result is MatchResult.NO_MATCH:
        return MatchNotFound(record=record, service=theirs.side.label)
    titles = [theirs.title(id) for id in ids[:TOLD]]
    if match.result is MatchResult.ALREADY_COUPLED:
        return MatchTaken(record=record, partner=titles[0], candidate_ids=ids)
    if match.rivals:
        return MatchContested(
            record=record, partner=titles[0], rivals=match.rivals, service=ours.side.label, candidate_ids=ids
        )
    return MatchAmbiguous(
        record=record,
        count=len(match.candidates),
        service=theirs.side.label,
        candidates=_listed(titles, len(match.candidates)),
        candidate_ids=ids,
    )


def doubts_of(matches: Mapping[str, Match], ours: Rows, theirs: Rows) -> dict[tuple[Side, str], Skip]:
    """The records of ours that match several of theirs or a taken one, and those that they match."""
    doubtful = [match for match in matches.values() if match.result in _DOUBTFUL]
    told = {(ours.side, match.bc_id): skip_with(reason_of(match, ours, theirs), ours.side) for match in doubtful}
    wanted: dict[str, list[str]] = {}
    for match in doubtful:
        if match.result is MatchResult.AMBIGUOUS:
            for id in match.candidates:
                wanted.setdefault(id, []).append(ours.title(match.bc_id))
    return told | {(theirs.side, id): _wanted(theirs, id, names, ours.side) for id, names in wanted.items()}


def doubts_of_removed(pairs: Mapping[str, str], ours: Rows, theirs: Rows) -> dict[tuple[Side, str], Skip]:
    """Why these records of ours do not become the partners of those, whose couplings were removed."""
    return {
        (ours.side, id): skip_with(
            MatchRemoved(record=ours.title(id), partner=theirs.title(other), candidate_ids=[other]), ours.side
        )
        for id, other in pairs.items()
    }


def skip_with(error: CouplingError, side: Side) -> Skip:
    """What sets a record of a side aside with an error as its reason."""
    return Skip(error.code, (*error.facts.items(), ("side", side.value)))


def _wanted(rows: Rows, id: str, names: list[str], by: Side) -> Skip:
    facts = {
        "record": rows.title(id),
        "count": len(names),
        "service": by.label,
        "candidates": _listed(names[:TOLD], len(names)),
    }
    return Skip(MatchAmbiguous.code, (*facts.items(), ("side", rows.side.value)))


def _listed(titles: list[str], count: int) -> str:
    return ", ".join([*titles, *(["..."] if count > len(titles) else [])])
