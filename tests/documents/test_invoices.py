"""Posted invoices go to Sales with their lines, and are paid there as they are here."""

from __future__ import annotations

import pytest

from .trade import INVOICE_LINES, INVOICES, ORDERS, Trade, column, counted


def test_a_posted_invoice_goes_to_sales_with_its_lines(trade: Trade) -> None:
    invoice = trade.invoice(
        {"item": "Lamp", "quantity": 3, "unitPrice": 19.99, "discountPercent": 7.5},
        {"item": "Desk", "quantity": 0.333, "unitPrice": 1000},
        discountAmount=12.34,
    )
    trade.invoice(post=False)
    job = trade.run(mapping=INVOICES)
    assert counted(job) == {"inserted": 1}, trade.errors(job)
    (made,) = trade.simulator.sales.list("invoices")
    posted = trade.bc(invoice, "salesInvoices")
    assert (made["invoicenumber"], made["duedate"]) == (posted["number"], "2026-12-24")
    assert (made["statecode"], made["statuscode"]) == (0, 4)
    assert made["totalamount"] == posted["totalAmountIncludingTax"]
    assert made["totaltax"] == posted["totalTaxAmount"]
    lines = trade.sales_lines(made["invoiceid"], INVOICES)
    assert column(lines, "quantity") == [3, 0.333]
    assert INVOICE_LINES
    writes = trade.writes()
    assert "inserted" not in counted(trade.run(mapping=INVOICES))
    assert trade.writes() == writes


def test_a_line_of_a_ledger_account_becomes_a_write_in_product(trade: Trade) -> None:
    account = trade.simulator.bc.list("accounts")[0]["id"]
    invoice = trade.invoice(
        {"item": "Lamp"},
        {"item": None, "lineType": "Account", "accountId": account, "description": "Freight", "unitPrice": 49.5},
        {"item": None, "lineType": "Comment", "description": "Thank you", "quantity": 0},
    )
    job = trade.run(mapping=INVOICES)
    assert trade.errors(job) == []
    (made,) = trade.simulator.sales.list("invoices")
    lines = trade.sales_lines(made["invoiceid"], INVOICES)
    assert column(lines, "isproductoverridden") == [False, True]
    assert column(lines, "productdescription") == ["Lamp", "Freight"]
    assert made["totalamount"] == trade.bc(invoice, "salesInvoices")["totalAmountIncludingTax"]


@pytest.mark.parametrize(
    ("happens", "state"),
    [
        ({"status": "Open", "remainingAmount": 60}, (2, 100002)),
        ({"status": "Paid", "remainingAmount": 0}, (2, 100001)),
        ({"status": "Canceled", "remainingAmount": 0}, (3, 100003)),
        ({"status": "Corrective", "remainingAmount": 0}, (3, 100003)),
    ],
    ids=["partly-paid", "paid", "canceled", "corrected"],
)
def test_the_payment_status_follows(trade: Trade, happens: dict[str, object], state: tuple[int, int]) -> None:
    invoice = trade.invoice({"item": "Lamp"})
    trade.run(mapping=INVOICES)
    (made,) = trade.simulator.sales.list("invoices")
    trade.simulator.bc.update("salesInvoices", invoice, **happens)
    job = trade.run(mapping=INVOICES)
    assert counted(job) == {"modified": 1}, trade.errors(job)
    now = trade.sales(made["invoiceid"], "invoices")
    assert (now["statecode"], now["statuscode"]) == state
    writes = trade.writes()
    trade.run(mapping=INVOICES)
    assert trade.writes() == writes


def test_a_partly_paid_invoice_is_paid_later(trade: Trade) -> None:
    """BC-302, in the invoice's own run: the payment is no part of the customer's statistics."""
    invoice = trade.invoice({"item": "Lamp"})
    trade.pay(invoice, rest=60)
    trade.run(mapping=INVOICES)
    (made,) = trade.simulator.sales.list("invoices")
    assert (made["statecode"], made["statuscode"]) == (2, 100002)
    trade.pay(invoice)
    job = trade.run(mapping=INVOICES)
    assert trade.errors(job) == []
    assert trade.sales(made["invoiceid"], "invoices")["statuscode"] == 100001


def test_an_invoiced_order_is_told_to_sales_with_its_invoice(trade: Trade) -> None:
    order = trade.sales_order({"item": "Lamp", "quantity": 2})
    pair = trade.create(ORDERS, "sales", order)
    line = trade.bc_lines(pair.bc_id)[0]["id"]
    number = trade.bc(pair.bc_id)["number"]
    trade.simulator.bc.update("salesOrderLines", line, shippedQuantity=2)
    trade.run()
    trade.simulator.bc.delete("salesOrders", pair.bc_id)
    trade.invoice({"item": "Lamp", "quantity": 2}, orderId=pair.bc_id, orderNumber=number)
    job = trade.run(mapping=INVOICES)
    assert counted(job) == {"inserted": 1}, trade.errors(job)
    (made,) = trade.simulator.sales.list("invoices")
    assert made["_salesorderid_value"] == order
    job = trade.run()
    assert counted(job) == {"modified": 1}, trade.errors(job)
    assert (trade.sales(order)["statecode"], trade.sales(order)["statuscode"]) == (4, 100003)
    writes = trade.writes()
    assert counted(trade.run()) == {}
    assert trade.writes() == writes


def test_an_invoice_of_which_only_what_is_not_mapped_was_edited_still_agrees(trade: Trade) -> None:
    invoice = trade.invoice()
    trade.run(mapping=INVOICES)
    trade.simulator.bc.update("salesInvoices", invoice, status="Open", email="buyer@example.com")
    writes = trade.writes()
    assert trade.errors(trade.run(mapping=INVOICES)) == []
    assert trade.writes() == writes
