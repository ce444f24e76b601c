"""Money needs a currency: a row that carries money and names none gets the organization's base currency."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from simulator.odata.rules import Rows, Rule, Write

_CURRENCY = "_transactioncurrencyid_value"


def base_currency(world: Rows) -> str | None:
    """Return the id of the organization's base currency, looked up once in a transaction."""
    if "base currency" not in world.memo:
        world.memo["base currency"] = world.recall("base currency", ("organizations",), partial(_find_base, world))
    found: str | None = world.memo["base currency"]
    return found


def _find_base(world: Rows) -> str | None:
    organizations = world.list("organizations")
    return organizations[0].get("_basecurrencyid_value") if organizations else None


def supply_currency(write: Write, columns: Iterable[str]) -> None:
    """Name the base currency if one of these columns holds money and the row has no currency yet."""
    values = write.values
    if values.get(_CURRENCY) is None and any(values.get(name) is not None for name in columns):
        currency = base_currency(write.world)
        if currency is not None:
            values[_CURRENCY] = currency


def carrying_money(*columns: str) -> Rule:
    """Return the rule of a table whose money is in these columns."""
    return lambda write: supply_currency(write, columns)
