"""Observe: read both sides and put records, partners and baselines together as pairs."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from flask_coupling.core.mapping import FieldMapping, Reference, TableMapping
from flask_coupling.core.record import Baseline, Pair, Record, Value, is_blank
from flask_coupling.core.reference import References
from flask_coupling.core.side import Side
from flask_coupling.endpoints.endpoint import Page

from .carry_out import Services
from .ledger import Ledger
from .link import Link, read_baselines, read_links, read_references, synchronized_since
from .seen import Seen

Missing = tuple[str, Side, str]
"""A table mapping, a side, and the id of a record there that has no partner."""

Observed = tuple[Pair, Link | None]
"""A pair and the coupling it was made from; None for a record without one."""


@dataclass(slots=True)
class Feed:
    """What one side's change feed told: changed rows of couplings, deleted ones, and where it ends.

    `unchanged` counts couplings that were delivered but still carry the etag of their baseline (our own writes among
    them). `seen` is kept only while a whole table is read, to notice rows that are gone. Couplings that an earlier
    attempt of the job has `handled` are not counted again, and what is left of them is for the next run. `touched`
    are the couplings that the page read last told something of, all its portions together; `resume` is where a reading
    goes on that ends with it, None before its last portion.
    A coupling younger than `newest` was made while we read: a deletion told of its row may be that of an earlier row
    with the same id, so it is `doubtful` until the row is asked for.
    """

    changed: dict[int, Record] = field(default_factory=dict)
    gone: set[int] = field(default_factory=set)
    doubtful: set[int] = field(default_factory=set)
    newest: int = sys.maxsize
    links: dict[int, Link] = field(default_factory=dict)
    cursor: str | None = None
    unchanged: int = 0
    seen: Seen | None = None
    handled: frozenset[int] = frozenset()
    touched: list[int] = field(default_factory=list)
    resume: str | None = None


def read_feed(side: Side, pages: Iterable[Page], ledger: Ledger, feed: Feed) -> Iterator[list[Record]]:
    """Read one side's changes into `feed`; yield the records without a coupling, page by page.

    Rows that equal their baseline are dropped at once, so that memory holds only what has to be looked at.
    """
    for page in pages:
        if feed.resume is not None:
            feed.touched.clear()
        ids = [record.id for record in page.records]
        links = {link.id_of(side): link for link in _links(ledger, f"{side.value}_id", ids)}
        strangers = [record for record in page.records if record.id not in links]
        for record in page.records if links else ():
            if (link := links.get(record.id)) is not None:
                _take(feed, side, link, record)
        if feed.seen is not None:
            feed.seen.add_all(link.id for link in links.values())
            feed.seen.watch(ids)
        for link in _links(ledger, f"{side.value}_id", page.deleted):
            if link.unsettled and link.id in feed.handled:
                continue
            feed.changed.pop(link.id, None)
            (feed.gone if link.id <= feed.newest else feed.doubtful).add(link.id)
            feed.links[link.id] = link
            feed.touched.append(link.id)
        feed.cursor, feed.resume = page.cursor or feed.cursor, page.resume
        given = [strangers]
        del page, strangers, links, ids  # the records go as they are worked on, while the next page comes
        yield given.pop()


def _take(feed: Feed, side: Side, link: Link, record: Record) -> None:
    if link.paused or (link.unsettled and link.id in feed.handled):
        return
    if not link.unsettled and link.etag_of(side) == record.etag:
        feed.unchanged += link.id not in feed.handled
        return
    feed.gone.discard(link.id)
    feed.changed[link.id] = record
    feed.links[link.id] = link
    feed.touched.append(link.id)


def _links(ledger: Ledger, column: str, values: Iterable[Any]) -> list[Link]:
    return read_links(ledger.session, ledger.connection, ledger.mapping.name, column, values)


def pair_up(
    bc: Feed, sales: Feed, unsettled: Sequence[Link], began: datetime, services: Services, ledger: Ledger
) -> list[Observed]:
    """Pairs of all couplings that either feed touched, or that are unsettled, in order of coupling.

    A side its own feed did not touch equals its baseline and is not read again; only unsettled or never
    synchronized couplings are read on both sides, and those that somebody synchronized since the run `began`, or that
    were made since: what the feeds told of them may be older than their baseline.
    """
    links = {link.id: link for link in unsettled} | bc.links | sales.links
    uncertain = _add_uncertain(links, ledger)
    young = {id for id in links if id > min(bc.newest, sales.newest)}
    for id in {*synchronized_since(ledger.session, list(links), began), *uncertain, *young}:
        links[id] = links[id]._replace(unsettled=True)
        for feed in (bc, sales):
            feed.changed.pop(id, None)
            feed.gone.discard(id)
    baselines = read_baselines(ledger.session, list(links))
    feeds = {Side.BC: bc, Side.SALES: sales}
    missing = {side: [id for id in links if _must_read(feeds[side], links[id], baselines.get(id))] for side in Side}
    read = {side: _read(services, side, links, missing[side]) for side in Side}
    pairs: list[Observed] = []
    for id in sorted(links):
        link, baseline = links[id], baselines.get(id)
        rows = {side: _row(feeds[side], read[side], link, baseline, side) for side in Side}
        pairs.append((pair_of(rows, baseline, link), link))
    return doubted(pairs, ledger)


def doubted(pairs: list[Observed], ledger: Ledger) -> list[Observed]:
    """The pairs with baselines that do not depend on changes of ours whose end is unknown.

    To be called after the rows were read, or such a change may be in the rows and not be known.
    """
    doubtful = ledger.under_way.read() if pairs else set()
    if not doubtful:
        return pairs
    return [(ledger.under_way.doubt(pair, link.id) if link else pair, link) for pair, link in pairs]


def _add_uncertain(links: dict[int, Link], ledger: Ledger) -> set[int]:
    """Add the couplings with a change of ours whose end is unknown; returns which of the links these are."""
    uncertain = ledger.under_way.read()
    if unknown := uncertain - links.keys():
        found = _links(ledger, "id", sorted(unknown))
        links.update((link.id, link) for link in found if not link.paused)
        ledger.under_way.forget(unknown - {link.id for link in found})
    return uncertain & links.keys()


def _must_read(feed: Feed, link: Link, baseline: Baseline | None) -> bool:
    if link.id in feed.changed or link.id in feed.gone:
        return False
    return link.unsettled or baseline is None or link.id in feed.doubtful


def _read(services: Services, side: Side, links: Mapping[int, Link], ids: Sequence[int]) -> dict[int, Record | None]:
    if not ids:
        return {}
    rows = services.of(side).get_many(services.view(side), [links[id].id_of(side) for id in ids])
    return {id: rows.get(links[id].id_of(side)) for id in ids}


def _row(
    feed: Feed, read: Mapping[int, Record | None], link: Link, baseline: Baseline | None, side: Side
) -> Record | None:
    if link.id in feed.changed:
        return feed.changed[link.id]
    if link.id in feed.gone:
        return None
    if link.id in read:
        return read[link.id]
    assert baseline is not None
    then = baseline.of(side)
    return Record(link.id_of(side), then.etag, "", then.values)


def pair_of(rows: Mapping[Side, Record | None], baseline: Baseline | None, link: Link) -> Pair:
    """A coupling's pair as observed."""
    source = Side(link.source) if link.source else None
    return Pair(rows[Side.BC], rows[Side.SALES], baseline, source, is_coupled=True)


