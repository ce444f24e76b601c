"""Carry freight that changed after an order was made: an amount of the order in Sales, a line in Business Central."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

from flask_coupling.core.action import Action, Delete, Insert, Modify
from flask_coupling.core.freight import Charge, Freight
from flask_coupling.core.mapping import TableMapping
from flask_coupling.core.plan import Plan
from flask_coupling.core.record import Pair
from flask_coupling.core.side import Side
from flask_coupling.errors import FreightAccountMissing

from .bulk import update_rows
from .carry_out import carry_out
from .document import Document
from .history import record_history
from .intents import drop_intents, drop_refused
from .link import couplings, read_columns
from .process import finish
from .run import Run
from .work import Work


def carry_freight(run: Run, lines: Run, documents: Mapping[int, Document]) -> None:
    """Bring the amount that moved to the other side, and note in each document what became of it.

    What moved on both sides is left to a rule for conflicts, or a person; one that may not flow the way of this run
    waits for another.
    """
    freight = run.mapping.freight
    for to in Side if freight is not None else ():
        giving = [(each, charge) for each in documents.values() if (charge := _charge_for(run, each, to)) is not None]
        may_flow = run.direction.allows(to.other)
        for document, _ in giving if not may_flow else ():
            document.is_settled = False
        if giving and may_flow and freight is not None:
            (_to_sales if to is Side.SALES else _to_bc)(run, lines, giving, freight)


def plan_freight(run: Run, lines: Run, documents: Mapping[int, Document]) -> Iterator[tuple[int, TableMapping, Plan]]:
    """What `carry_freight` would do, by coupling of the document: with a line, or with the order in Sales."""
    freight = run.mapping.freight
    for id, document in documents.items() if freight is not None else ():
        for to in Side:
            charge = _charge_for(run, document, to) if run.direction.allows(to.other) else None
            if charge is None or freight is None:
                continue
            if to is Side.BC and (action := _line_action(run, document, charge, freight)) is not None:
                yield id, lines.mapping, Plan(Pair(charge.line, None), (action,))
            elif to is Side.SALES and (sales := document.last.final(Side.SALES)) is not None:
                told = Modify(Side.SALES, sales.id, {freight.amount: float(charge.bc)}, sales.etag, ())
                yield id, run.mapping, Plan(Pair(None, sales), (told,))


Giving = Sequence[tuple[Document, Charge]]
"""Documents with what each is charged."""


def _charge_for(run: Run, document: Document, to: Side) -> Charge | None:
    """What a document is charged, if the amount of the other side is to be written to this one."""
    charge = document.freight
    if charge is None or document.made is not None or document.error is not None:
        return None
    return charge if charge.giver(run.policy.update) is to.other else None


def _to_sales(run: Run, lines: Run, giving: Giving, freight: Freight) -> None:
    works = [work for document, charge in giving for work in _header_works(document, charge, freight)]
    for work in finish(run, works, is_counted=False):
        for document, _ in giving:
            if work.link is not None and document.link.id == work.link.id:
                document.last = work
                document.is_touched = document.is_touched or bool(work.written)


def _header_works(document: Document, charge: Charge, freight: Freight) -> Iterator[Work]:
    bc, sales = document.last.final(Side.BC), document.last.final(Side.SALES)
    if bc is not None and sales is not None:
        pair = Pair(bc, sales, document.last.plan.pair.baseline, is_coupled=True)
        told = Modify(Side.SALES, sales.id, {freight.amount: float(charge.bc)}, sales.etag, ())
        yield Work(Plan(pair, (told,), held=document.last.plan.held), document.link, is_open=True)


def _to_bc(run: Run, lines: Run, giving: Giving, freight: Freight) -> None:
    works: list[tuple[Document, Work]] = []
    for document, charge in giving:
        if (action := _line_action(run, document, charge, freight)) is not None:
            # a new line has no source of its own: it is made of the order
            source = document.last.final(Side.SALES) if isinstance(action, Insert) else None
            pair = Pair(charge.line, source)
            works.append((document, Work(Plan(pair, (action,)), None, parent=document.link.id)))
    _write(lines, [work for _, work in works], run.progress.commit)
    for document, work in works:
        document.error = document.error or work.problem or next(iter(work.errors.values()), None)
        document.wrote |= work.written.keys()
        document.is_touched = document.is_touched or bool(work.written)


def _line_action(run: Run, document: Document, charge: Charge, freight: Freight) -> Action | None:
    line, amount = charge.line, float(charge.sales)
    if line is not None and amount:
        return Modify(Side.BC, line.id, {freight.quantity: 1, freight.price: amount}, line.etag, ())
    if line is not None:
        return Delete(Side.BC, line.id, line.etag)
    if not run.freight_account:
        document.error = FreightAccountMissing(record=run.ledger.describe(document.last), amount=str(charge.sales))
        return None
    values = {**freight.line(run.freight_account, amount), **_belongs(run, document)}
    return Insert(Side.BC, values)


def _belongs(run: Run, document: Document) -> dict[str, str]:
    """The value by which a line belongs to its document."""
    within = run.lines_mappings[0].bc.within
    return {within.column: document.link.bc_id} if within is not None else {}


def _write(lines: Run, works: list[Work], commit: Callable[[], None]) -> None:
    """Write lines that have no coupling; what was done is in the history."""
    if not works:
        return
    ledger = lines.ledger
    carry_out(works, lines.services, ledger, commit)
    drop_refused(ledger.session, ledger.key, works)
    made = [work.plan.pair.sales.id for work in works if work.plan.pair.sales is not None and work.written]
    drop_intents(ledger.session, ledger.key, Side.BC, made)
    told = [replace(work, plan=replace(work.plan, pair=replace(work.plan.pair, sales=None))) for work in works]
    now = ledger.clock()
    record_history(ledger.session, ledger.key, lines.mapping, ledger.job_id, ledger.requested_by, told, now)
    commit()


def recall_freight_lines(run: Run, documents: Mapping[int, Document]) -> None:
    """Tell these documents by which of their lines they were charged when they last agreed."""
    for id, told in read_columns(run.ledger.session, list(documents), ("freight_line_id",)).items():
        documents[id].freight_line = told["freight_line_id"]


def remember_freight_lines(run: Run, documents: Mapping[int, Document]) -> None:
    """Remember it of documents that agree: users may change all of a line by which it could be told."""
    lines = {id: each.freight.line for id, each in documents.items() if each.freight is not None}
    moved = {id: line.id for id, line in lines.items() if line is not None and line.id != documents[id].freight_line}
    update_rows(run.ledger.session, couplings, [{"b_id": id, "freight_line_id": line} for id, line in moved.items()])


def settle_freight(run: Run, works: Mapping[int, Work]) -> None:
    """Remember the amount these documents agree on, by coupling; until now the one before was."""
    freight = run.mapping.freight
    rows = []
    for id, work in works.items() if freight is not None else ():
        sales, then = work.final(Side.SALES), work.plan.pair.baseline
        now = sales.values.get(freight.amount) if sales is not None and freight is not None else None
        if freight and sales is not None and then is not None and then.sales.values.get(freight.amount) != now:
            values = {name: sales.values.get(name) for name in run.mapping.remembered(Side.SALES)}
            rows.append({"b_id": id, "sales_values": values})
    update_rows(run.ledger.session, couplings, rows)
