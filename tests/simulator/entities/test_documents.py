"""Documents: headers filled from the customer, totals in decimals, actions that change a status."""

from __future__ import annotations

from typing import Any

import pytest
import requests

from simulator import Simulator
from tests.simulator.entities.conftest import Call

pytestmark = pytest.mark.simulator(customers=5)


def made(reply: requests.Response, status: int = 201) -> dict[str, Any]:
    assert reply.status_code == status, reply.text
    body: dict[str, Any] = reply.json()
    return body


def new_document(bc: Call, entity_set: str, **values: Any) -> dict[str, Any]:
    return made(bc("POST", f"/{entity_set}", {"customerNumber": "10000"} | values))


def test_a_document_takes_over_its_customer(bc: Call, simulator: Simulator) -> None:
    customer = simulator.bc.find("customers", number="10000")
    order = new_document(bc, "salesOrders", shipToName="Somewhere else")
    assert customer
    assert order["customerId"] == customer["id"]
    assert order["customerName"] == order["billToName"] == customer["displayName"]
    assert order["sellToCity"] == customer["city"]
    assert order["paymentTermsId"] == customer["paymentTermsId"]
    assert order["shipToName"] == "Somewhere else"
    assert order["status"] == "Draft"


def test_a_document_needs_a_customer(bc: Call, simulator: Simulator) -> None:
    before = simulator.bc.count("salesOrders")
    reply = bc("POST", "/salesOrders", {"externalDocumentNumber": "X"})
    assert reply.status_code == 400
    assert 'A "customerNumber" or a "customerId" must be provided.' in reply.json()["error"]["message"]
    assert simulator.bc.count("salesOrders") == before


def test_lines_are_taken_from_items_and_totals_are_exact(bc: Call, simulator: Simulator) -> None:
    item = simulator.bc.create("items", {"displayName": "Lamp", "unitPrice": 0.1, "baseUnitOfMeasureCode": "PCS"})
    by_number = {"lineObjectNumber": item["number"], "quantity": 1, "unitPrice": 0.2}
    lines = [{"itemId": item["id"], "quantity": 3}, by_number]
    order = new_document(bc, "salesOrders", salesOrderLines=lines)
    header = made(bc("GET", f"/salesOrders({order['id']})?$expand=salesOrderLines"), 200)
    first, second = header["salesOrderLines"]
    assert (first["sequence"], second["sequence"]) == (10_000, 20_000)
    assert first["description"] == "Lamp"
    assert first["unitOfMeasureCode"] == "PCS"
    assert (first["amountExcludingTax"], first["totalTaxAmount"]) == (0.3, 0.08)
    assert header["totalAmountExcludingTax"] == 0.5
    assert header["totalAmountIncludingTax"] == 0.63


def test_a_changed_line_changes_its_documents_totals_and_etag(bc: Call) -> None:
    order = new_document(bc, "salesOrders", salesOrderLines=[{"lineType": "Item", "quantity": 2, "unitPrice": 50}])
    (line,) = bc("GET", f"/salesOrders({order['id']})/salesOrderLines").json()["value"]
    bc("PATCH", f"/salesOrderLines({line['id']})", {"discountPercent": 10}, If_Match="*")
    now = bc("GET", f"/salesOrders({order['id']})").json()
    assert now["totalAmountExcludingTax"] == 90
    assert now["@odata.etag"] != order["@odata.etag"]
    bc("DELETE", f"/salesOrderLines({line['id']})")
    assert bc("GET", f"/salesOrders({order['id']})").json()["totalAmountExcludingTax"] == 0


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"sequence": 5}, 'The value for "sequence" cannot be modified.'),
        ({"documentId": "00000000-0000-0000-0000-000000000001"}, "documentId"),
    ],
)
def test_a_line_keeps_its_document_and_sequence(bc: Call, change: dict[str, Any], sentence: str) -> None:
    order = new_document(bc, "salesOrders", salesOrderLines=[{"description": "x"}])
    (line,) = bc("GET", f"/salesOrders({order['id']})/salesOrderLines").json()["value"]
    reply = bc("PATCH", f"/salesOrderLines({line['id']})", change, If_Match="*")
    assert reply.status_code == 400
    assert bc("GET", f"/salesOrderLines({line['id']})").json()["sequence"] == line["sequence"]


def test_an_unknown_item_is_refused(bc: Call) -> None:
    order = new_document(bc, "salesOrders")
    body = {"lineType": "Item", "itemId": "00000000-0000-0000-0000-000000000009"}
    reply = bc("POST", f"/salesOrders({order['id']})/salesOrderLines", body)
    assert reply.status_code == 400
    assert "Item does not exist." in reply.json()["error"]["message"]


def test_a_quote_becomes_an_order_with_its_lines(bc: Call, simulator: Simulator) -> None:
    quote = new_document(bc, "salesQuotes", salesQuoteLines=[{"lineType": "Item", "quantity": 2, "unitPrice": 25}])
    before = simulator.bc.count("salesOrders")
    assert bc("POST", f"/salesQuotes({quote['id']})/Microsoft.NAV.makeOrder").status_code in (200, 201, 204)
    assert bc("GET", f"/salesQuotes({quote['id']})").status_code == 404
    assert simulator.bc.count("salesOrders") == before + 1
    order = simulator.bc.list("salesOrders")[-1]
    assert order["totalAmountExcludingTax"] == 50


