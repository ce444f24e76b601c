"""Freight that changes after an order was made: it flows to the other side, or says why it cannot."""

from __future__ import annotations

import pytest

from flask_coupling.operations import connections, couplings, history, jobs, synchronization

from .trade import ORDERS, C, Row, Trade, column, counted

SHIP_TO = {"shipto_name": "Adatum", "shipto_city": "Odense"}


@pytest.fixture
def account(trade: Trade) -> str:
    """The freight account of the connection."""
    row = {"number": "F1", "displayName": "Freight collected", "category": "Liabilities"}
    number = str(trade.simulator.bc.create("accounts", row)["number"])
    connections.save_connection(C, {"freight_account": number})
    return number


def made(trade: Trade, freight: float) -> tuple[str, str]:
    """An order of Sales and what was made of it, charged so much for freight."""
    pair = trade.create(ORDERS, "sales", trade.sales_order({"item": "Lamp"}, freightamount=freight, **SHIP_TO))
    return pair.bc_id, pair.sales_id


def charge(trade: Trade, order: str, freight: float | None) -> None:
    trade.reopen(order)
    trade.simulator.sales.update("salesorders", order, freightamount=freight)
    trade.submit(order)


def freight_lines(trade: Trade, order: str) -> list[Row]:
    return [line for line in trade.bc_lines(order) if line["lineType"] == "Account"]


def agrees(trade: Trade, bc: str, sales: str) -> bool:
    return trade.bc(bc)["totalAmountIncludingTax"] == trade.sales(sales)["totalamount"]


@pytest.mark.parametrize(("before", "after"), [(49.5, 60), (0, 10), (49.5, 0)], ids=["changed", "added", "removed"])
def test_freight_changed_in_sales_changes_its_line_in_business_central(
    trade: Trade, account: str, before: float, after: float
) -> None:
    bc, sales = made(trade, before)
    charge(trade, sales, after)
    job = trade.run()
    assert counted(job) == {"modified": 1}, trade.errors(job)
    assert column(freight_lines(trade, bc), "unitPrice") == ([after] if after else [])
    assert len(trade.sales_lines(sales)) == 1 and agrees(trade, bc, sales)
    writes = trade.writes()
    assert trade.errors(trade.run()) == [] and trade.writes() == writes


def test_freight_changed_in_business_central_changes_the_amount_in_sales(trade: Trade, account: str) -> None:
    bc, sales = made(trade, 49.5)
    trade.simulator.bc.update("salesOrderLines", freight_lines(trade, bc)[0]["id"], unitPrice=30)
    job = trade.run()
    assert counted(job) == {"modified": 1}, trade.errors(job)
    assert trade.sales(sales)["freightamount"] == 30 and agrees(trade, bc, sales)
    fields = [field for entry in history.job_history(C, job.id).rows for field in entry.fields]
    assert ("freightamount", 49.5, 30) in fields


def test_the_line_that_charges_freight_is_known_also_when_a_user_changes_its_account_and_its_price(
    trade: Trade, account: str
) -> None:
    bc, sales = made(trade, 49.5)
    other = trade.simulator.bc.create(
        "accounts", {"number": "F2", "displayName": "Carriage", "category": "Liabilities"}
    )
    (line,) = freight_lines(trade, bc)
    trade.simulator.bc.update("salesOrderLines", line["id"], accountId=other["id"], unitPrice=30)
    job = trade.run()
    assert trade.errors(job) == [] and counted(job) == {"modified": 1}
    assert trade.sales(sales)["freightamount"] == 30 and len(trade.sales_lines(sales)) == 1
    charge(trade, sales, 20)
    assert trade.errors(trade.run()) == []
    assert [(each["id"], each["unitPrice"]) for each in freight_lines(trade, bc)] == [(line["id"], 20)]
    assert agrees(trade, bc, sales)


