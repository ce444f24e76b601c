"""One run of a table mapping: observe -> plan -> carry out -> remember, batch by batch."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from flask_coupling.core.conflict import Policy
from flask_coupling.core.mapping import TableMapping
from flask_coupling.core.plan import Plan, plan, plan_create, resolve
from flask_coupling.core.record import Pair, Record, Value
from flask_coupling.core.side import Direction, Side, direction_from
from flask_coupling.errors import AlreadyCoupled, CursorExpired, RecordNotFound

from .announce import announce
from .carry_out import Services, carry_out, is_stale
from .couple_by_value import couple_by_value
from .failures import Failures, load_failures
from .intents import drop_refused
from .ledger import Ledger
from .link import Link, chunks, last_id, read_after, read_links, read_unsettled
from .observe import Feed, Observed, missing_references, observe_links, pair_up, read_feed, references_for, suspects
from .progress import Progress
from .recover import recover_creates, without_unanswered
from .work import Work

BATCH = 1000
"""Pairs planned, written and stored together; Dataverse takes as many operations in one request."""

ROUNDS = 3
"""Times a pair is looked at again because a row changed between reading and writing it."""


@dataclass(slots=True)
class Run:
    """A run and everything it works with.

    `blanks` says what a blank reference stands for; `others` holds the declared table mappings, for references;
    `sender` is the sender of signals. `counters`, `done` and `total` tell how far it is.
    """

    services: Services
    ledger: Ledger
    direction: Direction
    policy: Policy
    progress: Progress
    others: Mapping[str, TableMapping] = field(default_factory=dict)
    blanks: Mapping[tuple[str, Side, Value], Value] = field(default_factory=dict)
    sender: object = None
    counters: Counter[str] = field(default_factory=Counter)
    done: int = 0
    total: int | None = None
    matched: set[str] = field(default_factory=set)
    failures: Failures = field(default_factory=lambda: Failures({}))

    @property
    def mapping(self) -> TableMapping:
        """The table mapping that is run."""
        return self.services.mapping

    def report(self) -> None:
        """Tell how far the run is."""
        self.progress.report(self.done, self.total, self.counters, self.services.requests_made)


def synchronize_changes(run: Run, fingerprint: str) -> None:
    """Bring over everything that changed on either side since the last run; all records when there was none.

    Cursors move only after all before them is stored; a run that is stopped or fails leaves them where they were.
    """
    cursors = run.ledger.cursors(fingerprint)
    run.counters["coupled"] += recover_creates(run.services, run.ledger)
    run.progress.commit()
    run.failures = load_failures(run.ledger.session, run.ledger.key)
    retried = {side: _retry_failed(run, side) for side in Side}
    newest = last_id(run.ledger.session)
    feeds = {side: Feed() for side in Side}
    for side in Side:
        _read_side(run, side, cursors[side], feeds[side], retried[side])
        if run.progress.stop_requested():
            return
    unsettled = _without_resting(run, read_unsettled(run.ledger.session, run.ledger.connection, run.mapping.name))
    observed = pair_up(feeds[Side.BC], feeds[Side.SALES], unsettled, run.services, run.ledger)
    _count_unchanged(run, feeds[Side.BC], observed)
    if not _process(run, observed):
        return
    if not _process(run, _vanished(run, feeds, newest)):
        return
    run.ledger.move_cursors(fingerprint, {side: feeds[side].cursor for side in Side})
    run.progress.commit()


def _read_side(run: Run, side: Side, since: str | None, feed: Feed, retried: set[str]) -> None:
    """Read one side's feed, creating partners for new records as the pages come in."""
    try:
        _handle_strangers(run, side, since, feed, retried)
    except CursorExpired:
        feed.changed.clear()
        feed.links.clear()
        _handle_strangers(run, side, None, feed, retried)


def _handle_strangers(run: Run, side: Side, since: str | None, feed: Feed, retried: set[str]) -> None:
    for strangers in read_feed(side, since, run.services, run.ledger, feed):
        if _may_create_from(run, side):
            new = [each for each in strangers if each.id not in retried and not _is_blocked(run, side, each)]
            new = without_unanswered(side, new, run.ledger)
            _process(run, [(_alone(side, record), None) for record in new])
        run.report()


