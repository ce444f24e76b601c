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
        found = self._charging(lines, account, amount)
        return [line for line in lines if line is not found]

    def billed(self, lines: Sequence[Record], account: str, amount: Value) -> Decimal:
        """What these lines of Business Central charge where Sales charges `amount`; 0 where none does."""
        found = self._charging(lines, account, amount)
        if found is None:
            return Decimal(0)
        return money(found.values.get(self.price)) * money(found.values.get(self.quantity))

    def _charging(self, lines: Sequence[Record], account: str, amount: Value) -> Record | None:
        charging = [line for line in lines if line.values.get(self.account)]
        found = next((line for line in charging if line.values[self.account] == account), None)
        return found or next((line for line in charging if money(line.values.get(self.price)) == money(amount)), None)


def money(value: Value) -> Decimal:
    """An amount as an exact number; 0 where there is none."""
    return Decimal(str(value or 0))
