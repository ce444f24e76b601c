"""Documents: price lists, quotes, orders and invoices with their lines."""

from __future__ import annotations

from typing import Any

import pytest

from flask_coupling.operations import connections, couplings, failures, synchronization
from tests.documents.conftest import trade as trade
from tests.documents.trade import INVOICES, ORDER_LINES, ORDERS, QUOTES, C, Trade, column, counted

PRICES, PRICE_LINES = "PLHEADER-PRICE", "PLLINE-PRODPRICE"


def price_list(trade: Trade, **prices: float) -> str:
    """A price list of Business Central with prices for these items."""
    made = trade.simulator.bc.create("priceLists", {"code": "SPRING", "displayName": "Spring", "status": "Active"})
    for name, price in prices.items():
        price_line(trade, made["id"], trade.item(name).bc_id, price)
    return str(made["id"])


def price_line(trade: Trade, prices: str, item: str, price: float) -> str:
    """A price in a price list."""
    unit = trade.simulator.bc.find("unitsOfMeasure", code="PCS")
    assert unit is not None
    row = {"priceListId": prices, "itemId": item, "unitPrice": price, "unitOfMeasureId": unit["id"]}
    return str(trade.simulator.bc.create("priceListLines", row)["id"])


def sales_prices(trade: Trade, prices: str) -> list[Any]:
    """The amounts of a price list in Sales."""
    return sorted(column(trade.simulator.sales.list("productpricelevels", _pricelevelid_value=prices), "amount"))


def test_bc_014_a_price_list_is_created_and_coupled_with_its_line(trade: Trade) -> None:
    pair = trade.create(PRICES, "bc", price_list(trade, Lamp=90))
    trade.run(mapping=PRICE_LINES)
    assert sales_prices(trade, pair.sales_id) == [90]
    assert len(couplings.list_couplings(C, PRICE_LINES).rows) == 1


def test_bc_057_an_order_deleted_in_business_central_goes_without_hindrance_and_its_coupling_with_it(
    trade: Trade,
) -> None:
    pair = trade.create(ORDERS, "sales", trade.sales_order({"item": "Lamp"}, {"item": "Desk"}))
    trade.simulator.bc.delete("salesOrders", pair.bc_id)
    couplings.uncouple(C, pair.id)
    assert couplings.list_couplings(C, ORDERS).rows == couplings.list_couplings(C, ORDER_LINES).rows == ()
    assert len(trade.sales_lines(pair.sales_id)) == 2


def test_bc_237_a_price_list_is_created_with_both_its_lines(trade: Trade) -> None:
    pair = trade.create(PRICES, "bc", price_list(trade, Lamp=90, Desk=450.5))
    trade.run(mapping=PRICE_LINES)
    assert sales_prices(trade, pair.sales_id) == [90, 450.5]


def test_bc_240_a_price_of_an_item_that_is_not_coupled_fails_by_its_name(trade: Trade) -> None:
    pair = trade.create(PRICES, "bc", price_list(trade, Lamp=90))
    chair = trade.uncoupled_item("Chair")
    price_line(trade, pair.bc_id, chair["id"], 10)
    job = trade.run(mapping=PRICE_LINES)
    assert counted(job) == {"inserted": 1, "skipped": 1}
    assert any(chair["number"] in each.problem.message for each in trade.errors(job))
    assert sales_prices(trade, pair.sales_id) == [90]


def option(mapping: str, id: str) -> int:
    """The number of the option that stands for a code of Business Central, once something has referred to it."""
    found = couplings.find_coupling(C, mapping, "bc", id)
    assert found is not None
    return int(found.sales_id)


def test_bc_259_an_order_brings_its_payment_terms_and_its_shipment_method(trade: Trade) -> None:
    terms, method = (
        trade.simulator.bc.list("paymentTerms")[0]["id"],
        trade.simulator.bc.list("shipmentMethods")[0]["id"],
    )
    there = trade.create(ORDERS, "bc", trade.bc_order(paymentTermsId=terms, shipmentMethodId=method))
    chosen = {
        "paymenttermscode": option("PAYMENT TERMS", terms),
        "freighttermscode": option("SHIPMENT METHOD", method),
    }
    assert chosen.items() <= trade.sales(there.sales_id).items()
    back = trade.create(ORDERS, "sales", trade.sales_order(**chosen))
    made = trade.bc(back.bc_id)
    assert (made["paymentTermsId"], made["shipmentMethodId"]) == (terms, method)


