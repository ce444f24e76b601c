"""Find partners by value in the very reading that compares both sides, where few records are without one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from flask_coupling.core.criteria import Group
from flask_coupling.core.record import Record
from flask_coupling.core.side import Side
from flask_coupling.endpoints.endpoint import Page

from .link import read_links
from .matching import NOTHING_OPENED, Found, couple_found, find_partners
from .observe import Observed, doubted, pair_of
from .portions import process
from .reasons import doubts_of, doubts_of_removed
from .run import Run

MOST_HELD = 10_000
"""Records of a side that are kept while the other is read, until it is known whether they have an equal there."""


class TooManyHeld(Exception):
    """More records are without a partner than are kept: partners have to be found in a reading of their own."""


class _Stopped(Exception):
    """The run was asked to stop while it was reading."""


@dataclass(slots=True)
class Finding:
    """Match-based coupling within a run: by the criteria in `groups`, with the data of `source`.

    `held` are the records without a partner, until both sides are read.
    """

    groups: Sequence[Group]
    source: Side | None = None
    held: dict[Side, list[Record]] = field(default_factory=lambda: {side: [] for side in Side})

    def hold(self, run: Run, side: Side, strangers: Sequence[Record]) -> None:
        """Keep those of these records that take part; raises TooManyHeld."""
        self.held[side] += filter(run.mapping.filter(side).admits, strangers)
        if len(self.held[side]) > MOST_HELD:
            raise TooManyHeld

    def couple(self, run: Run, pages: Mapping[Side, Iterator[Page]]) -> bool:
        """Couple what matches uniquely in these pages, and make it alike; False when the run was asked to stop.

        All pages are read to their end. The run then knows of what it has doubts.
        """

        def each_page() -> None:
            if run.progress.stop_requested():
                raise _Stopped

        try:
            found = find(run, self.groups, pages, each_page)
            for _ in pages[Side.SALES]:  # what is left of it: nothing was looked for there
                each_page()
        except _Stopped:
            return False
        coupled = couple_matching(run, found, self.source)
        return coupled is not None and self._synchronize(run, coupled)

    def _synchronize(self, run: Run, coupled: Sequence[str]) -> bool:
        """Make these alike, from the records as they were read just now."""
        rows = {side: {record.id: record for record in self.held[side]} for side in Side}
        links = read_links(run.ledger.session, run.ledger.connection, run.mapping.name, "bc_id", coupled)
        pairs: list[Observed] = []
        for link in sorted(links):
            ends = {side: rows[side].get(link.id_of(side)) for side in Side}
            if all(ends.values()):
                pairs.append((pair_of(ends, None, link), link))
        taken = {side: {link.id_of(side) for _, link in pairs if link is not None} for side in Side}
        for side in Side:
            self.held[side] = [record for record in self.held[side] if record.id not in taken[side]]
        return process(run, doubted(pairs, run.ledger))

    def left(self, side: Side) -> list[Record]:
        """The records of a side that were not coupled; they are held no longer."""
        return self.held.pop(side)


def find(
    run: Run,
    groups: Sequence[Group],
    pages: Mapping[Side, Iterator[Page]] = NOTHING_OPENED,
    each_page: Callable[[], None] = lambda: None,
) -> Found:
    """Match the records without a partner; the run then knows of what it has doubts. Reads what is not in `pages`."""
    found = find_partners(
        run.services,
        run.ledger,
        groups,
        run.blanks,
        others=run.others.values(),
        each_page=each_page,
        opened=pages,
        again=False,
    )
    rows = {Side.BC: found.bc, Side.SALES: found.sales}
    run.doubts = doubts_of(found.matches, found.bc, found.sales)
    for side, pairs in found.parted.items():
        run.doubts = {**run.doubts, **doubts_of_removed(pairs, rows[side], rows[side.other])}
    return found


def couple_matching(run: Run, found: Found, source: Side | None) -> list[str] | None:
    """Couple what matches uniquely; the ids in Business Central, or None when the run was asked to stop."""
    ids = list[str]()
    for coupled, _ in couple_found(found, run.ledger, source):
        ids += coupled
        run.counters["coupled"] += len(coupled)
        run.report()
        run.progress.commit()
        if run.progress.stop_requested():
            return None
    return ids
