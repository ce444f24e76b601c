"""Match-based coupling: one pass over each side, then couple what matches uniquely, batch by batch."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from functools import partial
from types import MappingProxyType

from sqlalchemy import select

from flask_coupling.core.criteria import Group, Keys, fields_of, keys_of
from flask_coupling.core.mapping import TableMapping, TableView
from flask_coupling.core.match import Match, MatchResult, find_matches, unique_pairs
from flask_coupling.core.plan import Plan
from flask_coupling.core.record import Pair, Record, Value, taker
from flask_coupling.core.side import Side
from flask_coupling.endpoints.endpoint import Page
from flask_coupling.models.cache import large_cache

from .carry_out import Services
from .labels import Labels, texts_of, told_labels
from .ledger import Ledger
from .link import chunks, couplings
from .linking import link_ids
from .observe import references_for
from .uncoupled import left_alone
from .work import Work

BATCH = 10_000
"""Couplings that are stored together: a page of an index then is written once for many, and nobody waits for long."""

Blanks = Mapping[tuple[str, Side, Value], Value]

NOTHING_OPENED: Mapping[Side, Iterator[Page]] = MappingProxyType({})


@dataclass(slots=True)
class Rows:
    """The records of one side, cut down to what they are matched by and what people know them by.

    All that is kept of a side with 100,000 records; `labels` holds the values of `label_names`, in their order.
    """

    side: Side
    mapping: TableMapping
    keys: dict[str, Keys] = field(default_factory=dict)
    labels: dict[str, tuple[Value, ...]] = field(default_factory=dict)
    label_names: tuple[str, ...] = field(init=False)
    _title_place: int | None = field(init=False)

    def __post_init__(self) -> None:
        # what a coupling is known by: number, title, and what other records refer to it by
        table = self.mapping.table(self.side)
        names = (table.number, table.title, self.mapping.reference_keys.get(self.side, ""))
        self.label_names = tuple(dict.fromkeys(name for name in names if name))
        self._title_place = self.label_names.index(table.title) if table.title else None

    def view(self, groups: Sequence[Group]) -> TableView:
        """What is read of a record to match it: no more fields than that needs."""
        table, side = self.mapping.table(self.side), self.side
        wanted = [each.of(side) or "" for each in fields_of(groups)]
        names = dict.fromkeys([*wanted, *self.label_names, *self.mapping.filter(side).fields])
        return TableView(table, tuple(name for name in names if name != table.key))

    def take(self, records: Sequence[Record], groups: Sequence[Group], references: Blanks) -> None:
        """Note the keys and labels of these."""
        ids, labels = [record.id for record in records], taker(self.label_names)
        self.keys.update(zip(ids, keys_of(self.side, records, groups, references), strict=True))
        self.labels.update(zip(ids, (labels(record.values) for record in records), strict=True))

    def record(self, id: str) -> Record:
        """The record again, with its labels only."""
        return Record(id, "", "", dict(zip(self.label_names, self.labels[id], strict=True)))

    def texts(self, name: str, ids: Iterable[str]) -> list[str]:
        """One of the labels of these records, as text."""
        place = self.label_names.index(name)
        return texts_of(self.labels[id][place] for id in ids)

    def title(self, id: str) -> str:
        """Its name, or its id where it has none."""
        place = self._title_place
        return str((self.labels[id][place] if place is not None else None) or id)

    def number(self, id: str) -> str:
        """Its number, empty where the table has none."""
        name = self.mapping.table(self.side).number
        return str(self.labels[id][self.label_names.index(name)] or "") if name else ""


@dataclass(frozen=True, slots=True)
class Found:
    """What was found for each Business Central record without a partner, and the rows of both sides."""

    matches: Mapping[str, Match]
    bc: Rows
    sales: Rows
    taken: frozenset[str] = frozenset()
    """The ids of coupled records of Sales."""
    parted: Mapping[Side, Mapping[str, str]] = field(default_factory=dict)
    """Records of a side whose only match lost its coupling, with the id of that one: they are not in `matches`."""

    def labels(self, pairs: Sequence[tuple[str, str]]) -> Labels:
        """What the couplings of these would be found by, column by column."""
        ids = {Side.BC: [bc for bc, _ in pairs], Side.SALES: [sales for _, sales in pairs]}
        rows = {Side.BC: self.bc, Side.SALES: self.sales}
        return told_labels(len(pairs), lambda side, name: rows[side].texts(name, ids[side]), self.bc.mapping)

    def work(self, id: str) -> Work:
        """One record as the job's log knows it."""
        return Work(Plan(Pair(self.bc.record(id), None)), None)


@dataclass(slots=True)
class Partners:
    """The rows of one side that may be partners, and those of them that are taken."""

    rows: Rows
    taken: set[str]