def test_bc_260_a_posted_invoice_brings_its_payment_terms(trade: Trade) -> None:
    terms = trade.simulator.bc.list("paymentTerms")[0]["id"]
    pair = trade.create(INVOICES, "bc", trade.invoice(paymentTermsId=terms))
    assert trade.sales(pair.sales_id, "invoices")["paymenttermscode"] == option("PAYMENT TERMS", terms)


def test_bc_269_an_invoice_of_an_item_that_is_blocked_and_so_not_coupled_fails(trade: Trade) -> None:
    item = trade.uncoupled_item("Chair", blocked=True)
    invoice = trade.invoice({"item": None, "lineType": "Item", "itemId": item["id"]})
    job = trade.run(mapping=INVOICES)
    assert trade.simulator.sales.list("invoices") == []
    (error,) = trade.errors(job)
    assert error.bc_id == invoice
    assert item["number"] in error.problem.message
    assert len(failures.list_failures(C).rows) == 1


def test_bc_270_two_posted_invoices_are_created_together(trade: Trade) -> None:
    ids = [trade.invoice({"item": "Lamp"}), trade.invoice({"item": "Desk"})]
    job = couplings.create_partners(C, INVOICES, "bc", ids)
    assert job.counters["inserted"] == 2
    assert len(trade.simulator.sales.list("invoices")) == 2


def test_bc_307_manual_and_volume_discount_of_a_line_add_up(trade: Trade) -> None:
    order = trade.sales_order({"item": "Lamp", "quantity": 4, "manualdiscountamount": 5, "volumediscountamount": 1.5})
    pair = trade.create(ORDERS, "sales", order)
    assert column(trade.bc_lines(pair.bc_id), "discountAmount") == [11]
    assert trade.totals(pair)[0] == trade.totals(pair)[1]


def freight_account(trade: Trade, category: str = "Liabilities") -> str:
    """The number of a G/L account that a connection sells freight by; one of the balance sheet has no VAT."""
    row = {"number": f"F{category}", "displayName": "Freight collected", "category": category}
    number = str(trade.simulator.bc.create("accounts", row)["number"])
    connections.save_connection(C, {"freight_account": number})
    return number


def test_bc_309_freight_becomes_a_line_of_the_freight_account_and_never_a_line_in_sales(trade: Trade) -> None:
    order = trade.sales_order({"item": "Lamp", "quantity": 3, "priceperunit": 19.99}, freightamount=49.5)
    account = freight_account(trade)
    job = trade.run()
    assert counted(job) == {"inserted": 1}, trade.errors(job)
    (made,) = trade.simulator.bc.list("salesOrders")
    lamp, freight = trade.bc_lines(made["id"])
    assert (lamp["lineType"], freight["lineType"]) == ("Item", "Account")
    assert (freight["lineObjectNumber"], freight["quantity"], freight["unitPrice"]) == (account, 1, 49.5)
    assert trade.sales(order)["totalamount"] == made["totalAmountIncludingTax"]
    writes = trade.writes()
    trade.run()
    (pair,) = couplings.list_couplings(C, ORDERS).rows
    assert synchronization.preview(C, ORDERS, [pair.id])[0].lines == ()
    assert trade.writes() == writes


@pytest.mark.parametrize("account", ["", "OTHER"])
def test_bc_309_freight_stays_out_of_sales_while_other_lines_change_and_the_account_is_another(
    trade: Trade, account: str
) -> None:
    freight_account(trade)
    pair = trade.create(ORDERS, "sales", trade.sales_order({"item": "Lamp"}, freightamount=49.5))
    connections.save_connection(C, {"freight_account": account})
    trade.simulator.bc.update("salesOrderLines", trade.bc_lines(pair.bc_id)[0]["id"], quantity=7)
    trade.bc_line(pair.bc_id, "Desk")
    job = trade.run()
    assert trade.errors(job) == []
    assert column(trade.sales_lines(pair.sales_id), "quantity") == [7, 1]
    assert trade.totals(pair)[0] == trade.totals(pair)[1]