def test_freight_removed_in_business_central_is_removed_in_sales(trade: Trade, account: str) -> None:
    bc, sales = made(trade, 49.5)
    trade.simulator.bc.delete("salesOrderLines", freight_lines(trade, bc)[0]["id"])
    assert trade.errors(trade.run()) == []
    assert not trade.sales(sales)["freightamount"] and agrees(trade, bc, sales)


def test_freight_changed_on_both_sides_waits_for_a_person_and_then_follows_the_choice(
    trade: Trade, account: str
) -> None:
    bc, sales = made(trade, 49.5)
    trade.simulator.bc.update("salesOrderLines", freight_lines(trade, bc)[0]["id"], unitPrice=30)
    charge(trade, sales, 60)
    for _ in range(2):
        (error,) = trade.errors(trade.run())
        assert error.problem.code == "freight_differs"
        assert "freight of 30 in Business Central and of 60" in error.problem.message
    (pair,) = couplings.list_couplings(C, ORDERS).rows
    assert trade.errors(trade.run(pair, resolution="get_from_sales")) == []
    assert column(freight_lines(trade, bc), "unitPrice") == [60] and agrees(trade, bc, sales)


def test_freight_that_business_central_refuses_is_told_and_carried_once_it_may_be(trade: Trade, account: str) -> None:
    bc, sales = made(trade, 49.5)
    trade.release(bc)
    trade.run()
    charge(trade, sales, 60)
    (error,) = trade.errors(trade.run())
    assert "Released" in error.problem.message or "released" in error.problem.message.lower()
    assert trade.sales(sales)["freightamount"] == 60, "nothing is taken back"
    trade.reopen_bc(bc)
    (pair,) = couplings.list_couplings(C, ORDERS).rows
    assert trade.errors(trade.run(pair)) == []
    assert column(freight_lines(trade, bc), "unitPrice") == [60] and agrees(trade, bc, sales)


def test_freight_added_where_no_account_is_set_says_so(trade: Trade) -> None:
    bc, sales = made(trade, 0)
    charge(trade, sales, 10)
    (error,) = trade.errors(trade.run())
    assert error.problem.code == "freight_account_missing" and freight_lines(trade, bc) == []
    charge(trade, sales, 0)
    assert trade.errors(trade.run()) == [] and agrees(trade, bc, sales)


def test_a_run_to_sales_only_leaves_freight_of_sales_to_another(trade: Trade, account: str) -> None:
    bc, sales = made(trade, 49.5)
    charge(trade, sales, 60)
    trade.run(direction="to_sales")
    assert column(freight_lines(trade, bc), "unitPrice") == [49.5] and trade.sales(sales)["freightamount"] == 60
    assert trade.errors(trade.run()) == []
    assert column(freight_lines(trade, bc), "unitPrice") == [60]


@pytest.mark.parametrize(
    ("side", "fate"), [("sales", "overwritten_in_bc"), ("bc", "overwritten_in_sales"), ("both", "conflict")]
)
def test_freight_that_differs_is_in_the_drift_report_and_in_the_preview(
    trade: Trade, account: str, side: str, fate: str
) -> None:
    bc, sales = made(trade, 49.5)
    if side != "bc":
        charge(trade, sales, 60)
    if side != "sales":
        trade.simulator.bc.update("salesOrderLines", freight_lines(trade, bc)[0]["id"], unitPrice=30)
    job = jobs.get_job(C, synchronization.compare(C, ORDERS).id)
    assert job.differences == {fate: 1}
    assert [error.problem.facts["fields"] for error in trade.errors(job)] == [["freightamount"]]
    (pair,) = couplings.list_couplings(C, ORDERS).rows
    (plan,) = synchronization.preview(C, ORDERS, [pair.id])
    shown = [change for line in plan.lines for action in line.actions for change in action.fields]
    expected = {"sales": ("unitPrice", 49.5, 60), "bc": ("freightamount", 49.5, 30)}
    assert ([expected[side]] if side in expected else []) == [each for each in shown if each[0] != "quantity"]