def find_partners(
    services: Services,
    ledger: Ledger,
    groups: Sequence[Group],
    blanks: Blanks | None = None,
    *,
    bc_ids: Sequence[str] | None = None,
    others: Iterable[TableMapping] = (),
    each_page: Callable[[], None] = lambda: None,
    both: bool = False,
    refer: Callable[[Sequence[Record]], Blanks] | None = None,
    opened: Mapping[Side, Iterator[Page]] = NOTHING_OPENED,
    again: bool = True,
) -> Found:
    """Read both sides once and match the uncoupled records of Business Central; nothing is written.

    `bc_ids` limits it to these records, which alone are then read there, and alone compete. A record coupled in one
    of the `others` that divide a table with this mapping has a partner too. `each_page` is called after every page.
    Sales is read also when nothing is looked for there if `both` says so. `refer` tells the partners of what records
    refer to where they are not simply those that are coupled. `opened` are both sides' pages where they are asked for
    already, as `Rows.view` tells. A record whose coupling was removed is a match again only where `again` says so.
    """
    wanted = partial(references_of, mapping=services.mapping, groups=groups, ledger=ledger, blanks=blanks or {})
    known = list(others)
    taken = {side: coupled_rows(ledger, known, side) for side in Side}
    bc, sales = (Rows(side, services.mapping) for side in Side)
    for page in read_rows(services, bc, groups, bc_ids, opened):
        free = [record for record in page if record.id not in taken[Side.BC]]
        bc.take(free, groups, (refer or wanted)(free))
        each_page()
    for page in read_rows(services, sales, groups, None, opened) if bc.keys or both else ():
        sales.take(page, groups, {})
        each_page()
    matches = find_matches(bc.keys, sales.keys, taken[Side.SALES])
    if again:
        return Found(matches, bc, sales, frozenset(taken[Side.SALES]))
    kept, parted = _without_removed(matches, ledger)
    return Found(kept, bc, sales, frozenset(taken[Side.SALES]), parted)


def _without_removed(
    matches: Mapping[str, Match], ledger: Ledger
) -> tuple[dict[str, Match], dict[Side, dict[str, str]]]:
    """The matches without the unique ones of records whose couplings were removed, and what is new among these."""
    pairs = dict(unique_pairs(matches.values()))
    bc = left_alone(ledger.session, ledger.key, Side.BC, list(pairs))
    sales = left_alone(ledger.session, ledger.key, Side.SALES, list(pairs.values()))
    kept = {id: match for id, match in matches.items() if id not in pairs or not (id in bc or pairs[id] in sales)}
    new_in_bc = {id: other for id, other in pairs.items() if id not in bc and other in sales}
    new_in_sales = {other: id for id, other in pairs.items() if id in bc and other not in sales}
    return kept, {Side.BC: new_in_bc, Side.SALES: new_in_sales}


def coupled_rows(
    ledger: Ledger, others: Iterable[TableMapping], side: Side, among: Sequence[str] | None = None
) -> set[str]:
    """The ids of all coupled records of a side (or of those `among` these), also those another mapping coupled."""
    column = couplings.c[f"{side.value}_id"]
    names = [ledger.mapping.name, *(each.name for each in others if each.competes(ledger.mapping, side))]
    query = select(column).where(couplings.c.connection == ledger.connection, couplings.c.mapping.in_(names))
    if among is None:
        return set(ledger.session.scalars(query))
    return {id for part in chunks(among) for id in ledger.session.scalars(query.where(column.in_(part)))}


def read_rows(
    services: Services,
    rows: Rows,
    groups: Sequence[Group],
    ids: Sequence[str] | None,
    opened: Mapping[Side, Iterator[Page]] = NOTHING_OPENED,
) -> Iterator[list[Record]]:
    """The records that take part, page by page: all, or these."""
    side, view, admitted = rows.side, rows.view(groups), services.mapping.filter(rows.side).admitted
    pages: Iterable[Iterable[Record]]
    if ids is not None:
        pages = (services.of(side).get_many(view, part).values() for part in chunks(ids))
    else:
        feed = opened[side] if side in opened else services.of(side).changes(view, None)
        pages = (page.records for page in feed)
    for page in pages:
        yield admitted(page)


def references_of(
    records: Sequence[Record], mapping: TableMapping, groups: Sequence[Group], ledger: Ledger, blanks: Blanks
) -> Blanks:
    """Partner values for the criteria of these records of Business Central; none where no criterion is a reference."""
    if not any(each.reference for each in fields_of(groups)):
        return {}
    return references_for([Pair(record, None) for record in records], mapping, ledger, blanks)


def couple_found(
    found: Found, ledger: Ledger, source: Side | None = None, *, exclude: Container[str] = ()
) -> Iterator[tuple[list[str], list[str]]]:
    """Couple what matches uniquely, a batch at a time; yields the Business Central ids coupled, and those too late.

    Who was too late finds one of the two coupled meanwhile by someone else. The caller commits each batch. In the
    order of their names, as most of the database's indexes are, a batch touches few of their pages.
    """
    pairs = [pair for pair in unique_pairs(found.matches.values()) if pair[0] not in exclude]
    pairs.sort(key=lambda pair: found.bc.title(pair[0]))
    with large_cache(ledger.session) if len(pairs) > BATCH else nullcontext():
        for part in chunks(pairs, BATCH):
            coupled = link_ids(ledger, part, found.labels(part), source)
            known = set(coupled)
            yield coupled, [bc for bc, _ in part if bc not in known]


def unmatched(found: Found, result: MatchResult) -> list[str]:
    """The ids of the records with this result."""
    return [id for id, match in found.matches.items() if match.result is result]
