"""Drift report: read both sides completely and list what differs; nothing is written to either."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from flask_coupling.core.comparison import Comparison
from flask_coupling.core.plan import Plan
from flask_coupling.core.record import Pair, Record
from flask_coupling.core.side import Side
from flask_coupling.errors import CouplingError, DeletionConflictError, LineAlone, RecordsDiffer

from .handled import forget_log
from .lines import see_lines
from .link import Link, chunks, last_id, read_links, read_unseen
from .observe import observe_links
from .process import partner_values
from .run import Run
from .work import Work

PORTION = 5000
"""Pairs compared together: as many rows as a page of Dataverse holds, asked for by their ids in one request."""


def report_drift(run: Run) -> None:
    """Compare every coupled pair field by field as it is now, documents line by line, and log each that differs.

    The counter `unchanged` counts the pairs that are alike, `skipped` those that differ and are left as they are. A
    line that differs, or that only one side has, has a row of its own in the log; its document counts as different.
    A report that was interrupted begins anew. Costs one reading of both sides.
    """
    forget_log(run.ledger)
    run.counters.clear()
    run.done, seen = 0, set[str]()
    session, connection, name = run.ledger.session, run.ledger.connection, run.mapping.name
    newest = last_id(session)
    for part in _portions(run, seen):
        _report(run, _with_partners(run, part))
        if run.progress.stop_requested():
            return
    for ids in chunks(read_unseen(session, connection, name, "bc_id", seen, newest), PORTION):
        links = read_links(session, connection, name, "id", ids)
        _report(run, [(pair, link) for pair, link in observe_links(links, run.services, run.ledger) if link])


def _portions(run: Run, seen: set[str]) -> Iterator[Sequence[tuple[Record, Link]]]:
    """The coupled customers with their couplings; `seen` gets the ids of all customers."""
    ledger, waiting = run.ledger, list[tuple[Record, Link]]()
    for page in run.services.bc.changes(run.services.view(Side.BC), None):
        records = {record.id: record for record in page.records}
        seen.update(records)
        links = read_links(ledger.session, ledger.connection, run.mapping.name, "bc_id", list(records))
        waiting += [(records[link.bc_id], link) for link in links]
        while len(waiting) >= PORTION:
            part, waiting = waiting[:PORTION], waiting[PORTION:]
            yield part
    if waiting:
        yield waiting


def _with_partners(run: Run, part: Sequence[tuple[Record, Link]]) -> list[tuple[Pair, Link]]:
    rows = run.services.sales.get_many(run.services.view(Side.SALES), [link.sales_id for _, link in part])
    return [(Pair(record, rows.get(link.sales_id), is_coupled=True), link) for record, link in part]


def _report(run: Run, observed: Sequence[tuple[Pair, Link]]) -> None:
    references = partner_values(run, [pair for pair, _ in observed])
    comparison = Comparison(run.mapping, references)
    works = ((link, pair, _difference(run, pair, comparison)) for pair, link in observed)
    differing = [(link, pair, error) for link, pair, error in works if error is not None]
    run.ledger.log([(_work(pair, link), error) for link, pair, error in differing], "skipped")
    count = len({link.id for link, _, _ in differing} | _report_lines(run, observed))
    run.counters["skipped"] += count
    run.counters["unchanged"] += len(observed) - count
    run.done += len(observed)
    run.report()
    run.progress.commit()


def _report_lines(run: Run, observed: Sequence[tuple[Pair, Link]]) -> set[int]:
    """Log the lines that differ; returns the couplings of their documents."""
    if not run.lines_mappings:
        return set()
    documents = [(pair, link) for pair, link in observed if pair.bc is not None and pair.sales is not None]
    titles = {link.id: _title(run, pair) for pair, link in documents}
    seen: dict[str, list[tuple[Run, int, Pair, Link | None]]] = {}
    for each in see_lines(run, documents):
        seen.setdefault(each[0].mapping.name, []).append(each)
    differing: set[int] = set()
    for lines in seen.values():
        differing |= _report_these(lines, titles)
    return differing


def _report_these(seen: Sequence[tuple[Run, int, Pair, Link | None]], titles: Mapping[int, str]) -> set[int]:
    run = seen[0][0]
    comparison = Comparison(run.mapping, partner_values(run, [pair for _, _, pair, _ in seen]))
    found = [(id, pair, link, _line_difference(run, titles[id], pair, comparison)) for _, id, pair, link in seen]
    told = [(id, Work(Plan(pair), link, parent=id), error) for id, pair, link, error in found if error is not None]
    run.ledger.log([(work, error) for _, work, error in told], "skipped")
    return {id for id, _, _ in told}


def _line_difference(run: Run, document: str, pair: Pair, comparison: Comparison) -> CouplingError | None:
    line = f"{document} / {_title(run, pair)}"
    if pair.bc is None or pair.sales is None:
        return LineAlone(record=line, service=(Side.SALES if pair.bc is None else Side.BC).label)
    differing = _differing(comparison, pair)
    return RecordsDiffer(record=line, fields=", ".join(differing)) if differing else None


def _work(pair: Pair, link: Link) -> Work:
    return Work(Plan(pair), link)


def _difference(run: Run, pair: Pair, comparison: Comparison) -> CouplingError | None:
    if pair.bc is None or pair.sales is None:
        missing = Side.BC if pair.bc is None else Side.SALES
        return DeletionConflictError(record=_title(run, pair), service=missing.label, side=missing.value)
    differing = _differing(comparison, pair)
    return RecordsDiffer(record=_title(run, pair), fields=", ".join(differing)) if differing else None


def _differing(comparison: Comparison, pair: Pair) -> list[str]:
    """The captions of the fields in which the two are not alike."""
    assert pair.bc is not None and pair.sales is not None
    return [field.caption or field.name for field in comparison.differing(pair.bc, pair.sales)]


def _title(run: Run, pair: Pair) -> str:
    for side in Side:
        record = pair.of(side)
        if record is not None:
            return str(record.values.get(run.mapping.table(side).title) or record.id)
    return "both records"
