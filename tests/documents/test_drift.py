"""The drift report compares documents with their lines, and writes nothing."""

from __future__ import annotations

from flask_coupling.operations import connections, jobs, pausing, synchronization

from .trade import ORDERS, C, Trade, counted

SHIP_TO = {"shipto_name": "Adatum", "shipto_city": "Odense"}
"""What Business Central fills in by itself."""


def test_documents_that_agree_are_unchanged_and_a_line_that_differs_is_told_by_its_name(trade: Trade) -> None:
    same = trade.create(ORDERS, "sales", trade.sales_order({"item": "Lamp"}, **SHIP_TO))
    other = trade.create(ORDERS, "sales", trade.sales_order({"item": "Desk"}, {"item": "Lamp"}, **SHIP_TO))
    job = synchronization.compare(C, ORDERS)
    assert counted(job) == {"unchanged": 2}, trade.errors(job)
    trade.simulator.bc.update("salesOrderLines", trade.bc_lines(other.bc_id)[0]["id"], quantity=7)
    trade.bc_line(other.bc_id, "Chair")
    writes = trade.writes()
    job = synchronization.compare(C, ORDERS)
    assert counted(job) == {"unchanged": 1, "skipped": 1}
    lines = {each.problem.code: each.problem.message for each in trade.errors(job) if "/" in each.problem.message}
    assert lines.keys() == {"records_differ", "line_alone"}
    assert "Desk differs in Quantity" in lines["records_differ"]
    assert "Chair is a line in Business Central only" in lines["line_alone"]
    assert trade.writes() == writes and same.id != other.id


def test_the_line_that_charges_freight_is_no_difference(trade: Trade) -> None:
    row = {"number": "F1", "displayName": "Freight collected", "category": "Liabilities"}
    account = trade.simulator.bc.create("accounts", row)["number"]
    connections.save_connection(C, {"freight_account": account})
    trade.create(ORDERS, "sales", trade.sales_order({"item": "Lamp"}, freightamount=49.5, **SHIP_TO))
    job = synchronization.compare(C, ORDERS)
    assert counted(job) == {"unchanged": 1}, trade.errors(job)


def test_the_lines_of_a_paused_document_are_kept_with_it(trade: Trade) -> None:
    pair = trade.create(ORDERS, "sales", trade.sales_order({"item": "Lamp"}, **SHIP_TO))
    pausing.pause(C, [pair.id])
    trade.simulator.bc.update("salesOrderLines", trade.bc_lines(pair.bc_id)[0]["id"], quantity=7)
    job = jobs.get_job(C, synchronization.compare(C, ORDERS).id)
    assert (job.differences or {}).keys() == {"set_aside"}
