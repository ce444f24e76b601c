"""Couple new records with an equal one of the other side, where there is one, before partners are created for them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from flask_coupling.core.criteria import Group, Part
from flask_coupling.core.match import Match, MatchResult, find_matches, unique_pairs
from flask_coupling.core.record import Record, Value, is_blank
from flask_coupling.core.reference import References, UnplannableError, translate
from flask_coupling.core.side import Side
from flask_coupling.errors import MatchTaken

from .link import read_links
from .linking import link_records
from .matching import Partners, Rows, coupled_rows, read_rows, references_of
from .observe import observe_links
from .portions import process
from .process import alone, partner_values
from .reasons import doubts_of, doubts_of_removed, skip_with
from .run import Run
from .uncoupled import left_alone

FEW = 500
"""Up to so many values of a reference the other side's rows are asked for by them; for more the table is read."""


def match_first(run: Run, side: Side, records: list[Record]) -> list[Record]:
    """Couple those of these new records that match exactly one of the other side; the others come back.

    They are coupled with their own data, and synchronized. `run.doubts` then tells of those that match several, one
    that is taken or whose coupling was removed, or one that others of their own side match too. The other side is read
    once for the whole run, or asked for what few records may match; so is their own, once one of them matches.
    """
    if not run.match_first or not records:
        return records
    references = partner_values(run, [alone(side, record) for record in records])
    ours = Rows(side, run.mapping)
    ours.take(records, run.match_first, references)
    partners = _partners(run, side.other, records, references)
    matches = find_matches(ours.keys, partners.rows.keys, partners.taken)
    if unique_pairs(matches.values()):
        matches = _contested(matches, _claims(run, side, records, partners))
    run.doubts = {**run.doubts, **doubts_of(matches, ours, partners.rows)}
    found = dict(unique_pairs(matches.values()))
    removed = left_alone(run.ledger.session, run.ledger.key, side.other, list(found.values()))
    parted = {id: other for id, other in found.items() if other in removed}
    run.doubts = {**run.doubts, **doubts_of_removed(parted, ours, partners.rows)}
    found = {id: other for id, other in found.items() if id not in parted}
    coupled = _couple(run, ours, partners, found) if found else set()
    for id in found.keys() - coupled:  # somebody was quicker
        error = MatchTaken(record=ours.title(id), partner=partners.rows.title(found[id]), candidate_ids=[found[id]])
        run.doubts = {**run.doubts, (side, id): skip_with(error, side)}
    return [record for record in records if record.id not in coupled]


def _couple(run: Run, ours: Rows, partners: Partners, found: dict[str, str]) -> set[str]:
    """Couple these pairs and make them alike; the ids of ours that were coupled."""
    side, ledger = ours.side, run.ledger
    ends = [(ours.record(own), partners.rows.record(other)) for own, other in found.items()]
    link_records(ledger, [both if side is Side.BC else both[::-1] for both in ends], side)
    partners.taken.update(found.values())
    if (own := run.partners.get(side)) is not None:
        own.taken.update(found)
    links = read_links(ledger.session, ledger.connection, run.mapping.name, f"{side.value}_id", list(found))
    links = [link for link in links if link.id_of(side.other) == found[link.id_of(side)]]
    run.counters["coupled"] += len(links)
    run.progress.commit()
    process(run, observe_links(links, run.services, ledger))
    return {link.id_of(side) for link in links}


def _contested(matches: Mapping[str, Match], claims: Mapping[str, Sequence[str]]) -> dict[str, Match]:
    """The matches as they are when others want the same row: then nobody gets it."""
    rivals = {id: set(claims.get(other, ())) - {id} for id, other in unique_pairs(matches.values())}
    contested = {
        id: matches[id]._replace(result=MatchResult.AMBIGUOUS, rivals=len(others))
        for id, others in rivals.items()
        if others
    }
    return {**matches, **contested}


