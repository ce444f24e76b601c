"""However often it is retried, an order is made once: after lost answers, crashes, and forgotten couplings."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from flask_coupling.jobs.running import RunningJob
from flask_coupling.operations import couplings
from simulator.faults import FaultRule

from .trade import ORDERS, Trade

pytestmark = pytest.mark.settings(COUPLING_RETRIES=0)

BATCH = {"entity": "$batch", "method": "POST", "times": 1}


def is_whole(trade: Trade, order: str) -> bool:
    """Whether there is exactly one order, with both lines and the same total."""
    (made,) = trade.simulator.bc.list("salesOrders")
    lines = trade.bc_lines(made["id"])
    same = made["totalAmountIncludingTax"] == trade.sales(order)["totalamount"]
    return len(lines) == 2 and len(trade.sales_lines(order)) == 2 and same


@pytest.mark.parametrize("service", ["bc", "sales"])
@pytest.mark.parametrize("first", range(1, 6))
@pytest.mark.parametrize("effect", ["reset_before", "reset_after", "cut"])
def test_a_fault_at_any_exchange_leaves_one_whole_order(
    trade: Trade, later: Callable[[], None], effect: str, first: int, service: str
) -> None:
    order = trade.sales_order(
        {"item": "Lamp", "quantity": 3, "priceperunit": 9.99}, {"item": "Desk", "manualdiscountamount": 3.33}
    )
    trade.simulator.faults.add(FaultRule(effect, service=service, first=first, **BATCH))
    for _ in range(4):
        trade.run()
        later()
    trade.simulator.faults.clear()
    trade.run()
    assert is_whole(trade, order)
    writes = trade.writes()
    trade.run()
    assert trade.writes() == writes


@pytest.mark.parametrize("at", range(1, 8))
def test_a_crash_at_any_commit_leaves_one_whole_order(
    trade: Trade, later: Callable[[], None], at: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = trade.sales_order({"item": "Lamp", "quantity": 3, "priceperunit": 9.99}, {"item": "Desk"})
    commit, count = RunningJob.commit, [0]

    def die(running: RunningJob) -> None:
        count[0] += 1
        if count[0] == at:
            raise RuntimeError("the process dies")
        commit(running)

    monkeypatch.setattr(RunningJob, "commit", die)
    assert trade.run().state == "error"
    for _ in range(3):
        later()
        trade.run()
    assert is_whole(trade, order)


def test_an_order_whose_coupling_is_forgotten_is_found_by_its_number(trade: Trade) -> None:
    order = trade.sales_order({"item": "Lamp"}, {"item": "Desk"})
    pair = trade.create(ORDERS, "sales", order)
    couplings.uncouple("default", pair.id)
    again = trade.create(ORDERS, "sales", order)
    assert again.bc_id == pair.bc_id
    assert is_whole(trade, order)


def test_an_order_entered_twice_by_hand_is_coupled_line_by_line(trade: Trade) -> None:
    order = trade.sales_order({"item": "Lamp", "quantity": 2}, {"item": "Desk", "quantity": 3})
    twin = trade.bc_order({"item": "Desk", "quantity": 3}, {"item": "Lamp", "quantity": 2}, release=False)
    pair = couplings.couple("default", ORDERS, twin, order, synchronize="sales").coupling
    assert pair.problem is None
    assert is_whole(trade, order)
