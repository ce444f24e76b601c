"""Orders go to Business Central with their lines, come from there, and stay alike."""

from __future__ import annotations

from typing import Any

from flask_coupling.operations import couplings
from flask_coupling.operations.mapping_editor import get_settings, save_settings

from .trade import ORDER_LINES, ORDERS, C, Trade, column, counted


def test_a_submitted_order_becomes_an_order_in_business_central_with_its_lines(trade: Trade) -> None:
    order = trade.sales_order(
        {"item": "Lamp", "quantity": 3, "priceperunit": 19.99, "manualdiscountamount": 5.5},
        {"item": "Desk", "quantity": 0.5, "priceperunit": 1000},
    )
    job = trade.run()
    assert counted(job) == {"inserted": 1}, trade.errors(job)
    (made,) = trade.simulator.bc.list("salesOrders")
    assert made["externalDocumentNumber"] == trade.sales(order)["ordernumber"]
    assert made["customerId"] == trade.customer().bc_id
    lines = trade.bc_lines(made["id"])
    assert column(lines, "itemId") == [trade.item("Lamp").bc_id, trade.item("Desk").bc_id]
    assert column(lines, "quantity") == [3, 0.5]
    assert column(lines, "discountAmount") == [5.5, 0]
    sold = trade.sales_lines(order)
    assert column(sold, "tax") == column(lines, "netTaxAmount")
    assert column(sold, "bcbi_businesscentrallinenumber") == [10_000, 20_000]
    assert trade.sales(order)["bcbi_businesscentralordernumber"] == made["number"]
    assert trade.sales(order)["totalamount"] == made["totalAmountIncludingTax"]
    assert trade.sales(order)["statecode"] == 1
    writes = trade.writes()
    assert counted(trade.run()) in ({}, {"unchanged": 1})
    assert trade.writes() == writes
    assert ORDERS


def test_a_released_order_of_business_central_becomes_a_submitted_order_in_sales(trade: Trade) -> None:
    order = trade.bc_order({"item": "Lamp", "quantity": 2, "unitPrice": 12.5, "discountAmount": 1.25}, {"item": "Desk"})
    trade.reopen_bc(order)
    trade.simulator.bc.update("salesOrders", order, discountAmount=10)
    trade.release(order)
    job = trade.run()
    assert counted(job) == {"inserted": 1}, trade.errors(job)
    (made,) = trade.simulator.sales.list("salesorders")
    assert (made["statecode"], made["statuscode"], made["name"]) == (1, 3, trade.bc(order)["number"])
    assert made["submitstatusdescription"] == "Released"
    assert made["discountamount"] == 10
    assert made["totalamount"] == trade.bc(order)["totalAmountIncludingTax"]
    assert column(trade.sales_lines(made["salesorderid"]), "manualdiscountamount") == [1.25, 0]
    writes = trade.writes()
    assert "inserted" not in counted(trade.run())
    assert trade.writes() == writes


def test_a_draft_of_business_central_stays_there(trade: Trade) -> None:
    trade.bc_order(release=False)
    assert counted(trade.run()) == {}
    assert trade.simulator.sales.list("salesorders") == []


def test_an_order_in_work_in_sales_stays_there(trade: Trade) -> None:
    trade.sales_order(submit=False)
    assert counted(trade.run()) == {}
    assert trade.simulator.bc.list("salesOrders") == []


