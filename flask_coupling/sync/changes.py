"""Synchronize what changed on either side since the last run of a table mapping."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass

from flask_coupling.core.record import Record
from flask_coupling.core.side import Side
from flask_coupling.endpoints.endpoint import Page
from flask_coupling.errors import CursorExpired

from .ahead import Ahead
from .brake import check_brake
from .creates import Creating
from .elsewhere import find_free
from .failures import load_failures
from .finding import Finding
from .gone import compare_ids, find_vanished, forget_gone, nothing_seen
from .link import Link, last_id, read_unsettled
from .observe import Feed, Observed, pair_up, read_feed
from .place import Place
from .portions import process
from .process import alone, coupled_ids, is_blocked, may_create_from
from .recover import recover_creates, without_unanswered
from .run import Run
from .uncoupled import left_alone


def synchronize_changes(run: Run, fingerprint: str, lasting: str | None = None, finding: Finding | None = None) -> None:
    """Bring over everything that changed on either side since the last run; all records when there was none.

    Cursors are valid under `fingerprint`, and at the end of the run under `lasting` where that is given. With `finding`
    records without a partner are matched in the same reading; raises TooManyHeld before anything is done where those
    are too many.

    Cursors move only after all before them is stored. A run that is stopped, fails or dies leaves them behind the last
    page whose new records are stored; what that page told of coupled records is kept as unsettled.
    """
    began = run.opened.began if run.opened is not None else run.ledger.clock()
    cursors = run.ledger.cursors.read(fingerprint)
    newest = _prepare(run, fingerprint, lasting)
    readings = _begin(run, fingerprint, cursors, newest)
    if not _read_both(run, readings, finding):
        return
    feeds = {side: readings[side].feed for side in Side}
    compare_ids(run, feeds)
    forget_gone(run, feeds)
    unsettled = _without_resting(run, _waiting(run, newest))
    observed = pair_up(feeds[Side.BC], feeds[Side.SALES], unsettled, began, run.services, run.ledger)
    vanished = find_vanished(run, feeds, newest)
    looked_at = [*observed, *vanished]
    unchanged = _unchanged(run, feeds[Side.BC], looked_at) if readings[Side.BC].begin.is_whole else 0
    run.done += unchanged
    run.total = run.done + len(looked_at)
    run.report()
    check_brake(run, looked_at)
    if not (process(run, observed) and process(run, vanished)):
        return
    run.counters["unchanged"] += unchanged  # only now: a run that is stopped before sees them again
    run.report()
    _conclude(run, feeds, cursors, lasting or fingerprint)


def _prepare(run: Run, fingerprint: str, lasting: str | None) -> int:
    """What runs before this one left open is looked after; returns the newest coupling there is then."""
    # what agreed under the lasting rules and is as it was agrees still; lines may differ without their document telling
    run.ledger.cursors.unsettle_after_edit(fingerprint, *([lasting] if lasting and not run.lines_mappings else []))
    run.counters["coupled"] += recover_creates(run.services, run.ledger)
    run.progress.commit()
    run.failures = load_failures(run.ledger.session, run.ledger.key)
    return run.opened.newest if run.opened is not None else last_id(run.ledger.session)


def _begin(run: Run, fingerprint: str, cursors: dict[Side, str | None], newest: int) -> Mapping[Side, Reading]:
    """Both sides' readings from their cursors; records that failed before are tried first, or come with all others."""
    retried = {side: _retry_failed(run, side) if cursors[side] is not None else set() for side in Side}
    return {
        side: Reading(
            fingerprint,
            cursors,
            side,
            Place.parse(cursors[side]),
            Feed(handled=run.handled.links, newest=newest),
            retried[side],
        )
        for side in Side
    }