def _claims(run: Run, side: Side, records: Sequence[Record], partners: Partners) -> Mapping[str, Sequence[str]]:
    """Which records of a side match each row of the other: a page of a feed shows only some of them."""
    if (known := run.claims.get(side)) is not None:
        return known
    rivals = _rivals(run, side, records)
    free = {id: keys for id, keys in rivals.rows.keys.items() if id not in rivals.taken}
    claims: dict[str, list[str]] = {}
    for match in find_matches(free, partners.rows.keys, partners.taken).values():
        for id in match.candidates if match.result is not MatchResult.ALREADY_COUPLED else ():
            claims.setdefault(id, []).append(match.bc_id)
    if run.partners.get(side) is rivals and run.partners.get(side.other) is partners:  # both tables are known whole
        run.claims[side] = claims
    return claims


def _rivals(run: Run, side: Side, records: Sequence[Record]) -> Partners:
    """The records of their own side that may match what these match."""
    if run.partners.get(side) is None and (asked := _asked_alike(run.match_first, side, records)):
        return _asked_partners(run, side, asked)
    return _all_partners(run, side)


def _partners(run: Run, side: Side, records: Sequence[Record], references: References) -> Partners:
    """What these records of the other side may match."""
    if run.partners.get(side) is None and (asked := _asked(run.match_first, side.other, records, references)):
        return _asked_partners(run, side, asked)
    return _all_partners(run, side)


def _asked_partners(run: Run, side: Side, asked: Mapping[str, list[Value]]) -> Partners:
    rows = Rows(side, run.mapping)
    _take(run, rows, _ask(run, rows, asked))
    return Partners(rows, coupled_rows(run.ledger, run.others.values(), side, list(rows.keys)))


def _all_partners(run: Run, side: Side) -> Partners:
    """The whole table, read once for the run."""
    if (known := run.partners.get(side)) is None:
        rows = Rows(side, run.mapping)
        _take(run, rows, read_rows(run.services, rows, run.match_first, None))
        known = run.partners[side] = Partners(rows, coupled_rows(run.ledger, run.others.values(), side))
    return known


def _take(run: Run, rows: Rows, pages: Iterable[list[Record]]) -> None:
    groups = run.match_first
    for page in pages:
        is_bc = rows.side is Side.BC
        rows.take(page, groups, references_of(page, run.mapping, groups, run.ledger, run.blanks) if is_bc else {})


def _asked(
    groups: Sequence[Group], side: Side, records: Sequence[Record], references: References
) -> dict[str, list[Value]] | None:
    """By which property of the other side, and which of its values, partners are asked for; None: read the table."""
    asked: dict[str, set[Value]] = {}
    for group in groups:
        part = next((each for each in group if each.field.reference is not None), None)
        values = _values(part, side, records, references) if part is not None else None
        if part is None or values is None:
            return None
        asked.setdefault(part.field.of(side.other) or "", set()).update(values)
    return _few(asked)


def _asked_alike(groups: Sequence[Group], side: Side, records: Sequence[Record]) -> dict[str, list[Value]] | None:
    """By what reference records like these are asked for on their own side; None: read the table."""
    asked: dict[str, set[Value]] = {}
    for group in groups:
        names = [each.field.of(side) or "" for each in group if each.field.reference is not None]
        values = {record.values.get(names[0]) for record in records} if names else set()
        if not values or any(map(is_blank, values)):
            return None
        asked.setdefault(names[0], set()).update(values)
    return _few(asked)


def _few(asked: Mapping[str, set[Value]]) -> dict[str, list[Value]] | None:
    if sum(map(len, asked.values())) > FEW:
        return None
    return {name: sorted(values, key=str) for name, values in asked.items()}


def _values(part: Part, side: Side, records: Sequence[Record], references: References) -> set[Value] | None:
    """What a reference of these records is on the other side; None where one of them is blank, which matches all."""
    found: set[Value] = set()
    for record in records:
        own = record.values.get(part.field.of(side) or "")
        if is_blank(own):
            return None
        try:
            found.add(translate(part.field, side, own, references))
        except UnplannableError:  # what it refers to has no partner, so nothing over there can refer to it
            continue
    return found


def _ask(run: Run, rows: Rows, asked: Mapping[str, list[Value]]) -> Iterator[list[Record]]:
    endpoint, view = run.services.of(rows.side), rows.view(run.match_first)
    admits = run.mapping.filter(rows.side).admits
    for name, values in asked.items():
        if values:
            yield [record for record in endpoint.find(view, name, values) if admits(record)]
