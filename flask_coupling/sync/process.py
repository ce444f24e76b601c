"""Plan, carry out and store one batch of observed pairs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from flask_coupling.core.plan import Plan, plan, resolve
from flask_coupling.core.record import Pair, Record, Value
from flask_coupling.core.side import Direction, Side, direction_from
from flask_coupling.errors import AlreadyCoupled

from .announce import announce
from .authors import ask_authors
from .carry_out import carry_out, is_stale
from .couple_by_value import couple_by_value
from .doubts import plan_doubt
from .history import record_found
from .intents import drop_intents, drop_refused
from .link import Link, read_links
from .linking import link_records
from .naming import name_missing, with_names
from .observe import Observed, held_references, missing_references, observe_links, partners_of
from .rates import rates_for
from .run import Run
from .uncoupled import agree_as_before
from .work import Work

BATCH = 1000
"""Pairs planned, written and stored together; Dataverse takes as many operations in one request."""

ROUNDS = 3
"""Times a pair is looked at again because a row changed between reading and writing it."""


def partner_values(run: Run, pairs: Sequence[Pair]) -> dict[tuple[str, Side, Value], Value]:
    """Partner values for these pairs; tables that couple by value are coupled when first referred to."""
    held = held_references(pairs, run.mapping)
    found = partners_of(held, run.ledger, run.blanks)
    missing = missing_references(held, found)
    known = [run.others[name] for name in sorted(missing - run.matched) if name in run.others]
    wanted = [other for other in known if other.couples_by_value]
    if wanted:
        run.matched.update(other.name for other in wanted)
        couple_by_value(wanted, run.services, run.ledger)
        run.progress.commit()
        found = partners_of(held, run.ledger, run.blanks)
    if run.couple_missing is not None and run.couple_missing(run, pairs, found):
        found = partners_of(held, run.ledger, run.blanks)
    if missing:
        name_missing(run, pairs, found)
    return found | rates_for(pairs, run.mapping, run.services, run.ledger.clock().date())


def plan_all(run: Run, observed: Iterable[Observed], references: Mapping[tuple[str, Side, Value], Value]) -> list[Work]:
    """The works of these pairs; a record without a coupling that does not take part is left out."""
    works = [_plan_one(run, pair, link, references) for pair, link in observed]
    return [work for work in works if work.link is not None or work.plan.actions]


def _plan_one(run: Run, pair: Pair, link: Link | None, references: Mapping[tuple[str, Side, Value], Value]) -> Work:
    if link is None and run.doubts and (doubt := plan_doubt(pair, run.doubts)):
        return Work(doubt, None)
    blocked = _blocked_sides(run, pair) if link is not None and run.failures.by_record else _NO_SIDES
    direction = _open_direction(run.direction, blocked) if blocked else run.direction
    if direction is None or (blocked and pair.baseline is None):
        return Work(Plan(pair), link, blocked=blocked)
    planned = resolve(plan(pair, run.mapping, references, direction=direction), run.policy)
    return Work(with_names(run, planned), link, blocked=blocked)


_NO_SIDES: frozenset[Side] = frozenset()


def _blocked_sides(run: Run, pair: Pair) -> frozenset[Side]:
    return frozenset(side for side in Side if (row := pair.of(side)) and is_blocked(run, side, row))


def is_blocked(run: Run, side: Side, record: Record) -> bool:
    """Whether the record failed before, is set aside or not due yet, and has not changed since."""
    failure = run.failures.of(side, record.id)
    return failure is not None and failure.blocks(record.etag, run.ledger.clock())


def _open_direction(direction: Direction, blocked: frozenset[Side]) -> Direction | None:
    """The way that is left when the data of some sides wait; None when there is none."""
    left = [side for side in Side if direction.allows(side) and side not in blocked]
    return direction_from(left[0]) if left else None


def finish(
    run: Run, works: Sequence[Work], *, prepare: Callable[[list[Work]], None] | None = None, is_counted: bool = True
) -> list[Work]:
    """Carry out and store; a pair that changed meanwhile is looked at again, a bounded number of times.

    `prepare` may change what was planned before it is carried out. Returns the works as they were stored; without
    `is_counted` they are a second look at records that were counted already.
    """
    pending = list(works)
    _carry_out(run, pending, prepare)
    return settle(run, pending, prepare=prepare, is_counted=is_counted)


def _carry_out(run: Run, works: list[Work], prepare: Callable[[list[Work]], None] | None) -> None:
    if prepare is not None:
        prepare(works)
    carry_out(works, run.services, run.ledger, run.progress.commit)


def settle(
    run: Run, works: Sequence[Work], *, prepare: Callable[[list[Work]], None] | None = None, is_counted: bool = True
) -> list[Work]:
    """Store what was carried out; see `finish`."""
    pending: list[Work] = list(works)
    settled: list[Work] = []
    for round in range(ROUNDS + 1):
        _couple_adopted(run, [work for work in pending if work.adopted is not None])
        stale: list[Work] = []
        for work in pending:
            (stale if round < ROUNDS and _may_look_again(work) else settled).append(work)
        if not stale:
            break
        run.ledger.remember(stale)
        run.progress.commit()
        pending = _look_again(run, stale)
        _carry_out(run, pending, prepare)
    authors = ask_authors(run.services, run.ledger, settled)
    drop_refused(run.ledger.session, run.ledger.key, settled)
    run.ledger.store(settled, authors)
    if is_counted:
        _count(run, settled)
    run.progress.commit()
    if is_counted:
        announce(run.sender, run.ledger, settled)
    return settled


def _count(run: Run, works: Sequence[Work]) -> None:
    for work in works:
        if counter := work.counter:
            run.counters[counter] += 1
    run.done += len(works)
    run.report()


def _may_look_again(work: Work) -> bool:
    """An undo is not planned anew: what it was to take back is not there any more."""
    return (is_stale(work) or work.adopted is not None) and work.link is not None and work.reason != "undo"


def _couple_adopted(run: Run, works: Sequence[Work]) -> None:
    """Couple rows that were there already, and are then compared.

    Former partners go on from what they last agreed on; of others nobody knows who wrote what, and a person decides.
    """
    ends = [(work.plan.pair.bc, work.adopted) for work in works]
    pairs = [(bc, sales) for bc, sales in ends if bc is not None and sales is not None]
    if not pairs:
        return
    session, key = run.ledger.session, run.ledger.key
    link_records(run.ledger, pairs, source=Side.BC)
    drop_intents(session, key, Side.SALES, [bc.id for bc, _ in pairs])
    links = read_links(session, run.ledger.connection, run.mapping.name, "bc_id", [bc.id for bc, _ in pairs])
    coupled = {(link.bc_id, link.sales_id): link for link in links}
    for work, (bc, sales) in zip(works, pairs, strict=True):
        work.link = coupled.get((bc.id, sales.id))
        if work.link is None:
            work.problem = AlreadyCoupled(record=run.ledger.describe(work), partner="another record")
            continue
        told = {"job_id": run.ledger.job_id, "at": run.ledger.clock(), "reason": "new"}
        record_found(session, key, Side.SALES, {"bc_id": bc.id, "sales_id": sales.id}, sales.values, told)
    new = [work for work in works if work.link is not None and work.link.bc_etag is None]
    known = agree_as_before(session, key, [work.link for work in new if work.link is not None])
    unknown = [work for work in new if work.link is not None and work.link.id not in known]
    run.ledger.under_way.declare_made(unknown, run.ledger.clock())


def _look_again(run: Run, stale: Sequence[Work]) -> list[Work]:
    ids = [work.link.id for work in stale if work.link is not None]
    links = read_links(run.ledger.session, run.ledger.connection, run.mapping.name, "id", ids)
    observed = observe_links(links, run.services, run.ledger)
    return plan_all(run, observed, partner_values(run, [pair for pair, _ in observed]))


def coupled_ids(run: Run, side: Side, ids: Sequence[str]) -> set[str]:
    """Those of one side's record ids that have a coupling."""
    column = f"{side.value}_id"
    links = read_links(run.ledger.session, run.ledger.connection, run.mapping.name, column, ids)
    return {link.id_of(side) for link in links}


def may_create_from(run: Run, side: Side) -> bool:
    """Whether this run creates partners for new records of a side."""
    mapping = run.mapping
    return (
        not mapping.only_coupled and mapping.creates and run.direction.allows(side) and mapping.direction.allows(side)
    )


def alone(side: Side, record: Record) -> Pair:
    """A record without a partner, as a pair."""
    return Pair(record, None) if side is Side.BC else Pair(None, record)