def _read_both(run: Run, readings: Mapping[Side, Reading], finding: Finding | None) -> bool:
    """Read both sides to their ends; False when the run is to stop."""
    with ExitStack() as stack:
        # both sides' first pages before the first write: what we are about to create is then in neither
        pages = {
            side: stack.enter_context(closing(_open_feed(run, side, readings[side].cursors[side]))) for side in Side
        }
        for side in Side:
            pages[side].begin()
        if finding is not None and all(each.begin.cursor is None for each in readings.values()):
            return _read_and_find(run, finding, readings, pages)
        for side in Side:
            _read_side(run, readings[side], pages[side])
            if run.progress.stop_requested():
                return False
    return True


def _waiting(run: Run, newest: int) -> list[Link]:
    """The couplings that earlier runs left unsettled."""
    links = read_unsettled(run.ledger.session, run.ledger.connection, run.mapping.name)
    return [link for link in links if link.id <= newest]


def _conclude(run: Run, feeds: Mapping[Side, Feed], cursors: Mapping[Side, str | None], fingerprint: str) -> None:
    """Everything is stored: the next run goes on where both feeds ended."""
    is_compared = all(feeds[side].seen is not None or run.services.of(side).feeds_deletions for side in Side)
    reached = {side: cursors[side] if passes_over(run, side) else feeds[side].cursor for side in Side}
    run.ledger.cursors.move(fingerprint, reached, is_compared=is_compared)
    run.progress.commit()


def passes_over(run: Run, side: Side) -> bool:
    """Whether new records of a side are left to another run, because this one does not go their way.

    The cursor of that side then stays where it is, or they would never be seen again.
    """
    mapping = run.mapping
    return not mapping.only_coupled and mapping.direction.allows(side) and not run.direction.allows(side)


@dataclass(slots=True)
class Reading:
    """The reading of one side: under which fingerprint, where both sides are, and what it has told so far.

    `begin` is where it began; `retried` are the records without a coupling that this run has tried already.
    """

    fingerprint: str
    cursors: dict[Side, str | None]
    side: Side
    begin: Place
    feed: Feed
    retried: set[str]


def _open_feed(run: Run, side: Side, text: str | None) -> Ahead:
    if run.opened is not None and (text is None) is run.opened.is_whole and side in run.opened.pages:
        return Ahead(run.opened.pages.pop(side))
    return Ahead(run.services.of(side).changes(run.services.view(side), Place.parse(text).cursor))


def _read_side(run: Run, reading: Reading, pages: Ahead) -> None:
    """Read one side's feed, creating partners for new records as the pages come in."""
    side, feed = reading.side, reading.feed
    if reading.begin.cursor is None:
        feed.seen = nothing_seen(run, side, feed)
    try:
        _handle_strangers(run, reading, pages)
    except CursorExpired:
        reading.cursors[side], reading.begin = None, Place.parse(None)
        feed.changed.clear()
        feed.links.clear()
        feed.seen = nothing_seen(run, side, feed)
        with closing(_open_feed(run, side, None)) as anew:
            _handle_strangers(run, reading, anew)


def _read_and_find(run: Run, finding: Finding, readings: Mapping[Side, Reading], pages: Mapping[Side, Ahead]) -> bool:
    """Read both sides, couple what matches and create for the rest; False when the run was asked to stop."""
    passing = {side: _passing(run, readings[side], pages[side], finding) for side in Side}
    if not finding.couple(run, passing):
        return False
    for side in Side:
        if may_create_from(run, side):
            with Creating(run, side) as creating:
                creating.add(_new_records(run, readings[side], finding.left(side)), lambda: None)
        if run.progress.stop_requested():
            return False
    return True


def _passing(run: Run, reading: Reading, pages: Ahead, finding: Finding) -> Iterator[Page]:
    """The pages of one side, read into its feed as they pass; what partners may be created for is held."""
    side, feed, last = reading.side, reading.feed, list[Page]()
    feed.seen = nothing_seen(run, side, feed)

    def noted() -> Iterator[Page]:
        for page in pages:
            last.append(page)
            yield page

    for strangers in read_feed(side, noted(), run.ledger, feed):
        finding.hold(run, side, strangers)
        run.report()
        yield last.pop()


