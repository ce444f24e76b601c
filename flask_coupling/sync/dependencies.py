"""Couple dependencies too: what records refer to and is not coupled yet is coupled or created before they are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from flask_coupling.core.criteria import default_criteria, in_groups
from flask_coupling.core.mapping import FieldMapping, TableMapping
from flask_coupling.core.match import MatchResult
from flask_coupling.core.record import Pair, Record, Value, is_blank
from flask_coupling.core.reference import References
from flask_coupling.core.side import Side

from .carry_out import Services
from .ledger import Ledger
from .matching import Found, couple_found, find_partners
from .process import coupled_ids
from .progress import Progress
from .run import Run
from .selected import create_partners

Wanted = dict[tuple[str, Side, str], set[Value]]
"""Values that have no partner, by table mapping, the side they are from and the property they stand in there."""


def couple_missing(run: Run, pairs: Sequence[Pair], found: References) -> bool:
    """Couple what these pairs refer to without a partner, in dependency order and many at a time.

    A record that matches exactly one by its mapping's criteria is coupled with it, one that matches none gets a new
    partner, one that is in doubt is left. What fails is in the job's log. Returns whether anything was coupled.
    """
    wanted = _wanted(run, pairs, found)
    is_any = False
    for name in run.others:  # in dependency order
        for (mapping, side, key), values in wanted.items():
            if mapping == name:
                is_any |= _couple(run, run.others[name], side, key, values)
    return is_any


def _wanted(run: Run, pairs: Sequence[Pair], found: References) -> Wanted:
    wanted: Wanted = {}
    for field, flow in run.mapping.pairs:
        if field.reference is None:
            continue
        for side in Side:
            if flow.allows(side) and run.direction.allows(side):
                _note(run, field, side, pairs, found, wanted)
    return wanted


def _note(run: Run, field: FieldMapping, side: Side, pairs: Iterable[Pair], found: References, wanted: Wanted) -> None:
    assert field.reference is not None
    key = field.reference.bc_key if side is Side.BC else ""
    held = {record.values.get(field.of(side) or "") for pair in pairs if (record := pair.of(side))}
    missing = {value for value in held if not is_blank(value)}
    missing = {value for value in missing if (field.reference.mapping, side, value) not in found}
    for target in field.reference.targets:
        new = {value for value in missing if (target, side, key, value) not in run.sought}
        if new and target in run.others:
            run.sought.update((target, side, key, value) for value in new)
            wanted.setdefault((target, side, key), set()).update(new)


def _couple(run: Run, mapping: TableMapping, side: Side, key: str, values: set[Value]) -> bool:
    part = _part_of(run, mapping)
    rows = [row for row in _find(part, side, key, values) if mapping.filter(side).admits(row)]
    taken = coupled_ids(part, side, [row.id for row in rows])
    ids = [row.id for row in rows if row.id not in taken]
    if not ids:
        return False
    left = _match(part, side, ids)
    if mapping.creates and mapping.direction.allows(side):
        create_partners(part, side, left)
    for name, count in part.counters.items():
        run.counters[name] += count
    run.done += part.done
    if run.total is not None:
        run.total += part.done
    return any(part.counters.values())


def _part_of(run: Run, mapping: TableMapping) -> Run:
    """A run of another mapping within this one: same job, same services, told of in this one's progress."""
    ours = run.ledger
    return replace(
        run,
        services=Services(run.services.bc, run.services.sales, mapping),
        ledger=Ledger(ours.session, ours.connection, mapping, ours.job_id, ours.clock, ours.requested_by),
        direction=mapping.direction,
        policy=mapping.policy,
        progress=_Within(run.progress),
        counters=type(run.counters)(),
        done=0,
        total=None,
        doubts={},
        opened=None,
    )


@dataclass(frozen=True, slots=True)
class _Within:
    """The progress of a run within another: it stops and commits with that one, and reports nothing of its own."""

    outer: Progress

    def report(self, done: int, total: int | None, counters: Mapping[str, int], requests: int) -> None:
        """The outer run reports both."""

    def stop_requested(self) -> bool:
        """Whether the outer run is to stop."""
        return self.outer.stop_requested()

    def commit(self) -> None:
        """Commit as the outer run does."""
        self.outer.commit()


def _find(run: Run, side: Side, key: str, values: set[Value]) -> list[Record]:
    """The records of one side that hold one of these values in `key`, or have it as their id where that is empty."""
    endpoint, view, asked = run.services.of(side), run.services.view(side), sorted(values, key=str)
    if not key:
        return list(endpoint.get_many(view, [str(value) for value in asked]).values())
    if "/" not in key:
        return endpoint.find(view, key, asked)
    # a property of a related row cannot be asked for: one pass over the table, however many are wanted
    pages = endpoint.changes(view, None)
    return [record for page in pages for record in page.records if record.values.get(key) in values]


def _match(run: Run, side: Side, ids: Sequence[str]) -> list[str]:
    """Couple those of the records that match exactly one; returns the ids of those that match none."""
    groups = in_groups(default_criteria(run.mapping), run.mapping)
    if not groups:
        return list(ids)
    only = ids if side is Side.BC else None
    found = find_partners(run.services, run.ledger, groups, run.blanks, bc_ids=only, others=run.others.values())
    wanted = set(ids)
    mine = {
        id: match
        for id, match in found.matches.items()
        if (id if side is Side.BC else next(iter(match.candidates), "")) in wanted
    }
    for coupled, _ in couple_found(Found(mine, found.bc, found.sales), run.ledger, side):
        run.counters["coupled"] += len(coupled)
        run.progress.commit()
    return [id for id in ids if id not in _touched(found, side)]


def _touched(found: Found, side: Side) -> set[str]:
    """The records of one side that match something, certainly or not."""
    if side is Side.BC:
        return {id for id, match in found.matches.items() if match.result is not MatchResult.NO_MATCH}
    return {id for match in found.matches.values() for id in match.candidates}
