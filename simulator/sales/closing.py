"""Sales' actions that end things: win and lose an opportunity, close a quote, fulfill, cancel and bill an order."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from simulator.odata.edm import Action
from simulator.odata.errors import ServiceError
from simulator.odata.rules import ActionCall, Row, World
from simulator.odata.values import parse_guid

_BOUND_ID = re.compile(r"\(([0-9a-fA-F-]{36})\)/?$")
# what travels from a quote to its order and from an order to its invoice
_HEADER = (
    "name", "_customerid_value", "_pricelevelid_value", "_transactioncurrencyid_value", "_opportunityid_value",
    "description", "discountamount", "discountpercentage", "freightamount", "paymenttermscode",
    *(
        f"{kind}_{part}"
        for kind in ("billto", "shipto")
        for part in ("name", "line1", "line2", "line3", "city", "stateorprovince", "country", "postalcode")
    ),
)  # fmt: skip
_DETAIL = (
    "_productid_value", "_uomid_value", "productdescription", "quantity", "priceperunit", "manualdiscountamount", "tax",
    "isproductoverridden", "ispriceoverridden", "lineitemnumber", "description",
)  # fmt: skip


def _world(call: ActionCall) -> World:
    if call.world is None:
        raise TypeError("An action is called with its world.")
    return call.world


def _named_row(call: ActionCall, parameter: str, entity_set: str, key: str) -> Row:
    """Return the row that an action's close activity or id parameter names."""
    given = call.parameters.get(parameter)
    text = given.get(f"{key}@odata.bind", "") if isinstance(given, Mapping) else given
    found = _BOUND_ID.search(str(text or "")) if isinstance(given, Mapping) else None
    identity = parse_guid(found[1] if found else text)
    if identity is None:
        raise ServiceError(400, "0x80040203", f"Required parameter '{parameter}' is missing or does not name a {key}.")
    row = _world(call).get(entity_set, identity)
    if row is None:
        raise ServiceError(404, "0x80040217", f"Entity '{key[:-2]}' With Id = {identity} Does Not Exist")
    return row


def _close(
    parameter: str, entity_set: str, key: str, state: int, status: int, allowed: tuple[int, ...]
) -> Callable[[ActionCall], None]:
    """Return an action that moves a row from an allowed state to another; the caller may name the status reason."""

    def run(call: ActionCall) -> None:
        row = _named_row(call, parameter, entity_set, key)
        if row.get("statecode") not in allowed:
            raise ServiceError(400, "0x80048408", f"The {key[:-2]} is not in a state in which it can be closed.")
        asked = call.parameters.get("Status", -1)
        reason = status if asked in (-1, None) else asked
        _world(call).update(entity_set, row[key], {"statecode": state, "statuscode": reason})

    return run


def _convert(
    parameter: str, source: tuple[str, str, str], target: tuple[str, str, str], link: str, source_state: tuple[int, int]
) -> Callable[[ActionCall], Mapping[str, Any]]:
    """Return an action that makes the next document of one, with its details; (set, id column, details) name each."""
    from_set, from_key, from_details = source
    to_set, to_key, to_details = target

    def run(call: ActionCall) -> Mapping[str, Any]:
        world, row = _world(call), _named_row(call, parameter, from_set, from_key)
        made = world.create(to_set, _some(row, _HEADER) | {f"_{link}_value": row[from_key]})
        for detail in world.list(from_details, **{f"_{from_key}_value": row[from_key]}):
            world.create(to_details, _some(detail, _DETAIL) | {f"_{to_key}_value": made[to_key]})
        state, status = source_state
        world.update(from_set, row[from_key], {"statecode": state, "statuscode": status})
        return world.get(to_set, made[to_key]) or made

    return run


def _some(row: Mapping[str, Any], names: tuple[str, ...]) -> Row:
    return {name: row[name] for name in names if row.get(name) is not None}


def _lock_pricing(parameter: str, entity_set: str, key: str, is_locked: bool) -> Callable[[ActionCall], None]:
    def run(call: ActionCall) -> None:
        row = _named_row(call, parameter, entity_set, key)
        _world(call).update(entity_set, row[key], {"ispricelocked": is_locked})

    return run


_OPPORTUNITY = ("OpportunityClose", "opportunities", "opportunityid")
_QUOTE = ("QuoteClose", "quotes", "quoteid")
_ORDER = ("OrderClose", "salesorders", "salesorderid")
_QUOTE_PARTS = ("quotes", "quoteid", "quotedetails")
_ORDER_PARTS = ("salesorders", "salesorderid", "salesorderdetails")
_INVOICE_PARTS = ("invoices", "invoiceid", "invoicedetails")

CLOSING: tuple[Action, ...] = (
    Action("WinOpportunity", _close(*_OPPORTUNITY, state=1, status=3, allowed=(0,)), bound=""),
    Action("LoseOpportunity", _close(*_OPPORTUNITY, state=2, status=4, allowed=(0,)), bound=""),
    Action("WinQuote", _close(*_QUOTE, state=2, status=4, allowed=(1,)), bound=""),
    Action("CloseQuote", _close(*_QUOTE, state=3, status=5, allowed=(1,)), bound=""),
    Action("FulfillSalesOrder", _close(*_ORDER, state=3, status=100001, allowed=(0, 1)), bound=""),
    Action("CancelSalesOrder", _close(*_ORDER, state=2, status=4, allowed=(0, 1)), bound=""),
    Action(
        "ConvertQuoteToSalesOrder", _convert("QuoteId", _QUOTE_PARTS, _ORDER_PARTS, "quoteid", (2, 4)),
        bound="", returns="salesorder",
    ),
    Action(
        "ConvertSalesOrderToInvoice",
        _convert("SalesOrderId", _ORDER_PARTS, _INVOICE_PARTS, "salesorderid", (4, 100003)),
        bound="", returns="invoice",
    ),
    Action("LockSalesOrderPricing", _lock_pricing("SalesOrderId", "salesorders", "salesorderid", True), bound=""),
    Action("UnlockSalesOrderPricing", _lock_pricing("SalesOrderId", "salesorders", "salesorderid", False), bound=""),
)  # fmt: skip
