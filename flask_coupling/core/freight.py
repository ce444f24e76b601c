"""Freight: an amount of a document of Sales, and a line of a G/L account in Business Central."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from .conflict import UpdateConflictResolution
from .record import Record, Value, Values
from .side import Side


@dataclass(frozen=True, slots=True)
class Charge:
    """What a document is charged for freight: on both sides now, and when they last agreed (None: not known).

    `line` is the line of Business Central that charges it.
    """

    bc: Decimal
    sales: Decimal
    then: Decimal | None
    line: Record | None = None

    def giver(self, update: UpdateConflictResolution) -> Side | None:
        """The side whose amount the other gets; None where they agree, or a person has to decide."""
        moved = [side for side, now in ((Side.BC, self.bc), (Side.SALES, self.sales)) if now != self.then]
        if self.bc == self.sales or self.then is None:
            return None
        return moved[0] if len(moved) == 1 else _WINNERS.get(update)


_WINNERS = {
    UpdateConflictResolution.SEND_TO_SALES: Side.BC,
    UpdateConflictResolution.GET_FROM_SALES: Side.SALES,
}


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

    def find(self, lines: Sequence[Record], account: str, *amounts: Value, known: str | None = None) -> Record | None:
        """The line of Business Central that charges it: the `known` one, by its id, while it is of a G/L account.

        Else that of `account`, or of another one with one of these prices: the account may have been another one when
        the line was made. None where nothing was ever charged.
        """
        if same := next((line for line in lines if line.id == known and line.values.get(self.account)), None):
            return same
        wanted = [money(each) for each in amounts if each]
        charging = [line for line in lines if line.values.get(self.account)] if wanted else []
        found = next((line for line in charging if line.values[self.account] == account), None)
        return found or next((line for line in charging if money(line.values.get(self.price)) in wanted), None)

    def billed(self, line: Record | None) -> Decimal:
        """What a line of Business Central charges; 0 where there is none."""
        return money(line.values.get(self.price)) * money(line.values.get(self.quantity)) if line else Decimal(0)


def money(value: Value) -> Decimal:
    """An amount as an exact number; 0 where there is none."""
    return Decimal(str(value or 0))