def test_edited_added_and_removed_lines_arrive_in_both_directions(trade: Trade) -> None:
    order = trade.sales_order({"item": "Lamp"}, {"item": "Desk"}, {"item": "Chair"})
    pair = trade.create(ORDERS, "sales", order)
    lamp, desk, _chair = trade.bc_lines(pair.bc_id)
    trade.simulator.bc.update("salesOrderLines", lamp["id"], quantity=7)
    trade.simulator.bc.delete("salesOrderLines", desk["id"])
    trade.bc_line(pair.bc_id, "Sofa", quantity=2, unitPrice=0.99)
    trade.reopen(order)
    trade.simulator.sales.update(
        "salesorderdetails", trade.sales_lines(order)[2]["salesorderdetailid"], priceperunit=55.55
    )
    trade.sales_line(order, "Bed", quantity=3, priceperunit=1.01)
    trade.submit(order)
    job = trade.run()
    assert trade.errors(job) == []
    sold, theirs = trade.bc_lines(pair.bc_id), trade.sales_lines(order)
    kept = {"Lamp": (7, 100), "Chair": (1, 55.55), "Sofa": (2, 0.99), "Bed": (3, 1.01)}
    assert {line["description"]: (line["quantity"], line["unitPrice"]) for line in sold} == kept
    assert {line["productdescription"]: (line["quantity"], line["priceperunit"]) for line in theirs} == kept
    assert trade.totals(pair)[0] == trade.totals(pair)[1]
    writes = trade.writes()
    assert trade.errors(trade.run()) == []
    assert trade.writes() == writes


def test_a_line_edited_here_and_removed_there_waits_for_a_person(trade: Trade) -> None:
    order = trade.sales_order({"item": "Lamp"}, {"item": "Desk"})
    pair = trade.create(ORDERS, "sales", order)
    lamp, _ = trade.bc_lines(pair.bc_id)
    trade.simulator.bc.update("salesOrderLines", lamp["id"], quantity=7)
    trade.reopen(order)
    trade.simulator.sales.delete("salesorderdetails", trade.sales_lines(order)[0]["salesorderdetailid"])
    trade.submit(order)
    job = trade.run()
    assert counted(job) == {"failed": 1}
    assert "deletion_conflict" in {each.problem.code for each in trade.errors(job)}
    assert len(trade.bc_lines(pair.bc_id)) == 2


def test_both_sides_may_edit_different_fields_of_one_line(trade: Trade) -> None:
    order = trade.sales_order({"item": "Lamp", "quantity": 2, "priceperunit": 10})
    pair = trade.create(ORDERS, "sales", order)
    trade.simulator.bc.update("salesOrderLines", trade.bc_lines(pair.bc_id)[0]["id"], quantity=3)
    trade.reopen(order)
    trade.simulator.sales.update(
        "salesorderdetails", trade.sales_lines(order)[0]["salesorderdetailid"], priceperunit=11
    )
    trade.submit(order)
    assert trade.errors(trade.run()) == []
    assert (trade.bc_lines(pair.bc_id)[0]["quantity"], trade.bc_lines(pair.bc_id)[0]["unitPrice"]) == (3, 11)
    assert (trade.sales_lines(order)[0]["quantity"], trade.sales_lines(order)[0]["priceperunit"]) == (3, 11)


def test_an_edit_of_what_is_sold_in_a_released_order_fails_with_the_reason_and_arrives_when_it_is_reopened(
    trade: Trade,
) -> None:
    order = trade.sales_order({"item": "Lamp", "quantity": 2})
    pair = trade.create(ORDERS, "sales", order)
    trade.release(pair.bc_id)
    trade.reopen(order)
    trade.simulator.sales.update("salesorderdetails", trade.sales_lines(order)[0]["salesorderdetailid"], quantity=5)
    trade.submit(order)
    job = trade.run()
    assert counted(job) == {"failed": 1}
    assert any("Released" in str(each.problem.message) for each in trade.errors(job))
    assert trade.bc_lines(pair.bc_id)[0]["quantity"] == 2
    trade.reopen_bc(pair.bc_id)
    assert trade.errors(trade.run()) == []
    assert trade.bc_lines(pair.bc_id)[0]["quantity"] == 5
    assert trade.totals(pair)[0] == trade.totals(pair)[1]