def _retry_failed(run: Run, side: Side) -> set[str]:
    """Try the uncoupled records again that failed before and are due, wherever the feed is; returns their ids."""
    now = run.ledger.clock()
    ids = [each.record_id for each in run.failures.uncoupled(side) if not each.blocks(each.etag, now)]
    if not ids:
        return set()
    rows = run.services.of(side).get_many(run.services.view(side), ids)
    coupled = _coupled(run, side, list(rows))
    run.ledger.forget_failures(side, [id for id in ids if id not in rows or id in coupled])
    if _may_create_from(run, side):
        _process(run, [(_alone(side, record), None) for id, record in rows.items() if id not in coupled])
    return set(rows)


def _is_blocked(run: Run, side: Side, record: Record) -> bool:
    """Whether the record failed before, is set aside or not due yet, and has not changed since."""
    failure = run.failures.of(side, record.id)
    return failure is not None and failure.blocks(record.etag, run.ledger.clock())


def _without_resting(run: Run, links: Sequence[Link]) -> list[Link]:
    """The couplings without those whose failures are all set aside or not due: a change in their feed wakes them."""
    now = run.ledger.clock()
    due: dict[int, bool] = {}
    for each in run.failures.by_record.values():
        if each.coupling_id is not None:
            due[each.coupling_id] = due.get(each.coupling_id, False) or not each.blocks(each.etag, now)
    return [link for link in links if due.get(link.id, True)]


def _coupled(run: Run, side: Side, ids: Sequence[str]) -> set[str]:
    column = f"{side.value}_id"
    links = read_links(run.ledger.session, run.ledger.connection, run.mapping.name, column, ids)
    return {link.id_of(side) for link in links}


def _may_create_from(run: Run, side: Side) -> bool:
    return not run.mapping.only_coupled and run.direction.allows(side) and run.mapping.direction.allows(side)


def _alone(side: Side, record: Record) -> Pair:
    return Pair(record, None) if side is Side.BC else Pair(None, record)


def _count_unchanged(run: Run, feed: Feed, observed: Sequence[Observed]) -> None:
    """Count the couplings that a complete reading of Business Central found as they were; it is read first.

    A feed of changes tells nothing of the others, and of our own writes only their echo.
    """
    if feed.seen is not None:
        handled = {link.id for _, link in observed if link is not None}
        run.counters["unchanged"] += feed.unchanged - len(handled - feed.links.keys())
        run.done += feed.unchanged
    run.total = run.done + len(observed)
    run.report()


def _vanished(run: Run, feeds: Mapping[Side, Feed], newest: int) -> list[Observed]:
    """Couplings whose row a complete reading did not show, read once more by id: only absence there is a deletion.

    Couplings made since the reading began have a greater id than `newest`.
    """
    complete = [side for side in Side if feeds[side].seen is not None]
    if not complete:
        return []
    found: dict[int, Link] = {}
    after = 0
    while links := read_after(run.ledger.session, run.ledger.connection, run.mapping.name, after, 5000):
        for side in complete:
            found.update(
                (link.id, link) for link in suspects(side, feeds[side], links) if link.id <= newest and not link.paused
            )
        after = links[-1].id
    handled = {id for side in Side for id in feeds[side].links}
    links = [link for id, link in found.items() if id not in handled and not link.unsettled]
    return observe_links(links, run.services, run.ledger)


def synchronize_links(run: Run, ids: Sequence[int]) -> None:
    """Bring both sides of these couplings together, whatever the change feeds say."""
    links = read_links(run.ledger.session, run.ledger.connection, run.mapping.name, "id", ids)
    run.total = len(links)
    for part in chunks(links, BATCH):
        if not _process(run, observe_links(part, run.services, run.ledger)):
            return


def create_partners(run: Run, side: Side, ids: Sequence[str]) -> None:
    """Create the partner of each of these records of `side` on the other side, and couple them.

    A record that is coupled already, or is not there, is skipped or failed by name.
    """
    run.total = len(ids)
    run.counters["coupled"] += recover_creates(run.services, run.ledger)
    for part in chunks(list(dict.fromkeys(ids)), BATCH):
        coupled = _coupled(run, side, part)
        rows = run.services.of(side).get_many(run.services.view(side), part)
        pairs = [_alone(side, rows[id]) for id in part if id in rows and id not in coupled]
        references = _references(run, pairs)
        works = [Work(plan_create(pair, side, run.mapping, references), None) for pair in pairs]
        works += [_refused(run, side, id, rows.get(id)) for id in part if id in coupled or id not in rows]
        _finish(run, works)
        if run.progress.stop_requested():
            return


