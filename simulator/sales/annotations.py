"""Formatted values and the other annotations that Dataverse adds when a client asks for them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any

from simulator.odata.edm import Property, Type
from simulator.odata.rules import Row
from simulator.odata.service import Shape

FORMATTED = "OData.Community.Display.V1.FormattedValue"
LOGICAL_NAME = "Microsoft.Dynamics.CRM.lookuplogicalname"
BASE = "base currency"
"""The name under which the organization's own currency is handed over, beside what a row's lookups point at."""
NAVIGATION = "Microsoft.Dynamics.CRM.associatednavigationproperty"


@lru_cache(maxsize=64)
def annotation_filter(asked: str) -> Callable[[str], bool] | None:
    """Return a predicate over annotation names for a list such as `*` or `OData.*,-Microsoft.x`; None for none."""
    parts = [part.strip() for part in asked.split(",") if part.strip()]
    if not parts:
        return None
    refused = [part[1:] for part in parts if part.startswith("-")]
    wanted = [part for part in parts if not part.startswith("-")]

    def wants(name: str) -> bool:
        return any(_covers(one, name) for one in wanted) and not any(_covers(one, name) for one in refused)

    return wants


def _covers(pattern: str, name: str) -> bool:
    return pattern == "*" or pattern == name or (pattern.endswith(".*") and name.startswith(pattern[:-1]))


def annotate(shape: Shape, values: Row, wants: Callable[[str], bool], references: Mapping[str, Any]) -> Row:
    """Return a row with annotations before each property; `references` are what its lookups point at."""
    shown: Row = {}
    symbols = {"Money": _symbol(references, "_transactioncurrencyid_value"), "BaseMoney": _symbol(references, BASE)}
    for name, value in values.items():
        field = shape.fields.get(name)
        if field is not None and value is not None:
            reference, symbol = references.get(name), symbols.get(field.prop.kind, "")
            formatted = reference.name if reference else format_value(field.prop, value, symbol)
            if formatted is not None and wants(FORMATTED):
                shown[f"{name}@{FORMATTED}"] = formatted
            if reference is not None:
                shown |= _lookup(shape, field.prop, reference.entity, wants)
        shown[name] = value
    return shown


def _lookup(shape: Shape, prop: Property, entity: str, wants: Callable[[str], bool]) -> Row:
    found = {
        f"{prop.wire}@{NAVIGATION}": _navigation_name(shape, prop, entity),
        f"{prop.wire}@{LOGICAL_NAME}": entity,
    }
    return {name: value for name, value in found.items() if value and wants(name.partition("@")[2])}


def _navigation_name(shape: Shape, prop: Property, entity: str) -> str | None:
    names = [one.name for one in shape.entity.navigations if one.column == prop.name and not one.collection]
    return next((name for name in names if name.endswith(f"_{entity}")), names[0] if names else None)


def _symbol(references: Mapping[str, Any], name: str) -> str:
    currency = references.get(name)
    return str(currency.row.get("currencysymbol") or "") if currency else ""


def format_value(prop: Property, value: Any, symbol: str = "") -> str | None:
    """Return what a user sees for a value, or None when that is the value itself."""
    if prop.options:
        return next((option.label for option in prop.options if option.value == int(value)), None)
    formatter = _FORMATTERS.get(prop.type)
    return formatter(prop, value, symbol) if formatter else None


def _whole(prop: Property, value: Any, symbol: str) -> str:
    return f"{value:,}"


def _decimal(prop: Property, value: Any, symbol: str) -> str:
    text = f"{value:,.{2 if prop.precision is None else prop.precision}f}"
    return f"{symbol}{text}"


def _moment(prop: Property, value: Any, symbol: str) -> str:
    moment = datetime.fromisoformat(value)
    return f"{_day(moment)} {moment.hour % 12 or 12}:{moment:%M %p}"


def _date(prop: Property, value: Any, symbol: str) -> str:
    return _day(datetime.fromisoformat(value))


def _day(moment: datetime) -> str:
    return f"{moment.month}/{moment.day}/{moment.year}"


_FORMATTERS: dict[Type, Callable[[Property, Any, str], str]] = {
    Type.INTEGER: _whole,
    Type.BIGINT: _whole,
    Type.DECIMAL: _decimal,
    Type.DOUBLE: _decimal,
    Type.MOMENT: _moment,
    Type.DATE: _date,
}
