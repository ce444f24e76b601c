"""Records that are gone: told by what a reading of a whole table, or of all its ids, does not show."""

from __future__ import annotations

from collections.abc import Mapping

from flask_coupling.core.mapping import TableView
from flask_coupling.core.side import Side

from .link import coupled_with, read_links, read_unseen
from .observe import Feed, Observed, observe_links
from .process import coupled_ids
from .run import Run
from .seen import Seen


def compare_ids(run: Run, feeds: Mapping[Side, Feed]) -> None:
    """From time to time read all ids of a side whose feed tells no deletions, to notice the rows that are gone."""
    since = run.ledger.cursors.compared_at()
    if since is not None and run.ledger.clock() - since < run.compare_every:
        return
    for side in Side:
        if feeds[side].seen is None and not run.services.of(side).feeds_deletions:
            ids_only = TableView(run.mapping.table(side), ())
            pages = run.services.of(side).changes(ids_only, None)
            feeds[side].seen = seen = nothing_seen(run, side, feeds[side])
            for page in pages:
                ids = [each.id for each in page.records]
                seen.add_all(coupled_with(run.ledger.session, run.ledger.key, f"{side.value}_id", ids))
                seen.watch(ids)


def nothing_seen(run: Run, side: Side, feed: Feed) -> Seen:
    """What a reading of a whole table begins with, which is to tell what is gone."""
    return Seen(feed.newest, {each.record_id for each in run.failures.uncoupled(side)})


def forget_gone(run: Run, feeds: Mapping[Side, Feed]) -> None:
    """Forget failures of records that a reading of the whole table did not show, or that have a partner meanwhile."""
    for side in Side:
        if (seen := feeds[side].seen) is not None:
            ids = [each.record_id for each in run.failures.uncoupled(side)]
            coupled = coupled_ids(run, side, ids)
            run.ledger.forget_failures(side, [id for id in ids if not seen.has_met(id) or id in coupled])


def find_vanished(run: Run, feeds: Mapping[Side, Feed], newest: int) -> list[Observed]:
    """Couplings whose row a complete reading did not show, read once more by id: only absence there is a deletion.

    Couplings made since the reading began have a greater id than `newest`.
    """
    session, connection, name = run.ledger.session, run.ledger.connection, run.mapping.name
    unseen: set[int] = set()
    for side in Side:
        if newest and (seen := feeds[side].seen) is not None:
            ids = read_unseen(session, connection, name, f"{side.value}_id", seen)
            unseen.update(id for id in ids if id not in feeds[side].gone)
    unseen.difference_update(*(feeds[side].links for side in Side))
    found = read_links(session, connection, name, "id", sorted(unseen))
    links = sorted(link for link in found if not link.paused and not link.unsettled)
    return observe_links(links, run.services, run.ledger)
