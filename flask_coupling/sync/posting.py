"""How documents begin and end: an order found by its marker is not made twice, a posted one ends its partner."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import update

from flask_coupling.core.action import Insert, Modify
from flask_coupling.core.conflict import ConflictKind
from flask_coupling.core.mapping import TableView
from flask_coupling.core.plan import Plan
from flask_coupling.core.record import Record
from flask_coupling.core.side import Side
from flask_coupling.core.stamp import is_foreign

from .link import chunks, couplings, read_links
from .linking import link_records
from .observe import observe_links
from .process import coupled_ids, partner_values, plan_all
from .run import Run
from .work import Work

POSTED = "posted"


def adopt_marked(run: Run, works: Sequence[Work]) -> list[Work]:
    """Couple documents that are already there, told by their marker, instead of making them again.

    So that an order is made once also when our own memory of it is gone. Costs one request where something is created.
    """
    adopted: dict[int, Work] = {}
    for side in Side:
        marker = run.mapping.table(side).marker
        making = {value: work for work in works if marker and (value := _marker(work, side, marker))}
        rows = run.services.of(side).find(run.services.view(side), marker, list(making)) if making else []
        taken = coupled_ids(run, side, [row.id for row in rows])
        found = {str(row.values.get(marker)).casefold(): row for row in rows if row.id not in taken}
        ends = [(work, row) for value, work in making.items() if (row := found.get(value.casefold()))]
        adopted |= _adopt(run, side, ends)
    return [adopted.get(id(work), work) for work in works]


def _marker(work: Work, side: Side, marker: str) -> str:
    made = next((each for each in work.plan.actions if isinstance(each, Insert) and each.side is side), None)
    return str(made.values.get(marker) or "") if made is not None and work.link is None else ""


def _adopt(run: Run, side: Side, ends: Sequence[tuple[Work, Record]]) -> dict[int, Work]:
    pairs = [(record, row, work) for work, row in ends if (record := work.plan.pair.of(side.other))]
    if not pairs:
        return {}
    both = [(row, record) if side is Side.BC else (record, row) for record, row, _ in pairs]
    link_records(run.ledger, both, source=side.other)
    column, ids = f"{side.other.value}_id", {record.id: work for record, _, work in pairs}
    links = read_links(run.ledger.session, run.ledger.connection, run.mapping.name, column, list(ids))
    observed = observe_links(links, run.services, run.ledger)
    again = plan_all(run, observed, partner_values(run, [pair for pair, _ in observed]))
    return {id(ids[work.link.id_of(side.other)]): work for work in again if work.link is not None}


def end_posted(run: Run, works: Sequence[Work]) -> None:
    """Let the partner of a document that was posted, and so is gone, tell that it is over."""
    posting = run.mapping.posting
    gone = {work.link.bc_id: work for work in works if work.link is not None and _is_gone(work)} if posting else {}
    if posting is None or not gone:
        return
    view = TableView(posting.table, (posting.column,))
    for row in run.services.bc.find(view, posting.column, list(gone)):
        work = gone.get(str(row.values.get(posting.column)))
        sales = work.plan.pair.sales if work is not None else None
        if work is not None and sales is not None:
            told = Modify(Side.SALES, sales.id, posting.values, sales.etag, ())
            work.plan = Plan(work.plan.pair, (told,), held=run.mapping.names)
            work.reason = POSTED


def _is_gone(work: Work) -> bool:
    conflict = work.plan.conflict
    if conflict is None or is_foreign(conflict.restore):
        return False
    return conflict.kind is ConflictKind.DELETION and conflict.missing is Side.BC


def rest_ended(run: Run, works: Sequence[Work]) -> None:
    """Let the couplings of documents rest that are over: others still refer to them."""
    ids = [work.link.id for work in works if work.link is not None and work.reason == POSTED and not work.errors]
    for part in chunks(ids):
        run.ledger.session.execute(
            update(couplings)
            .where(couplings.c.id.in_(part))
            .values(paused=True, unsettled=False, error_code=None, error_message=None)
        )


def wake_posted(run: Run, works: Sequence[Work]) -> None:
    """Have the orders looked at that these posted documents name: they may be over."""
    for other in run.others.values():
        posting = other.posting
        if posting is None or posting.table.name != run.mapping.bc.name:
            continue
        named = [str(row.values.get(posting.column)) for work in works if (row := work.plan.pair.bc) is not None]
        for part in chunks(named):
            mine = (couplings.c.connection == run.ledger.connection, couplings.c.mapping == other.name)
            rows = update(couplings).where(*mine, couplings.c.bc_id.in_(part), ~couplings.c.paused)
            run.ledger.session.execute(rows.values(unsettled=True))