def _handle_strangers(run: Run, reading: Reading, pages: Ahead) -> None:
    side, feed = reading.side, reading.feed
    with Creating(run, side) as creating:
        for strangers in read_feed(side, creating.each_settled(iter(pages)), run.ledger, feed):
            new = _new_records(run, reading, strangers) if may_create_from(run, side) else []
            strangers.clear()
            creating.add(new, _place_after(run, reading))
            run.report()
            if creating.is_stopped or run.progress.stop_requested():
                creating.is_stopped = True
                return


def _new_records(run: Run, reading: Reading, strangers: Sequence[Record]) -> list[Record]:
    """Those that a partner may be created for, as far as their coupling is concerned."""
    side, tried = reading.side, reading.retried | run.handled.failed
    new = [each for each in strangers if each.id not in tried and not is_blocked(run, side, each)]
    alone_by_choice = left_alone(run.ledger.session, run.ledger.key, side, [each.id for each in new])
    free = without_unanswered(side, [each for each in new if each.id not in alone_by_choice], run.ledger)
    return find_free(run, side, free)


def _place_after(run: Run, reading: Reading) -> Callable[[], None]:
    """What is to be done once the new records of a page, which was just read, are stored.

    After a page that is not the last: should the run end then, the next one goes on with the following page.
    """
    side, feed = reading.side, reading.feed
    if feed.resume is None or passes_over(run, side):
        return lambda: None
    place, touched, unchanged = reading.begin.moved(feed.resume), tuple(feed.touched), 0
    if side is Side.BC and reading.begin.is_whole:
        unchanged, feed.unchanged = feed.unchanged, 0  # the next run does not see them again

    def keep() -> None:
        run.counters["unchanged"] += unchanged
        run.done += unchanged
        reading.cursors[side] = place
        run.report()
        run.ledger.cursors.keep(reading.fingerprint, reading.cursors, touched)
        run.progress.commit()

    return keep


def _retry_failed(run: Run, side: Side) -> set[str]:
    """Try the uncoupled records again that failed before and are due, wherever the feed is; returns their ids."""
    now = run.ledger.clock()
    due = [each.record_id for each in run.failures.uncoupled(side) if not each.blocks(each.etag, now)]
    ids = [id for id in due if id not in run.handled.failed]
    if not ids:
        return set()
    rows = run.services.of(side).get_many(run.services.view(side), ids)
    coupled = coupled_ids(run, side, list(rows))
    run.ledger.forget_failures(side, [id for id in ids if id not in rows or id in coupled])
    if may_create_from(run, side):
        free = find_free(run, side, [record for id, record in rows.items() if id not in coupled])
        process(run, [(alone(side, record), None) for record in free])
    return set(rows)


def _without_resting(run: Run, links: Sequence[Link]) -> list[Link]:
    """The couplings without those whose failures are all set aside or not due: a change in their feed wakes them."""
    now = run.ledger.clock()
    due: dict[int, bool] = {}
    for each in run.failures.by_record.values():
        if each.coupling_id is not None:
            due[each.coupling_id] = due.get(each.coupling_id, False) or not each.blocks(each.etag, now)
    return [link for link in links if due.get(link.id, True) and link.id not in run.handled.links]


def _unchanged(run: Run, feed: Feed, observed: Sequence[Observed]) -> int:
    """How many couplings a complete reading of Business Central found as they were; it is read first.

    A feed of changes tells nothing of the others, and of our own writes only their echo. Those that are looked at all
    the same count by themselves, and one whose row is gone was not found.
    """
    apart = feed.links.keys() | run.handled.links
    links = [link for _, link in observed if link is not None and link.id not in apart]
    counted = {link.id for link in links if feed.seen is None or link.id in feed.seen}
    return feed.unchanged - len(counted)
