"""Synchronize, create, look at or take back the records a person chose."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flask_coupling.core.plan import Plan, plan, plan_create, resolve
from flask_coupling.core.record import Record
from flask_coupling.core.side import Side
from flask_coupling.errors import AlreadyCoupled, CreateUnanswered, RecordNotFound

from .elsewhere import coupled_elsewhere
from .link import Link, chunks, read_links
from .observe import observe_links
from .portions import finish_batch, process
from .process import BATCH, alone, coupled_ids, finish, partner_values
from .recover import recover_creates, without_unanswered
from .run import Run
from .undo import mark_undone, plan_undo
from .work import Work


def synchronize_links(run: Run, ids: Sequence[int]) -> None:
    """Bring both sides of these couplings together, whatever the change feeds say; those paused meanwhile stay."""
    links = read_links(run.ledger.session, run.ledger.connection, run.mapping.name, "id", ids)
    links = [link for link in links if link.id not in run.handled.links and not link.paused]
    run.total = run.done + len(links)
    run.report()
    for part in chunks(links, BATCH):
        if not process(run, observe_links(part, run.services, run.ledger)):
            return


def create_partners(run: Run, side: Side, ids: Sequence[str]) -> None:
    """Create the partner of each of these records of `side` on the other side, and couple them.

    A record that is coupled already, or is not there, is skipped or failed by name.
    """
    wanted = [id for id in dict.fromkeys(ids) if id not in run.handled.coupled | run.handled.failed]
    run.total = run.done + len(wanted)
    run.report()
    run.counters["coupled"] += recover_creates(run.services, run.ledger)
    for part in chunks(wanted, BATCH):
        rows = run.services.of(side).get_many(run.services.view(side), part)
        if not _create(run, side, part, rows):
            return


def create_all(run: Run, side: Side, search: str) -> None:
    """Create the partner of each record of `side` that a search finds and that has none; the others are passed over."""
    service, view, where = run.services.of(side), run.services.view(side), run.mapping.filter(side)
    cursor: str | None = None
    run.report()
    run.counters["coupled"] += recover_creates(run.services, run.ledger)
    while True:
        page = service.search(view, search, where, limit=BATCH, cursor=cursor)
        rows = {each.id: each for each in page.records if each.id not in run.handled.coupled | run.handled.failed}
        coupled = coupled_ids(run, side, list(rows))
        going_on = _create(run, side, [id for id in rows if id not in coupled], rows)
        if (cursor := page.cursor) is None or not going_on:
            return


def _create(run: Run, side: Side, ids: Sequence[str], rows: Mapping[str, Record]) -> bool:
    """Create the partners of these records as they were read; False when the run is to stop."""
    coupled = coupled_ids(run, side, ids) | coupled_elsewhere(run, side, ids).keys()
    free = without_unanswered(side, [rows[id] for id in ids if id in rows and id not in coupled], run.ledger)
    pairs = [alone(side, record) for record in free]
    references = partner_values(run, pairs)
    works = [Work(plan_create(pair, side, run.mapping, references), None) for pair in pairs]
    known = {record.id for record in free}
    works += [_refused(run, side, id, rows.get(id), is_coupled=id in coupled) for id in ids if id not in known]
    finish_batch(run, works)
    return not run.progress.stop_requested()


def _refused(run: Run, side: Side, id: str, record: Record | None, *, is_coupled: bool) -> Work:
    table = run.mapping.table(side)
    pair = alone(side, record or Record(id, "", "", {}))
    work = Work(Plan(pair), None)
    name = str(record.values.get(table.title) or id) if record is not None else id
    if record is None:
        work.problem = RecordNotFound(service=side.label, table=table.name, id=id)
    elif is_coupled:
        work.problem = AlreadyCoupled(record=name, partner=f"a record of {side.other.label}")
    else:  # it may itself be the partner that another run is making
        work.problem = CreateUnanswered(record=name, service=side.label)
    return work


def undo(run: Run, ids: Sequence[int]) -> None:
    """Take back what these history entries tell, record by record, where nobody changed it since; lines come first."""
    for lines in run.lines_mappings:
        _undo(run.of_lines(lines), ids)
    _undo(run, ids)


def _undo(run: Run, ids: Sequence[int]) -> None:
    planned = [each for each in plan_undo(run.services, run.ledger, ids) if each[1].record_id not in run.handled.failed]
    run.total = run.done + len(planned)
    run.report()
    for part in chunks(planned, BATCH):
        works = [work for work, _ in part]
        finish(run, works)
        mark_undone(run.ledger, [each for work, each in part if work.problem is None and not work.errors])
        run.progress.commit()
        if run.progress.stop_requested():
            return


def preview_links(run: Run, ids: Sequence[int]) -> list[tuple[Plan, Link]]:
    """Return what `synchronize_links` would do now; nothing is written."""
    links = read_links(run.ledger.session, run.ledger.connection, run.mapping.name, "id", ids)
    observed = observe_links(links, run.services, run.ledger)
    references = partner_values(run, [pair for pair, _ in observed])
    return [
        (resolve(plan(pair, run.mapping, references, direction=run.direction), run.policy), link)
        for pair, link in observed
        if link is not None
    ]
