"""A full synchronization looks at the lines of every document, and stores those that moved."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event, select

from flask_coupling.globals import current_coupling
from flask_coupling.models import Coupling
from flask_coupling.operations import jobs, synchronization
from flask_coupling.operations.views import JobView

from .trade import ORDERS, C, Trade, column, counted

LINES = "SOLINE-ORDERDETAIL"


def full(trade: Trade) -> JobView:
    job = jobs.get_job(C, synchronization.synchronize(C, ORDERS, extent="full", confirm=True).id)
    assert job.state == "finished", trade.errors(job)
    return job


@contextmanager
def statements() -> Iterator[list[str]]:
    """What the database is asked about creates and changes under way in the block."""
    seen: list[str] = []

    def note(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        if "intent" in statement:
            seen.append(statement)

    engine = current_coupling.session.get_bind()
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", note)


def stored_by() -> dict[int, str | None]:
    """The job that stored each line last."""
    query = select(Coupling.id, Coupling.job_id).where(Coupling.mapping == LINES)
    return {row.id: row.job_id for row in current_coupling.session.execute(query)}


def test_lines_that_are_as_they_were_are_not_stored_again_and_one_that_moved_is(trade: Trade) -> None:
    pair = trade.create(ORDERS, "sales", trade.sales_order({"item": "Lamp"}, {"item": "Desk"}))
    full(trade)
    before = stored_by()
    assert counted(full(trade)) == {"unchanged": 1} and stored_by() == before
    lamp = trade.bc_lines(pair.bc_id)[0]["id"]
    trade.simulator.bc.update("salesOrderLines", lamp, quantity=7)
    assert counted(full(trade)) == {"modified": 1}
    assert column(trade.sales_lines(pair.sales_id), "quantity") == [7, 1]
    assert sum(stored_by()[id] != job for id, job in before.items()) >= 1


def test_more_orders_do_not_cost_more_questions_about_what_is_under_way(trade: Trade) -> None:
    trade.create(ORDERS, "sales", trade.sales_order({"item": "Lamp"}))
    full(trade)
    with statements() as few:
        full(trade)
    for _ in range(3):
        trade.create(ORDERS, "sales", trade.sales_order({"item": "Lamp"}))
    full(trade)
    with statements() as many:
        full(trade)
    assert 0 < len(many) <= len(few), many
