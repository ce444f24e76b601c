"""Amounts of document lines and documents, in decimals: rounded as money is, half away from zero, to two places."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from simulator.odata.rules import Row

_CENT = Decimal("0.01")


def to_decimal(value: Any) -> Decimal:
    """Return a stored number as the decimal it was written as."""
    return Decimal(str(value or 0))


def to_number(value: Decimal) -> int | float:
    """Return a decimal as the JSON number it is stored as."""
    return int(value) if value == value.to_integral_value() else float(value)


def to_cents(value: Decimal) -> Decimal:
    """Round to two decimals."""
    return value.quantize(_CENT, ROUND_HALF_UP)


def line_amounts(line: Mapping[str, Any], given: Mapping[str, Any], price: str = "unitPrice") -> Row:
    """Return a line's discount, amounts and tax; a given discount amount wins over the percentage."""
    gross = to_cents(to_decimal(line["quantity"]) * to_decimal(line[price]))
    if "discountAmount" in given and "discountPercent" not in given:
        discount = to_cents(to_decimal(line["discountAmount"]))
        percent = to_decimal(0) if not gross else (discount / gross * 100).quantize(Decimal("0.00001"))
    else:
        percent = to_decimal(line["discountPercent"])
        discount = to_cents(gross * percent / 100)
    amount = gross - discount
    tax = to_cents(amount * to_decimal(line["taxPercent"]) / 100)
    amounts = {
        "discountAmount": discount, "discountPercent": percent, "amountExcludingTax": amount, "totalTaxAmount": tax,
        "amountIncludingTax": amount + tax, "netAmount": amount, "netTaxAmount": tax,
        "netAmountIncludingTax": amount + tax,
    }  # fmt: skip
    return {name: to_number(amount) for name, amount in amounts.items()}


def document_amounts(lines: Iterable[Mapping[str, Any]], invoice_discount: Any) -> Row:
    """Return a document's totals: its lines less the invoice discount, whose share of the tax goes with it."""
    every = list(lines)
    amount = sum((to_decimal(line["amountExcludingTax"]) for line in every), Decimal(0))
    tax = sum((to_decimal(line["totalTaxAmount"]) for line in every), Decimal(0))
    discount = min(to_cents(to_decimal(invoice_discount)), amount)
    kept = (amount - discount) / amount if amount else Decimal(1)
    net, net_tax = amount - discount, to_cents(tax * kept)
    totals = {
        "totalAmountExcludingTax": net, "totalTaxAmount": net_tax, "totalAmountIncludingTax": net + net_tax,
    }  # fmt: skip
    return {name: to_number(total) for name, total in totals.items()}
