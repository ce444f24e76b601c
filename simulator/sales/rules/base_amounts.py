"""Money in the base currency: each money column has a second one, which Dataverse keeps at the row's exchange rate."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from simulator.odata.edm import Access, EntitySet, decimal, money
from simulator.odata.rules import Row, Rule, World, Write
from simulator.sales.rules.names import in_turn

_CURRENCY = "_transactioncurrencyid_value"
_RATE = "exchangerate"
_STEP = Decimal("0.0001")
_LEAST = -922337203685477


def with_base_amounts(entity: EntitySet) -> EntitySet:
    """Return a table with what its money columns bring along: their values in the base currency, and the rate."""
    names = money_columns(entity)
    if not names or entity.property("transactioncurrencyid") is None or entity.property(_RATE) is not None:
        return entity
    bases = (money(f"{name}_base", _LEAST, access=Access.READ_ONLY, kind="BaseMoney", precision=4) for name in names)
    rate = decimal(_RATE, 0.000000000001, 100000000000, access=Access.READ_ONLY, precision=12)
    own = entity.rules.before_write
    rules = [rule for rule in (own, keeping_base_amounts(names)) if rule is not None]
    return replace(
        entity,
        properties=(*entity.properties, *bases, rate),
        rules=replace(entity.rules, before_write=in_turn(*rules)),
    )


def money_columns(entity: EntitySet) -> tuple[str, ...]:
    """Return the names of a table's columns of money in the row's own currency."""
    return tuple(prop.name for prop in entity.properties if prop.kind == "Money")


def columns_with_base(entity: EntitySet) -> tuple[str, ...]:
    """Return those of them whose base values the table has."""
    return tuple(name for name in money_columns(entity) if entity.property(f"{name}_base") is not None)


def keeping_base_amounts(names: Sequence[str]) -> Rule:
    """Return the rule that keeps these columns' base values; the rate is that of the day the money was written."""
    watched = (_CURRENCY, *names)

    def before_write(write: Write) -> None:
        if write.before is None and write.values.get(_CURRENCY) is None:
            return
        if write.changes(*watched):
            fill_base_amounts(write.values, names, _find_rate(write.world, write.values.get(_CURRENCY)))

    return before_write


def _find_rate(world: World, currency: str | None) -> Any:
    rates: dict[str | None, Any] = world.memo.setdefault("exchange rates", {None: None})
    if currency not in rates:
        rates[currency] = (world.get("transactioncurrencies", currency or "") or {}).get(_RATE)
    return rates[currency]


def fill_base_amounts(values: Row, names: Sequence[str], rate: Any) -> None:
    """Set a row's rate and the base value of each of these columns; none where there is no money or no rate."""
    values[_RATE] = rate
    for name in names:
        amount = values.get(name)
        values[f"{name}_base"] = None if amount is None or not rate else base_amount(amount, rate)


def base_amount(amount: Any, rate: Any) -> int | float:
    """Return an amount in the base currency, to four decimals; the rate is what one unit of it is worth."""
    value = (Decimal(str(amount)) / Decimal(str(rate))).quantize(_STEP, ROUND_HALF_UP)
    return int(value) if value == value.to_integral_value() else float(value)
