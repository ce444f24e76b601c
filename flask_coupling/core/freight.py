"""Freight: an amount of a document of Sales, and a line of a G/L account in Business Central."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from .record import Record, Value, Values


@dataclass(frozen=True, slots=True)
class Freight:
    """Where the freight of a document stands on both sides.

    `amount` is the property of the document of Sales; `account`, `quantity` and `price` are those of the line of
    Business Central, of which `account` is blank where the line is of no G/L account.
    """

    amount: str
    account: str
    quantity: str
    price: str

    def charged(self, document: Record | None) -> Value:
        """What a document of Sales charges; None for nothing."""
        return (document.values.get(self.amount) or None) if document is not None else None

    def line(self, account: str, amount: Value) -> Values:
        """The line that charges it in Business Central."""
        return {self.account: account, self.quantity: 1, self.price: amount}

    def without(self, lines: Sequence[Record], account: str, amount: Value) -> list[Record]:
        """The lines but the one that charges `amount`: that of `account`, else of another account with that price.

        The account may have been another one when the line was made.
        """
        charging = [line for line in lines if line.values.get(self.account)]
        found = next((line for line in charging if line.values[self.account] == account), None)
        found = found or next((line for line in charging if _same(line.values.get(self.price), amount)), None)
        return [line for line in lines if line is not found]


def _same(price: Value, amount: Value) -> bool:
    return Decimal(str(price or 0)) == Decimal(str(amount))