def observe_links(links: Sequence[Link], services: Services, ledger: Ledger) -> list[Observed]:
    """Read both sides of these couplings afresh."""
    by_id = {link.id: link for link in links}
    baselines = read_baselines(ledger.session, list(by_id))
    rows = {side: _read(services, side, by_id, list(by_id)) for side in Side}
    pairs: list[Observed] = [
        (pair_of({side: rows[side][id] for side in Side}, baselines.get(id), link), link) for id, link in by_id.items()
    ]
    return doubted(pairs, ledger)


class Held(NamedTuple):
    """The values that records of one side hold in one reference, without blanks."""

    reference: Reference
    side: Side
    values: set[Value]


def held_references(pairs: Iterable[Pair], mapping: TableMapping) -> list[Held]:
    """What these pairs refer to, for each reference and side."""
    pairs = list(pairs)
    records = {
        Side.BC: [each.bc for each in pairs if each.bc is not None],
        Side.SALES: [each.sales for each in pairs if each.sales is not None],
    }
    referring = [each for each, _ in mapping.pairs if each.reference is not None]
    return [_held(each, side, records[side]) for each in referring for side in Side if records[side]]


def _held(field: FieldMapping, side: Side, records: Sequence[Record]) -> Held:
    name = field.of(side)
    assert field.reference is not None and name is not None
    values = {record.values.get(name) for record in records}
    return Held(field.reference, side, {value for value in values if not is_blank(value)})


def references_for(
    pairs: Iterable[Pair], mapping: TableMapping, ledger: Ledger, blanks: Mapping[tuple[str, Side, Value], Value]
) -> dict[tuple[str, Side, Value], Value]:
    """All partner values that the references of these pairs need, in one query for each field and side.

    `blanks` says what a blank stands for (the base currency).
    """
    return partners_of(held_references(pairs, mapping), ledger, blanks)


def partners_of(
    held: Iterable[Held], ledger: Ledger, blanks: Mapping[tuple[str, Side, Value], Value]
) -> dict[tuple[str, Side, Value], Value]:
    """The same for what is held."""
    found: dict[tuple[str, Side, Value], Value] = dict(blanks)
    for reference, side, values in held:
        for value, partner in read_partners(ledger, reference, side, list(values)).items():
            found[reference.mapping, side, value] = partner
    return found


def read_partners(ledger: Ledger, reference: Reference, side: Side, wanted: Sequence[Value]) -> dict[Value, Value]:
    """What stands on the other side for these values of a reference; the first of its mappings that knows one wins."""
    columns = {Side.BC: "bc_reference" if reference.bc_key else "bc_id", Side.SALES: "sales_id"}
    partners: dict[Value, Value] = {}
    for target in reference.targets:
        asked = [value for value in wanted if value not in partners]
        if asked:
            held, told = columns[side], columns[side.other]
            partners |= read_references(ledger.session, ledger.connection, target, held, told, asked)
    return partners


def missing_values(mapping: TableMapping, pairs: Iterable[Pair], references: References) -> set[Missing]:
    """The ids that some pair refers to, that have no partner, and that keep it from being synchronized."""
    pairs = list(pairs)
    return {
        (each.reference.mapping, side, str(value))
        for each, _ in mapping.pairs
        if each.reference is not None and not each.blank_if_missing
        for side in Side
        if side is Side.SALES or not each.reference.bc_key  # a code says itself what it is
        for pair in pairs
        if (record := pair.of(side)) is not None and not is_blank(value := record.values.get(each.of(side) or ""))
        if (each.reference.mapping, side, value) not in references
    }


def missing_references(held: Iterable[Held], references: References) -> set[str]:
    """The table mappings that some pair refers to with a value that has no partner."""
    missing: set[str] = set()
    for reference, side, values in held:
        if any((reference.mapping, side, value) not in references for value in values):
            missing.update(reference.targets)
    return missing