def _refused(run: Run, side: Side, id: str, record: Record | None) -> Work:
    table = run.mapping.table(side)
    pair = _alone(side, record or Record(id, "", "", {}))
    work = Work(Plan(pair), None)
    name = str(record.values.get(table.title) or id) if record is not None else id
    if record is None:
        work.problem = RecordNotFound(service=side.label, table=table.name, id=id)
    else:
        work.problem = AlreadyCoupled(record=name, partner=f"a record of {side.other.label}")
    return work


def preview_links(run: Run, ids: Sequence[int]) -> list[tuple[Plan, Link]]:
    """Return what `synchronize_links` would do now; nothing is written."""
    links = read_links(run.ledger.session, run.ledger.connection, run.mapping.name, "id", ids)
    observed = observe_links(links, run.services, run.ledger)
    references = _references(run, [pair for pair, _ in observed])
    return [
        (resolve(plan(pair, run.mapping, references, direction=run.direction), run.policy), link)
        for pair, link in observed
        if link is not None
    ]


def _references(run: Run, pairs: Sequence[Pair]) -> dict[tuple[str, Side, Value], Value]:
    """Partner values for these pairs; tables that couple by value are coupled when first referred to."""
    found = references_for(pairs, run.mapping, run.ledger, run.blanks)
    missing = missing_references(run.mapping, pairs, found) - run.matched
    wanted = [run.others[name] for name in sorted(missing) if name in run.others and run.others[name].couples_by_value]
    if not wanted:
        return found
    for other in wanted:
        run.matched.add(other.name)
        couple_by_value(other, run.services, run.ledger)
    run.progress.commit()
    return references_for(pairs, run.mapping, run.ledger, run.blanks)


def _process(run: Run, observed: Sequence[Observed]) -> bool:
    """Plan, carry out and store these pairs, batch by batch; returns False when the run was asked to stop."""
    for part in chunks(observed, BATCH):
        references = _references(run, [pair for pair, _ in part])
        _finish(run, _plan(run, part, references))
        if run.progress.stop_requested():
            return False
    return True


def _plan(run: Run, observed: Iterable[Observed], references: Mapping[tuple[str, Side, Value], Value]) -> list[Work]:
    works = [_plan_one(run, pair, link, references) for pair, link in observed]
    return [work for work in works if work.link is not None or work.plan.actions]


def _plan_one(run: Run, pair: Pair, link: Link | None, references: Mapping[tuple[str, Side, Value], Value]) -> Work:
    blocked = frozenset(side for side in Side if (row := pair.of(side)) and link and _is_blocked(run, side, row))
    direction = _open_direction(run.direction, blocked) if blocked else run.direction
    if direction is None or (blocked and pair.baseline is None):
        return Work(Plan(pair), link, blocked=blocked)
    planned = resolve(plan(pair, run.mapping, references, direction=direction), run.policy)
    return Work(planned, link, blocked=blocked)


def _open_direction(direction: Direction, blocked: frozenset[Side]) -> Direction | None:
    """The way that is left when the data of some sides wait; None when there is none."""
    left = [side for side in Side if direction.allows(side) and side not in blocked]
    return direction_from(left[0]) if left else None


def _finish(run: Run, works: Sequence[Work]) -> None:
    """Carry out and store; a pair that changed meanwhile is looked at again, a bounded number of times."""
    pending, settled = list(works), []
    for round in range(ROUNDS + 1):
        carry_out(pending, run.services, run.ledger, run.progress.commit)
        stale = [work for work in pending if is_stale(work) and work.link is not None and round < ROUNDS]
        settled += [work for work in pending if work not in stale]
        if not stale:
            break
        run.ledger.remember(stale)
        run.progress.commit()
        pending = _look_again(run, stale)
    drop_refused(run.ledger.session, run.ledger.key, settled)
    run.ledger.store(settled)
    for work in settled:
        if counter := work.counter:
            run.counters[counter] += 1
    run.done += len(settled)
    run.report()
    run.progress.commit()
    announce(run.sender, run.ledger, settled)


def _look_again(run: Run, stale: Sequence[Work]) -> list[Work]:
    ids = [work.link.id for work in stale if work.link is not None]
    links = read_links(run.ledger.session, run.ledger.connection, run.mapping.name, "id", ids)
    observed = observe_links(links, run.services, run.ledger)
    return _plan(run, observed, _references(run, [pair for pair, _ in observed]))
