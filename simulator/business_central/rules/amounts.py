"""Amounts of document lines and documents, in decimals: rounded as money is, half away from zero, to two places."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
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


def allocated_amounts(lines: Iterable[Mapping[str, Any]], invoice_discount: Any) -> list[Row]:
    """Return what each line has left of its amounts after its share of the document's discount, and the tax on it.

    Shares go by amount, and the last cents to the last line. Tax is rounded over all lines of one rate: a line takes
    what is missing up to there, so that the lines always add up to the document.
    """
    every = list(lines)
    total = sum((to_decimal(line["amountExcludingTax"]) for line in every), Decimal(0))
    discount = min(to_cents(to_decimal(invoice_discount)), max(total, Decimal(0)))
    shares: dict[str, _Share] = {}
    whole, told = _Share(discount, total), list[Row]()
    for line in every:
        amount, rate = to_decimal(line["amountExcludingTax"]), to_decimal(line["taxPercent"])
        allocation = whole.part(amount)
        tax = shares.setdefault(str(rate), _Share(rate, Decimal(100))).part(amount - allocation)
        net = {
            "invoiceDiscountAllocation": allocation, "netAmount": amount - allocation, "netTaxAmount": tax,
            "netAmountIncludingTax": amount - allocation + tax,
        }  # fmt: skip
        told.append({name: to_number(value) for name, value in net.items()})
    return told


@dataclass(slots=True)
class _Share:
    """Hands out `rate` of each `per`, rounded over all that was asked for so far."""

    rate: Decimal
    per: Decimal
    asked: Decimal = Decimal(0)
    given: Decimal = Decimal(0)

    def part(self, amount: Decimal) -> Decimal:
        """Return the next one's part."""
        self.asked += amount
        part = to_cents(self.asked * self.rate / self.per) - self.given if self.per else Decimal(0)
        self.given += part
        return part


def document_amounts(lines: Iterable[Mapping[str, Any]], invoice_discount: Any) -> Row:
    """Return a document's totals: what its lines have left after its discount, and the tax on it."""
    left = allocated_amounts(lines, invoice_discount)
    net = sum((to_decimal(line["netAmount"]) for line in left), Decimal(0))
    net_tax = sum((to_decimal(line["netTaxAmount"]) for line in left), Decimal(0))
    totals = {
        "totalAmountExcludingTax": net, "totalTaxAmount": net_tax, "totalAmountIncludingTax": net + net_tax,
    }  # fmt: skip
    return {name: to_number(total) for name, total in totals.items()}
