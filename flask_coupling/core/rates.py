"""Exchange rates: what a currency of Business Central is worth on a day, as Dataverse counts it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from .record import Record, Value
from .table import Table, TableView


@dataclass(frozen=True, slots=True, kw_only=True)
class Rates:
    """A table of exchange rates: from the day in `since` on, `amount` of a `currency` is worth `worth` of `against`.

    A blank in `against` is the local currency.
    """

    table: Table
    currency: str
    since: str
    amount: str
    worth: str
    against: str

    @property
    def view(self) -> TableView:
        """What is read of the table."""
        return TableView(self.table, (self.currency, self.since, self.amount, self.worth, self.against))


def newest(rows: Iterable[Record], rates: Rates, today: date) -> dict[str, Record]:
    """The row that counts today, by currency; rates of days to come do not count yet."""
    day = today.isoformat()
    begun = [row for row in rows if str(row.values.get(rates.since) or "") <= day]
    return {_code(row, rates.currency): row for row in sorted(begun, key=lambda row: str(row.values.get(rates.since)))}


def against(found: Mapping[str, Record], rates: Rates) -> set[str]:
    """The currencies in which these rates are told, without the local one."""
    return {code for row in found.values() if (code := _code(row, rates.against))}


def units_for_one(code: str, found: Mapping[str, Record], rates: Rates) -> float | None:
    """How many units of a currency one unit of the local currency is; None where no rate tells.

    Goes on from currency to currency where a rate is told in another one.
    """
    units, passed = 1.0, set[str]()
    while code:
        row = found.get(code)
        if row is None or code in passed:
            return None
        amount, worth = _number(row.values.get(rates.amount)), _number(row.values.get(rates.worth))
        if amount <= 0 or worth <= 0:
            return None
        passed.add(code)
        units, code = units * amount / worth, _code(row, rates.against)
    return round(units, 10) or None


def _code(row: Record, name: str) -> str:
    return str(row.values.get(name) or "").strip().upper()


def _number(value: Value) -> float:
    return float(value) if isinstance(value, int | float) else float(str(value or 0))
