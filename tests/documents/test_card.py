"""Pages, preview, history and undo know the lines of documents."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from flask_coupling.errors import LinesOfDocument
from flask_coupling.operations import conflicts, couplings, history, mappings, synchronization

from .trade import ORDER_LINES, ORDERS, C, Trade, counted


def test_the_card_of_an_order_shows_its_lines_on_both_sides(trade: Trade, client: FlaskClient) -> None:
    pair = trade.create(ORDERS, "sales", trade.sales_order({"item": "Lamp", "quantity": 2}, {"item": "Desk"}))
    trade.simulator.bc.update("salesOrderLines", trade.bc_lines(pair.bc_id)[0]["id"], quantity=7)
    trade.bc_line(pair.bc_id, "Sofa")
    lines = couplings.get_coupling_card(C, pair.id).lines
    assert [(each.title, each.state) for each in lines] == [("Lamp", "differs"), ("Desk", "same"), ("Sofa", "missing")]
    (quantity,) = [each for each in lines[0].comparison if each.name == "quantity"]
    assert (quantity.bc, quantity.sales, quantity.state) == (7, 2, "bc_moved")
    page = client.get(f"/coupling/connections/default/couplings/{pair.id}")
    assert page.status_code == 200
    assert "Sofa" in page.text
    assert "On one side only" in page.text
    told = client.get(f"/coupling/api/connections/{C}/couplings/{pair.id}").json
    assert told is not None
    assert [each["title"] for each in told["lines"]] == ["Lamp", "Desk", "Sofa"]


def test_a_preview_tells_what_would_become_of_the_lines(trade: Trade, client: FlaskClient) -> None:
    pair = trade.create(ORDERS, "sales", trade.sales_order({"item": "Lamp", "quantity": 2}, {"item": "Desk"}))
    trade.simulator.bc.update("salesOrderLines", trade.bc_lines(pair.bc_id)[0]["id"], quantity=7)
    trade.bc_line(pair.bc_id, "Sofa")
    writes = trade.writes()
    (plan,) = synchronization.preview(C, ORDERS, [pair.id])
    assert {(each.title, each.actions[0].kind, each.actions[0].side) for each in plan.lines} == {
        ("Lamp", "modify", "sales"),
        ("Sofa", "insert", "sales"),
    }
    page = client.get(f"/coupling/connections/default/couplings/{pair.id}/synchronize")
    assert page.status_code == 200
    assert "Line Sofa" in page.text
    assert trade.writes() == writes


def test_the_history_names_the_line_and_an_edit_of_it_can_be_taken_back(trade: Trade) -> None:
    pair = trade.create(ORDERS, "sales", trade.sales_order({"item": "Lamp", "quantity": 2}))
    trade.simulator.bc.update("salesOrderLines", trade.bc_lines(pair.bc_id)[0]["id"], quantity=7)
    job = trade.run()
    told = [each for each in history.job_history(C, job.id).rows if each.mapping == ORDER_LINES]
    (edit,) = [each for each in told if any(name == "quantity" for name, _, _ in each.fields)]
    assert ("quantity", 2, 7) in edit.fields
    history.undo_entries(C, [edit.id])
    assert trade.sales_lines(pair.sales_id)[0]["quantity"] == 2


def test_a_created_order_can_be_taken_back_with_its_lines(trade: Trade) -> None:
    order = trade.sales_order({"item": "Lamp"})
    job = trade.run()
    undone = history.undo_job(C, job.id)
    assert undone.state == "finished", undone.problem
    assert trade.simulator.bc.list("salesOrders") == []
    assert couplings.list_couplings(C, ORDER_LINES).rows == ()
    assert trade.sales(order)["statecode"] == 1


def test_a_conflict_of_a_line_is_decided_by_a_person(trade: Trade) -> None:
    order = trade.sales_order({"item": "Lamp", "quantity": 2}, {"item": "Desk"})
    pair = trade.create(ORDERS, "sales", order)
    trade.simulator.bc.update("salesOrderLines", trade.bc_lines(pair.bc_id)[0]["id"], quantity=7)
    trade.reopen(order)
    trade.simulator.sales.update("salesorderdetails", trade.sales_lines(order)[0]["salesorderdetailid"], quantity=5)
    trade.submit(order)
    assert counted(trade.run()) == {"failed": 1}
    (conflict,) = conflicts.list_conflicts(C).rows
    assert conflict.coupling.mapping == ORDER_LINES
    conflicts.resolve_conflict(C, conflict.id, choices={"quantity": "sales"})
    assert trade.bc_lines(pair.bc_id)[0]["quantity"] == 5
    assert conflicts.list_conflicts(C).rows == ()
    assert trade.totals(pair)[0] == trade.totals(pair)[1]


def test_the_job_says_of_which_lines_a_person_has_to_decide_and_which_document_waits_for_that(trade: Trade) -> None:
    order = trade.sales_order({"item": "Lamp"}, {"item": "Desk"}, {"item": "Lamp"})
    pair = trade.create(ORDERS, "sales", order)
    trade.reopen(order)
    for place in (0, 2):
        trade.simulator.bc.update("salesOrderLines", trade.bc_lines(pair.bc_id)[place]["id"], quantity=7)
        line = trade.sales_lines(order)[place]["salesorderdetailid"]
        trade.simulator.sales.update("salesorderdetails", line, quantity=5)
    trade.submit(order)
    told = {error.title: (error.mapping, error.problem.message) for error in trade.errors(trade.run())}
    name = f"{trade.bc(pair.bc_id)['number']} Adatum"
    assert told == {
        "10000 Lamp": (ORDER_LINES, "10000 Lamp was changed on both sides: quantity."),
        "30000 Lamp": (ORDER_LINES, "30000 Lamp was changed on both sides: quantity."),
        name: (ORDERS, f"{name} waits for a decision about its lines: 10000 Lamp, 30000 Lamp."),
    }
    assert [each.state for each in couplings.list_couplings(C, ORDERS).rows] == ["conflict"]


def test_removing_the_coupling_of_an_order_removes_those_of_its_lines(trade: Trade) -> None:
    pair = trade.create(ORDERS, "sales", trade.sales_order({"item": "Lamp"}, {"item": "Desk"}))
    assert len(couplings.list_couplings(C, ORDER_LINES).rows) == 2
    couplings.uncouple(C, pair.id)
    assert couplings.list_couplings(C, ORDER_LINES).rows == ()


def test_lines_are_not_handled_by_themselves(trade: Trade) -> None:
    pair = trade.create(ORDERS, "sales", trade.sales_order({"item": "Lamp"}))
    line = trade.bc_lines(pair.bc_id)[0]["id"]
    with pytest.raises(LinesOfDocument, match="Sales Orders"):
        mappings.list_records(C, ORDER_LINES, "bc")
    with pytest.raises(LinesOfDocument):
        couplings.create_partner(C, ORDER_LINES, "bc", line)
    with pytest.raises(LinesOfDocument):
        synchronization.compare(C, ORDER_LINES)