def test_release_shipment_and_invoice_come_back_to_sales(trade: Trade) -> None:
    order = trade.sales_order({"item": "Lamp", "quantity": 2})
    pair = trade.create(ORDERS, "sales", order)
    assert trade.sales(order)["submitstatusdescription"] == "Draft"
    trade.release(pair.bc_id)
    trade.run()
    assert trade.sales(order)["submitstatusdescription"] == "Released"
    line = trade.bc_lines(pair.bc_id)[0]["id"]
    trade.simulator.bc.update("salesOrderLines", line, shippedQuantity=2)
    assert trade.errors(trade.run()) == []
    assert trade.sales_lines(order)[0]["quantityshipped"] == 2
    assert (trade.sales(order)["submitstatusdescription"], trade.sales(order)["statecode"]) == ("Shipped", 1)


def test_an_order_with_an_uncoupled_item_waits_as_a_whole_until_the_item_is_coupled(trade: Trade) -> None:
    chair = trade.uncoupled_item("Chair")
    product = trade.simulator.sales.create("products", {"name": "Chair", "productnumber": chair["number"]})
    order = trade.sales_order({"item": "Lamp"}, submit=False)
    trade.simulator.sales.create(
        "salesorderdetails",
        {"_salesorderid_value": order, "_productid_value": product["productid"], "quantity": 1},
    )
    trade.submit(order)
    job = trade.run()
    assert trade.simulator.bc.list("salesOrders") == []
    (error,) = trade.errors(job)
    assert error.problem.code == "reference_missing"
    assert "Chair" in error.problem.message
    couplings.couple("default", "ITEM-PRODUCT", chair["id"], product["productid"], synchronize="bc")
    job = trade.run()
    assert counted(job) == {"inserted": 1}, trade.errors(job)
    assert len(trade.simulator.bc.list("salesOrders")) == 1


def test_an_order_of_which_only_what_is_not_mapped_was_edited_still_agrees(trade: Trade) -> None:
    order = trade.sales_order()
    trade.run()
    trade.reopen(order)
    trade.simulator.sales.update("salesorders", order, description="Ring first")
    trade.submit(order)
    writes = trade.writes()
    assert trade.errors(trade.run()) == []
    assert trade.writes() == writes


def edit_lines(**changes: Any) -> None:
    """An administrator edits the mapping of the lines."""
    save_settings(C, ORDER_LINES, changes, version=get_settings(C, ORDER_LINES).version)


def test_a_field_that_is_added_to_the_lines_reaches_documents_nobody_touched_once(trade: Trade) -> None:
    wish = {"requestdeliveryby": "2026-12-24"}
    pairs = [trade.create(ORDERS, "sales", trade.sales_order({"item": "Lamp", **wish})) for _ in range(2)]
    assert counted(trade.run()) == {"unchanged": 2}
    assert counted(trade.run()) == {}
    edit_lines(fields=[{"bc": "shipmentDate", "sales": "requestdeliveryby", "direction": "from_sales"}])
    job = trade.run()
    assert trade.errors(job) == [] and counted(job) == {"modified": 2}
    assert [column(trade.bc_lines(each.bc_id), "shipmentDate") for each in pairs] == [["2026-12-24"], ["2026-12-24"]]
    trade.run()  # reads what this one wrote
    assert counted(trade.run()) == {}, "looked at once, not ever again"


def test_lines_that_a_filter_lets_in_reach_documents_nobody_touched(trade: Trade) -> None:
    edit_lines(bc_filter="lineType ne 'Comment' and unitPrice gt 0")
    pair = trade.create(ORDERS, "bc", trade.bc_order({"item": "Lamp"}, {"item": "Gift", "unitPrice": 0}))
    trade.run()
    assert column(trade.sales_lines(pair.sales_id), "productdescription") == ["Lamp"]
    edit_lines(bc_filter="lineType ne 'Comment'")
    assert trade.errors(trade.run()) == []
    assert column(trade.sales_lines(pair.sales_id), "productdescription") == ["Lamp", "Gift"]