def test_posting_an_order_leaves_an_open_invoice(bc: Call, simulator: Simulator) -> None:
    order = new_document(bc, "salesOrders", salesOrderLines=[{"lineType": "Item", "quantity": 2, "unitPrice": 25}])
    assert bc("POST", f"/salesOrders({order['id']})/Microsoft.NAV.ShipAndInvoice").status_code == 204
    assert simulator.bc.get("salesOrders", order["id"]) is None
    invoice = simulator.bc.find("salesInvoices", orderNumber=order["number"])
    assert invoice
    assert (invoice["status"], invoice["totalAmountExcludingTax"]) == ("Open", 50)


def test_a_posted_invoice_stands(bc: Call) -> None:
    invoice = new_document(bc, "salesInvoices", salesInvoiceLines=[{"lineType": "Item", "quantity": 1, "unitPrice": 8}])
    address = f"/salesInvoices({invoice['id']})"
    assert bc("POST", f"{address}/Microsoft.NAV.cancel").status_code == 400
    assert bc("POST", f"{address}/Microsoft.NAV.post").status_code == 204
    posted = bc("GET", address).json()
    assert (posted["status"], posted["remainingAmount"]) == ("Open", posted["totalAmountIncludingTax"])
    assert bc("PATCH", address, {"externalDocumentNumber": "X"}, If_Match="*").status_code == 400
    assert bc("DELETE", address).status_code == 400
    assert bc("POST", f"{address}/Microsoft.NAV.post").status_code == 400
    assert bc("POST", f"{address}/Microsoft.NAV.cancel").status_code == 204
    assert bc("GET", address).json()["status"] == "Canceled"


def test_an_order_is_released_and_reopened(bc: Call) -> None:
    order = new_document(bc, "salesOrders")
    bc("POST", f"/salesOrders({order['id']})/Microsoft.NAV.release")
    assert bc("GET", f"/salesOrders({order['id']})").json()["status"] == "Open"
    bc("POST", f"/salesOrders({order['id']})/Microsoft.NAV.reopen")
    assert bc("GET", f"/salesOrders({order['id']})").json()["status"] == "Draft"


def new_sales_order(sales: Call, simulator: Simulator) -> str:
    account = simulator.sales.list("accounts")[0]["accountid"]
    body = {"name": "Order", "customerid_account@odata.bind": f"/accounts({account})", "freightamount": 10}
    reply = sales("POST", "/salesorders", body)
    assert reply.status_code == 204, reply.text
    return reply.headers["OData-EntityId"].rpartition("(")[2].rstrip(")")


def add_detail(sales: Call, order: str, **values: Any) -> None:
    body = {"salesorderid@odata.bind": f"/salesorders({order})", "productdescription": "x", "isproductoverridden": True}
    reply = sales("POST", "/salesorderdetails", body | values)
    assert reply.status_code == 204, reply.text


def test_a_sales_order_adds_up_its_details(sales: Call, simulator: Simulator) -> None:
    order = new_sales_order(sales, simulator)
    add_detail(sales, order, quantity=3, priceperunit=0.1)
    add_detail(sales, order, quantity=1, priceperunit=0.2, tax=0.05)
    row = simulator.sales.get("salesorders", order)
    assert row
    assert (row["totallineitemamount"], row["totaltax"], row["totalamount"]) == (0.5, 0.05, 10.55)
    assert row["ordernumber"].startswith("ORD-")
    base = simulator.sales.find("transactioncurrencies", isocurrencycode="DKK")
    assert base
    assert row["_transactioncurrencyid_value"] == base["transactioncurrencyid"]


def test_a_fulfilled_sales_order_stands(sales: Call, simulator: Simulator) -> None:
    order = new_sales_order(sales, simulator)
    close = {"Status": -1, "OrderClose": {"salesorderid@odata.bind": f"/salesorders({order})"}}
    assert sales("POST", "/FulfillSalesOrder", close).status_code == 204
    row = simulator.sales.get("salesorders", order)
    assert row
    assert (row["statecode"], row["statuscode"]) == (3, 100001)
    assert sales("PATCH", f"/salesorders({order})", {"name": "Other"}, If_Match="*").status_code == 400
    assert sales("POST", "/FulfillSalesOrder", close).status_code == 400


def test_an_order_is_billed(sales: Call, simulator: Simulator) -> None:
    order = new_sales_order(sales, simulator)
    add_detail(sales, order, quantity=2, priceperunit=5)
    reply = sales("POST", "/ConvertSalesOrderToInvoice", {"SalesOrderId": order, "ColumnSet": {"AllColumns": True}})
    assert reply.status_code == 200, reply.text
    invoice = simulator.sales.get("invoices", reply.json()["invoiceid"])
    assert invoice
    assert (invoice["_salesorderid_value"], invoice["totalamount"]) == (order, 20)
    row = simulator.sales.get("salesorders", order)
    assert row
    assert row["statecode"] == 4


def test_an_opportunity_is_won_once(sales: Call, simulator: Simulator) -> None:
    made_row = simulator.sales.create("opportunities", {"name": "Chance", "estimatedvalue": 5})
    key = made_row["opportunityid"]
    body = {"Status": 3, "OpportunityClose": {"opportunityid@odata.bind": f"/opportunities({key})"}}
    assert sales("POST", "/WinOpportunity", body).status_code == 204
    row = simulator.sales.get("opportunities", key)
    assert row
    assert (row["statecode"], row["statuscode"]) == (1, 3)
    assert sales("POST", "/LoseOpportunity", body).status_code == 400


@pytest.mark.parametrize(
    "body",
    [{}, {"Status": 3}, {"OpportunityClose": 7}, {"OpportunityClose": {"opportunityid@odata.bind": "x"}}],
)
def test_closing_without_naming_what_is_a_400(sales: Call, body: dict[str, Any]) -> None:
    assert sales("POST", "/WinOpportunity", body).status_code == 400
