"""Remove couplings, and take our company away from the rows of Sales that were coupled: many in each request."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from sqlalchemy import select

from flask_coupling.core.action import Uncouple
from flask_coupling.core.mapping import TableMapping, TableView
from flask_coupling.core.plan import Plan
from flask_coupling.core.record import Pair, Record
from flask_coupling.core.side import Side
from flask_coupling.core.stamp import released
from flask_coupling.core.table_filter import where

from .carry_out import carry_out, is_stale
from .link import Link, chunks, couplings, read_links
from .problem import problem_of
from .process import BATCH, ROUNDS, settle
from .run import Run
from .work import Work

BY_HAND = "by_hand"


def uncouple_links(run: Run, ids: Sequence[int]) -> bool:
    """Remove these couplings of the run's mapping; False when the run was asked to stop.

    A row of Sales that carries our company is freed of it first. One that cannot be written keeps its coupling, and
    the job's log says why.
    """
    for part in chunks(ids, BATCH):
        links = read_links(run.ledger.session, run.ledger.connection, run.mapping.name, "id", part)
        _finish(run, _take_away(run, [link for link in links if link.sales_id not in run.handled.failed]))
        if run.progress.stop_requested():
            return False
    return True


def free_rows(run: Run) -> bool:
    """Take our company away from rows of Sales that carry it without being coupled; False when asked to stop."""
    ids = [id for part in _stamped(run) for id in _uncoupled(run, part)]
    run.total = run.done + len(ids)
    view = run.services.view(Side.SALES)
    for part in chunks(ids, BATCH):
        rows = run.services.sales.get_many(view, part)
        _finish(run, _carry_out(run, [_work(run.mapping, rows.get(id), None) for id in part]))
        if run.progress.stop_requested():
            return False
    return True


def _take_away(run: Run, links: Sequence[Link]) -> list[Work]:
    """The works of these couplings, carried out; a row that changes just then is looked at again."""
    done: list[Work] = []
    pending = list(links)
    for round in range(ROUNDS + 1):
        works = _carry_out(run, [_work(run.mapping, row, link) for link, row in _rows(run, pending)])
        stale = [is_stale(work) and round < ROUNDS for work in works]
        done += [work for work, again in zip(works, stale, strict=True) if not again]
        pending = [work.link for work, again in zip(works, stale, strict=True) if again and work.link is not None]
        if not pending:
            break
    return done


def _rows(run: Run, links: Sequence[Link]) -> Iterator[tuple[Link, Record | None]]:
    """The rows of Sales of these couplings; where nothing is to be written there they are not read."""
    if run.mapping.scope is None:
        return ((link, Record(link.sales_id, "", "", {})) for link in links)
    found = run.services.sales.get_many(run.services.view(Side.SALES), [link.sales_id for link in links])
    return ((link, found.get(link.sales_id)) for link in links)


def _work(mapping: TableMapping, row: Record | None, link: Link | None) -> Work:
    # the record of Business Central is neither read nor written
    bc = Record(link.bc_id, "", "", {}) if link is not None else None
    pair = Pair(bc, row, is_coupled=link is not None)
    removed = (Uncouple(BY_HAND),) if link is not None else ()
    return Work(Plan(pair, (*released(pair, mapping), *removed)), link, reason=BY_HAND)


def _carry_out(run: Run, works: list[Work]) -> list[Work]:
    carry_out(works, run.services, run.ledger, run.progress.commit)
    return works


def _finish(run: Run, works: Sequence[Work]) -> None:
    """Store what succeeded, and log what did not: it says nothing of whether the pair can be synchronized."""
    failed = [(work, error) for work in works if (error := problem_of(work, run.ledger.describe)) is not None]
    run.ledger.log(failed, "failed")
    run.counters["failed"] += len(failed)
    run.done += len(failed)
    settle(run, [work for work in works if not (work.errors or work.problem) and work.plan.actions])


# --- rows that nobody holds ------------------------------------------------------------------------------------------


def _stamped(run: Run) -> Iterator[list[Record]]:
    """The rows of Sales that carry our company and are not left to another table mapping of the same table."""
    scope, others = run.mapping.scope, _sharing(run)
    if scope is None:
        return
    names = [
        run.mapping.sales.title,
        scope.column,
        *(name for each in others for name in each.filter(Side.SALES).fields),
    ]
    view, cursor = TableView(run.mapping.sales, tuple(dict.fromkeys(names))), None
    while True:
        page = run.services.sales.search(view, "", where(scope.column, "eq", scope.id), limit=BATCH, cursor=cursor)
        yield [row for row in page.records if not any(each.filter(Side.SALES).admits(row) for each in others)]
        if (cursor := page.cursor) is None:
            return


def _sharing(run: Run) -> list[TableMapping]:
    return [each for each in run.others.values() if each.shares_out(run.mapping, Side.SALES)]


def _uncoupled(run: Run, rows: Sequence[Record]) -> list[str]:
    """Those without a coupling of our connection, in whichever table mapping."""
    names = {each.name for each in (run.mapping, *_of_table(run.others, run.mapping))}
    mine = (couplings.c.connection == run.ledger.connection, couplings.c.mapping.in_(names))
    ids = [row.id for row in rows]
    query = select(couplings.c.sales_id).where(*mine)
    held = {
        id for part in chunks(ids) for id in run.ledger.session.scalars(query.where(couplings.c.sales_id.in_(part)))
    }
    return [id for id in ids if id not in held]


def _of_table(others: Mapping[str, TableMapping], mapping: TableMapping) -> Iterable[TableMapping]:
    return (each for each in others.values() if each.sales.name == mapping.sales.name)
