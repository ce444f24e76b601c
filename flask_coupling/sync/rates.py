"""Read the exchange rates that new currencies need: one request for a page, another one where a rate leads on."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from flask_coupling.core.mapping import TableMapping
from flask_coupling.core.rates import Rates, against, newest, units_for_one
from flask_coupling.core.record import Pair, Record, Value
from flask_coupling.core.side import Side

from .carry_out import Services


def rates_for(
    pairs: Iterable[Pair], mapping: TableMapping, services: Services, today: date
) -> dict[tuple[str, Side, Value], Value]:
    """What new currencies are worth today, as values of `References`; nothing is asked where no field needs it."""
    found: dict[tuple[str, Side, Value], Value] = {}
    needed = {field.bc or "": field.rates for field in mapping.flowing_from(Side.BC) if field.rates is not None}
    new = [record for pair in pairs if (record := pair.bc) and pair.sales is None] if needed else []
    for name, rates in needed.items() if new else ():
        codes = {str(code) for record in new if (code := record.values.get(name))}
        known = _known({code.upper() for code in codes}, rates, services, today)
        worth = {code: units_for_one(code.upper(), known, rates) for code in codes}
        found |= {(rates.table.name, Side.BC, code): units for code, units in worth.items() if units}
    return found


def _known(codes: Iterable[str], rates: Rates, services: Services, today: date) -> dict[str, Record]:
    """The rates of these currencies, and of those that they are told in."""
    known: dict[str, Record] = {}
    asked: set[str] = set()
    wanted = set(codes)
    while wanted:
        asked |= wanted
        known |= newest(services.bc.find(rates.view, rates.currency, sorted(wanted)), rates, today)
        wanted = against(known, rates) - asked
    return known
