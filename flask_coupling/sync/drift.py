"""Drift report: read both sides completely and list what differs; nothing is written to either."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from flask_coupling.core.comparison import Comparison
from flask_coupling.core.fate import Fate, fate_of_one, fates_of
from flask_coupling.core.freight import Charge
from flask_coupling.core.mapping import FieldMapping, TableMapping
from flask_coupling.core.plan import Plan
from flask_coupling.core.record import Pair, Record
from flask_coupling.core.reference import References
from flask_coupling.core.side import Side
from flask_coupling.errors import (
    FATES,
    CouplingError,
    DeletionConflictError,
    DifferenceStays,
    LineAlone,
    RecordsDiffer,
)

from .failures import load_failures
from .handled import forget_log
from .lines import see_lines
from .link import Link, chunks, last_id, read_baselines, read_links, read_unseen
from .observe import Observed, doubted, observe_links, pair_of
from .process import partner_values, plan_all
from .run import Run
from .seen import Seen
from .work import Work

PORTION = 5000
"""Pairs compared together: as many rows as a page of Dataverse holds, asked for by their ids in one request."""


def report_drift(run: Run) -> Counter[str]:
    """Compare every coupled pair field by field as it is now, documents line by line, and log each that differs.

    Of each difference is told what a synchronization would make of it; returns how many there are of each kind, by the
    value of its `Fate`. The counter `unchanged` counts the pairs that are alike, `skipped` those that differ and are
    left as they are. A line that differs, or that only one side has, has a row of its own in the log; its document
    counts as different. A report that was interrupted begins anew. Costs one reading of both sides.
    """
    forget_log(run.ledger)
    run.failures = load_failures(run.ledger.session, run.ledger.key)
    run.counters.clear()
    session, connection, name = run.ledger.session, run.ledger.connection, run.mapping.name
    run.done, seen, fates = 0, Seen(last_id(session)), Counter[str]()
    for part in _portions(run, seen):
        _report(run, _with_partners(run, part), fates)
        if run.progress.stop_requested():
            return fates
    for ids in chunks(read_unseen(session, connection, name, "bc_id", seen), PORTION):
        links = read_links(session, connection, name, "id", ids)
        observed = observe_links(links, run.services, run.ledger)
        _report(run, [(pair, link) for pair, link in observed if link], fates)
    return fates


def _count(fates: Counter[str], problems: Iterable[CouplingError]) -> None:
    for each in problems:
        fates.update(each.facts.get("fates", (Fate.GONE.value,)))


def _portions(run: Run, seen: Seen) -> Iterator[Sequence[tuple[Record, Link]]]:
    """The coupled customers with their couplings, which `seen` gets."""
    ledger, waiting = run.ledger, list[tuple[Record, Link]]()
    for page in run.services.bc.changes(run.services.view(Side.BC), None):
        records = {record.id: record for record in page.records}
        links = read_links(ledger.session, ledger.connection, run.mapping.name, "bc_id", list(records))
        seen.add_all(link.id for link in links)
        waiting += [(records[link.bc_id], link) for link in links]
        while len(waiting) >= PORTION:
            part, waiting = waiting[:PORTION], waiting[PORTION:]
            yield part
    if waiting:
        yield waiting


def _with_partners(run: Run, part: Sequence[tuple[Record, Link]]) -> list[tuple[Pair, Link]]:
    rows = run.services.sales.get_many(run.services.view(Side.SALES), [link.sales_id for _, link in part])
    return [(Pair(record, rows.get(link.sales_id), is_coupled=True), link) for record, link in part]


def _report(run: Run, observed: Sequence[tuple[Pair, Link]], fates: Counter[str]) -> None:
    references = partner_values(run, [pair for pair, _ in observed])
    differing = _differing(run, observed, references)
    told = [(_work(pair, link), error) for link, pair, error in differing]
    lines = _report_lines(run, observed, fates)
    run.ledger.log(told, "skipped")
    _count(fates, (error for _, error in told))
    count = len({link.id for link, _, _ in differing} | lines)
    run.counters["skipped"] += count
    run.counters["unchanged"] += len(observed) - count
    run.done += len(observed)
    run.report()
    run.progress.commit()


def _differing(
    run: Run, observed: Sequence[tuple[Pair, Link]], references: References
) -> list[tuple[Link, Pair, CouplingError]]:
    comparison = Comparison(run.mapping, references)
    gone = [(link, pair, _gone(run, pair)) for pair, link in observed if pair.bc is None or pair.sales is None]
    both = [
        (pair, link, comparison.differing(pair.bc, pair.sales)) for pair, link in observed if pair.bc and pair.sales
    ]
    unlike = [(pair, link, fields) for pair, link, fields in both if fields]
    plans = _plans(run, [(pair, link) for pair, link, _ in unlike], references)
    told = [(link, pair, _told(_title(run, pair), fields, plans[link.id], run)) for pair, link, fields in unlike]
    return [*gone, *told]


def _plans(run: Run, pairs: Sequence[tuple[Pair, Link]], references: References) -> dict[int, Work]:
    """What a synchronization would do with these pairs, by coupling."""
    baselines = read_baselines(run.ledger.session, [link.id for _, link in pairs])
    known: list[Observed] = [
        (pair_of({side: pair.of(side) for side in Side}, baselines.get(link.id), link), link) for pair, link in pairs
    ]
    return {work.link.id: work for work in plan_all(run, doubted(known, run.ledger), references) if work.link}


def _told(
    record: str, fields: Sequence[FieldMapping], work: Work, run: Run, document: Link | None = None
) -> CouplingError:
    """The difference of two records, with what becomes of each field; a line is left alone with its `document`."""
    fates = fates_of(fields, work.plan, run.mapping, waits=_waits(work, document))
    names = [each.caption or each.name for each in fields]
    kind = RecordsDiffer if any(each.is_change for each in fates) else DifferenceStays
    told = ", ".join(f"{name} ({FATES[fate]})" for name, fate in zip(names, fates, strict=True))
    names = [each.name for each in fields]
    return kind(record=record, fields=names, fates=[each.value for each in fates], differences=told)


def _waits(work: Work, document: Link | None = None) -> bool:
    return bool(work.blocked) or any(link is not None and link.paused for link in (work.link, document))


def _report_lines(run: Run, observed: Sequence[tuple[Pair, Link]], fates: Counter[str]) -> set[int]:
    """Log the lines that differ, and freight; returns the couplings of their documents."""
    if not run.lines_mappings:
        return set()
    documents = [(pair, link) for pair, link in observed if pair.bc is not None and pair.sales is not None]
    seen: dict[str, list[tuple[Run, int, Pair, Link | None]]] = {}
    charges: dict[int, Charge] = {}
    for each in see_lines(run, documents, charges):
        seen.setdefault(each[0].mapping.name, []).append(each)
    headers = {link.id: (pair, link) for pair, link in documents}
    differing = _report_freight(run, headers, charges, fates)
    for lines in seen.values():
        differing |= _report_these(lines, headers, fates)
    return differing


Headers = Mapping[int, tuple[Pair, Link]]
"""Documents by their coupling."""


def _report_freight(run: Run, headers: Headers, charges: Mapping[int, Charge], fates: Counter[str]) -> set[int]:
    told: dict[int, CouplingError] = {}
    for id, charge in charges.items():
        if charge.bc != charge.sales and run.mapping.freight is not None:
            pair, link = headers[id]
            fate, name = _fate_of_freight(run, charge, link), run.mapping.freight.amount
            kind = RecordsDiffer if fate.is_change else DifferenceStays
            told[id] = kind(
                record=_title(run, pair), fields=[name], fates=[fate.value], differences=f"{name} ({FATES[fate]})"
            )
    run.ledger.log([(_work(*headers[id]), error) for id, error in told.items()], "skipped")
    _count(fates, told.values())
    return set(told)


def _fate_of_freight(run: Run, charge: Charge, link: Link) -> Fate:
    giver = charge.giver(run.policy.update)
    if link.paused:
        return Fate.SET_ASIDE
    if giver is None:
        return Fate.CONFLICT
    return Fate.OVERWRITTEN_IN_SALES if giver is Side.BC else Fate.OVERWRITTEN_IN_BC


def _report_these(
    seen: Sequence[tuple[Run, int, Pair, Link | None]], headers: Headers, fates: Counter[str]
) -> set[int]:
    run = seen[0][0]
    references = partner_values(run, [pair for _, _, pair, _ in seen])
    comparison = Comparison(run.mapping, references)
    told: list[tuple[int, Work, CouplingError]] = []
    for _, id, pair, link in seen:
        if (error := _line_difference(run, headers[id], (pair, link), comparison, references)) is not None:
            told.append((id, Work(Plan(pair), link, parent=id), error))
    run.ledger.log([(work, error) for _, work, error in told], "skipped")
    _count(fates, (error for _, _, error in told))
    return {id for id, _, _ in told}


def _line_difference(
    run: Run, header: tuple[Pair, Link], seen: Observed, comparison: Comparison, references: References
) -> CouplingError | None:
    pair, document = seen[0], header[1]
    line = f"{_name(run.others[run.mapping.parent], header[0])} / {_title(run, pair)}"
    if pair.bc is None or pair.sales is None:
        works = plan_all(run, [seen], references)
        fate = fate_of_one(works[0].plan, waits=_waits(works[0], document)) if works else Fate.KEPT
        service = (Side.SALES if pair.bc is None else Side.BC).label
        return LineAlone(record=line, service=service, fates=[fate.value], differences=FATES[fate])
    fields = comparison.differing(pair.bc, pair.sales)
    if not fields:
        return None
    return _told(line, fields, plan_all(run, [seen], references)[0], run, document)


def _work(pair: Pair, link: Link) -> Work:
    return Work(Plan(pair), link)


def _gone(run: Run, pair: Pair) -> CouplingError:
    missing = Side.BC if pair.bc is None else Side.SALES
    return DeletionConflictError(record=_title(run, pair), service=missing.label, side=missing.value)


def _title(run: Run, pair: Pair) -> str:
    return _name(run.mapping, pair)


def _name(mapping: TableMapping, pair: Pair) -> str:
    for side in Side:
        record = pair.of(side)
        if record is not None:
            return str(record.values.get(mapping.table(side).title) or record.id)
    return "both records"
