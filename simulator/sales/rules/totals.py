"""Quotes, orders and invoices: what a detail costs, and what its document comes to."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from simulator.odata.errors import ServiceError
from simulator.odata.rules import Row, Rule, Rules, World, Write
from simulator.sales.rules.currencies import base_currency, supply_currency

_CENT = Decimal("0.01")
_CLOSED = "The {} cannot be modified because it is closed."
_SUBMITTED = 1
_MONEY = ("discountamount", "freightamount", "totalamount")


def document_rules(details: str, key: str, *compose: Rule) -> Rules:
    """Return the rules of a document with its details in the set ``details``; ``key`` is its id column."""

    def before_write(write: Write) -> None:
        is_locked = write.before is not None and _is_locked(write.world, write.entity_set, write.before)
        if is_locked and not _is_state_change(write):
            raise ServiceError(400, "0x80043e16", _CLOSED.format(write.entity_set[:-1]))
        supply_currency(write, _MONEY)
        if write.is_create and write.values.get("_transactioncurrencyid_value") is None:
            write.values["_transactioncurrencyid_value"] = base_currency(write.world)
        if write.is_create or write.changes("discountamount", "discountpercentage", "freightamount"):
            write.values.update(_document_totals(write.world, details, key, write.values))
        for rule in compose:
            rule(write)

    return Rules(before_write=before_write)


def detail_rules(documents: str, key: str, details: str) -> Rules:
    """Return the rules of details; ``key`` is their documents' id column, ``documents`` the set they are in."""
    wire = f"_{key}_value"

    def before_write(write: Write) -> None:
        document = _open_document(write, documents, wire)
        if write.changes("_productid_value"):
            _take_over_product(write)
        write.values.update(_detail_amounts(write.values))
        write.values["_transactioncurrencyid_value"] = (document or {}).get("_transactioncurrencyid_value")
        if write.is_create and write.values.get("lineitemnumber") is None and document is not None:
            write.values["lineitemnumber"] = len(write.world.list(details, **{wire: document[key]})) + 1

    def after_write(write: Write) -> None:
        document = write.values.get(wire)
        row = write.world.get(documents, document) if document else None
        if row is not None and not _is_locked(write.world, documents, row):
            write.world.update(documents, str(document), _document_totals(write.world, details, key, row))

    return Rules(before_write=before_write, after_write=after_write, after_delete=after_write)


def _open_document(write: Write, documents: str, wire: str) -> Row | None:
    document = write.world.get(documents, write.values[wire]) if write.values.get(wire) else None
    if document is not None and _is_locked(write.world, documents, document):
        raise ServiceError(400, "0x80043e16", _CLOSED.format(documents[:-1]))
    return document


def _is_locked(world: World, documents: str, document: Mapping[str, Any]) -> bool:
    """Whether nobody may change a document: it is closed, or an order submitted to others for processing.

    With sales order processing integration a submitted order can still be changed by what integrates, not by people.
    """
    if documents == "salesorders" and document.get("statecode") == _SUBMITTED:
        return not _is_integration(world)
    return bool(document.get("statecode"))


def _is_integration(world: World) -> bool:
    """Whether an application user of an organization with sales order processing integration is at work."""
    if "integration" not in world.memo:
        organizations, user = world.list("organizations"), world.get("systemusers", world.author)
        enabled = bool(organizations) and bool(organizations[0].get("issopintegrationenabled"))
        world.memo["integration"] = enabled and bool((user or {}).get("applicationid"))
    return bool(world.memo["integration"])


def _is_state_change(write: Write) -> bool:
    return bool({"statecode", "statuscode"} & set(write.given))


def _take_over_product(write: Write) -> None:
    """Fill unit, description and price from the product unless they were given."""
    key = write.values.get("_productid_value")
    product = write.world.get("products", key) if key else None
    if product is None:
        return
    filled = {
        "_uomid_value": product.get("_defaultuomid_value"),
        "productdescription": product.get("name"),
        "priceperunit": product.get("price"),
    }
    write.values.update({name: value for name, value in filled.items() if write.values.get(name) is None})


def _money(value: Any) -> Decimal:
    return Decimal(str(value or 0))


def _cents(value: Decimal) -> int | float:
    rounded = value.quantize(_CENT, ROUND_HALF_UP)
    return int(rounded) if rounded == rounded.to_integral_value() else float(rounded)


def _discount(values: Mapping[str, Any]) -> Decimal:
    """A volume discount is one of each unit."""
    volume = _money(values.get("volumediscountamount")) * _money(values.get("quantity"))
    return _money(values.get("manualdiscountamount")) + volume


def _detail_amounts(values: Row) -> Row:
    base = _money(values.get("quantity")) * _money(values.get("priceperunit"))
    discount = _discount(values)
    return {"baseamount": _cents(base), "extendedamount": _cents(base - discount + _money(values.get("tax")))}


def _document_totals(world: World, details: str, key: str, document: Row) -> Row:
    """Return the totals of a document: its details' amounts, less its own discount, with freight and tax."""
    rows = world.list(details, **{f"_{key}_value": document[key]}) if document.get(key) else []
    items = sum((_money(row.get("baseamount")) for row in rows), Decimal(0))
    line_discount = sum((_discount(row) for row in rows), Decimal(0))
    tax = sum((_money(row.get("tax")) for row in rows), Decimal(0))
    net = items - line_discount
    discount = _money(document.get("discountamount")) + net * _money(document.get("discountpercentage")) / 100
    freight = _money(document.get("freightamount"))
    totals = {
        "totallineitemamount": net, "totallineitemdiscountamount": line_discount,
        "totaldiscountamount": discount + line_discount, "totalamountlessfreight": net - discount, "totaltax": tax,
        "totalamount": net - discount + freight + tax,
    }  # fmt: skip
    return {name: _cents(amount) for name, amount in totals.items()}