def test_bc_309_freight_without_an_account_fails_before_anything_is_created_until_the_account_is_set(
    trade: Trade,
) -> None:
    trade.sales_order({"item": "Lamp"}, freightamount=49.5, name="Lamps for Odense")
    job = trade.run()
    (error,) = trade.errors(job)
    assert error.problem.code == "freight_account_missing"
    for told in ("49.5", "Business Central", "Dynamics 365 Sales", "Lamps for Odense"):
        assert told in error.problem.message
    assert "freight account" in error.problem.hint
    assert trade.simulator.bc.list("salesOrders") == []
    freight_account(trade)
    assert counted(trade.run()) == {"inserted": 1}
    assert len(trade.simulator.bc.list("salesOrders")) == 1


def test_freight_that_is_changed_later_flows_to_business_central_and_both_agree(trade: Trade) -> None:
    freight_account(trade)
    order = trade.sales_order({"item": "Lamp"}, freightamount=49.5)
    pair = trade.create(ORDERS, "sales", order)
    trade.reopen(order)
    trade.simulator.sales.update("salesorders", order, freightamount=60)
    trade.submit(order)
    for _ in range(2):  # the second run finds nothing left to do
        assert trade.errors(trade.run(pair)) == []
        assert trade.bc_lines(pair.bc_id)[1]["unitPrice"] == 60
        assert trade.totals(pair)[0] == trade.totals(pair)[1]


def test_bc_309_freight_by_an_account_with_vat_fails_with_both_totals(trade: Trade) -> None:
    freight_account(trade, "Income")
    trade.sales_order({"item": "Lamp"}, freightamount=10)
    (error,) = trade.errors(trade.run())
    assert error.problem.code == "totals_differ"


def test_bc_310_an_order_is_invoiced_in_sales_when_all_of_it_is_and_not_before(trade: Trade) -> None:
    order = trade.sales_order({"item": "Lamp", "quantity": 2})
    pair = trade.create(ORDERS, "sales", order)
    line = trade.bc_lines(pair.bc_id)[0]["id"]
    for happens in ({"shippedQuantity": 2}, {"invoicedQuantity": 1}):
        trade.simulator.bc.update("salesOrderLines", line, **happens)
        trade.run()
        assert trade.sales(order)["statecode"] == 1
    number = trade.bc(pair.bc_id)["number"]
    trade.simulator.bc.delete("salesOrders", pair.bc_id)
    trade.invoice({"item": "Lamp", "quantity": 2}, orderId=pair.bc_id, orderNumber=number)
    trade.run(mapping=INVOICES)
    trade.run()
    assert trade.sales(order)["statecode"] == 4


def test_bc_312_a_write_in_product_without_an_item_is_refused(trade: Trade) -> None:
    order = trade.sales_order({"item": "Lamp"}, submit=False)
    trade.sales_line(order, None, productdescription="Something", isproductoverridden=True, priceperunit=5)
    trade.submit(order)
    job = trade.run()
    (error,) = trade.errors(job)
    assert error.problem.code == "value_missing"
    assert "Something" in error.problem.message
    assert trade.simulator.bc.list("salesOrders") == []


def test_bc_319_of_two_quotes_with_the_first_one_bad_the_second_is_still_created(trade: Trade) -> None:
    stranger = trade.simulator.sales.create("accounts", {"name": "Fabrikam"})["accountid"]
    bad, good = trade.quote(account=stranger), trade.quote({"item": "Desk"})
    job = trade.run(mapping=QUOTES)
    (made,) = trade.simulator.bc.list("salesQuotes")
    assert made["externalDocumentNumber"] == trade.sales(good, "quotes")["quotenumber"]
    assert column(trade.bc_lines(made["id"], QUOTES), "itemId") == [trade.item("Desk").bc_id]
    (error,) = trade.errors(job)
    assert (error.sales_id, error.problem.code) == (bad, "reference_missing")
    assert counted(job)["inserted"] == 1
