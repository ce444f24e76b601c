"""Aged accounts: the open invoices of a customer by how long they have been due, in the local currency."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from simulator import Simulator
from tests.simulator.entities.conftest import Call
from tests.simulator.entities.test_documents import new_document

pytestmark = pytest.mark.simulator(customers=5)

# days since an invoice was due, and the period it belongs to
PERIODS = {
    -1: "currentAmount", 0: "currentAmount", 1: "period1Amount", 30: "period1Amount", 31: "period2Amount",
    60: "period2Amount", 61: "period3Amount", 400: "period3Amount",
}  # fmt: skip


def post_invoice(bc: Call, customer: str, due: date, price: float, currency: str = "") -> None:
    line = {"lineType": "Item", "quantity": 1, "unitPrice": price}
    dates = {"invoiceDate": "2025-01-02", "postingDate": "2025-01-02", "dueDate": due.isoformat()}
    document = {"customerId": customer, "currencyCode": currency, **dates}
    reply = bc("POST", "/salesInvoices", document | {"salesInvoiceLines": [line]})
    assert reply.status_code == 201, reply.text
    assert bc("POST", f"/salesInvoices({reply.json()['id']})/Microsoft.NAV.post").status_code == 204


@pytest.mark.parametrize(("gone", "period"), PERIODS.items())
def test_an_open_invoice_is_owed_in_the_period_it_is_due(
    bc: Call, simulator: Simulator, gone: int, period: str
) -> None:
    customer = simulator.bc.create("customers", {"displayName": "Adatum"})
    today = simulator.clock.freeze().date()
    post_invoice(bc, customer["id"], today - timedelta(days=gone), 100)
    aged = bc("GET", f"/customers({customer['id']})/agedAccountsReceivable").json()
    owed = {name: aged[name] for name in set(PERIODS.values()) if aged[name]}
    assert owed == {period: 100}
    assert aged["balanceDue"] == 100
    assert (aged["customerNumber"], aged["name"], aged["currencyCode"]) == (customer["number"], "Adatum", "DKK")
    assert (aged["agedAsOfDate"], aged["periodLengthFilter"]) == (today.isoformat(), "30D")


def test_drafts_and_paid_invoices_are_not_owed_and_foreign_ones_in_the_local_currency(
    bc: Call, simulator: Simulator
) -> None:
    customer = simulator.bc.create("customers", {"displayName": "Adatum", "currencyCode": "EUR"})
    today = simulator.clock.freeze().date()
    new_document(bc, "salesInvoices", salesInvoiceLines=[{"lineType": "Item", "quantity": 1, "unitPrice": 9}])
    post_invoice(bc, customer["id"], today, 100, "EUR")
    post_invoice(bc, customer["id"], today - timedelta(days=40), 50)
    paid = simulator.bc.list("salesInvoices", customerId=customer["id"])[-1]
    simulator.bc.update("salesInvoices", paid["id"], status="Paid", remainingAmount=0)
    (shown,) = [
        one
        for one in bc("GET", "/customers?$expand=agedAccountsReceivable").json()["value"]
        if one["id"] == customer["id"]
    ]
    aged = shown["agedAccountsReceivable"]
    assert (aged["currentAmount"], aged["period2Amount"], aged["balanceDue"]) == (746, 0, 746)
    assert aged["currencyCode"] == "EUR"


def test_a_vendor_is_owed_nothing(bc: Call, simulator: Simulator) -> None:
    vendor = simulator.bc.create("vendors", {"displayName": "Supplies"})
    aged = bc("GET", f"/vendors({vendor['id']})/agedAccountsPayable").json()
    assert (aged["vendorNumber"], aged["balanceDue"], aged["currencyCode"]) == (vendor["number"], 0, "DKK")


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/agedAccountsReceivables", 400),
        ("GET", "/agedAccountsPayables", 400),
        ("GET", "{customer}/agedAccountsReceivable?$filter=agedAsOfDate eq 2026-01-01", 501),
        ("PATCH", "{customer}/agedAccountsReceivable", 405),
        ("DELETE", "{customer}/agedAccountsReceivable", 405),
    ],
)
def test_what_aged_accounts_do_not_offer_is_refused(
    bc: Call, simulator: Simulator, method: str, path: str, status: int
) -> None:
    customer = simulator.bc.create("customers", {"displayName": "Adatum"})
    address = path.replace("{customer}", f"/customers({customer['id']})")
    assert bc(method, address, {} if method == "PATCH" else None, If_Match="*").status_code == status
