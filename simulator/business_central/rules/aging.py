"""Aged accounts: what a customer owes, by how long it has been due, in the local currency."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from simulator.business_central.rules.amounts import to_cents, to_decimal, to_number
from simulator.odata.rules import Row, Rows

_PERIOD = timedelta(days=30)
_PERIODS = ("currentAmount", "period1Amount", "period2Amount", "period3Amount")


def age_receivables(world: Rows, row: Row) -> Row:
    """Complete the aged accounts of a customer from its open invoices."""
    account = world.get("customers", row["customerId"]) or {}
    invoices = world.list("salesInvoices", billToCustomerId=row["customerId"], status="Open")
    owed = dict.fromkeys(_PERIODS, Decimal(0))
    for invoice in invoices:
        owed[_period(invoice, world.now.date())] += _in_local_currency(world, invoice)
    return _complete(world, row, account, "customerNumber") | _amounts(owed)


def age_payables(world: Rows, row: Row) -> Row:
    """Complete the aged accounts of a vendor, to whom nothing is owed: there are no purchase documents here."""
    account = world.get("vendors", row["vendorId"]) or {}
    return _complete(world, row, account, "vendorNumber") | _amounts(dict.fromkeys(_PERIODS, Decimal(0)))


def _complete(world: Rows, row: Row, account: Mapping[str, Any], number: str) -> Row:
    local = "".join(one["currencyCode"] for one in world.list("companyInformation")[:1])
    return row | {
        number: account.get("number", ""), "name": account.get("displayName", ""),
        "currencyCode": account.get("currencyCode") or local, "agedAsOfDate": world.now.date().isoformat(),
        "periodLengthFilter": f"{_PERIOD.days}D",
    }  # fmt: skip


def _amounts(owed: Mapping[str, Decimal]) -> Row:
    amounts = {name: to_cents(amount) for name, amount in owed.items()}
    amounts["balanceDue"] = sum(amounts.values(), Decimal(0))
    return {name: to_number(amount) for name, amount in amounts.items()}


def _period(invoice: Mapping[str, Any], today: date) -> str:
    """Return the period in which an invoice is due: not yet, in the last 30 days, in those before, earlier."""
    gone = today - date.fromisoformat(max(invoice["dueDate"], invoice["invoiceDate"]))
    return _PERIODS[0] if gone.days <= 0 else _PERIODS[min((gone.days - 1) // _PERIOD.days + 1, 3)]


def _in_local_currency(world: Rows, invoice: Mapping[str, Any]) -> Decimal:
    """Return what remains of an invoice at the rate of the day it was posted."""
    amount = to_decimal(invoice["remainingAmount"])
    code = invoice["currencyCode"]
    rates = [one for one in world.list("currencyExchangeRates", currencyCode=code) if code]
    known = [one for one in rates if one["startingDate"] <= invoice["postingDate"] and one["exchangeRateAmount"]]
    if not known:
        return amount
    rate = max(known, key=lambda one: str(one["startingDate"]))
    return amount * to_decimal(rate["relationalExchangeRateAmount"]) / to_decimal(rate["exchangeRateAmount"])
