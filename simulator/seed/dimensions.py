"""What the first customers and their documents are analyzed by."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from simulator.business_central.rules.dimensions import DIMENSIONED
from simulator.seed import basics
from simulator.seed.bc_rows import BusinessCentralRows
from simulator.seed.firms import Firm, make_moment

Row = dict[str, Any]

_MOST = 60  # firms that are analyzed at all
_KINDS = {entity_set: kind for kind, entity_set in DIMENSIONED.items()}


def make_defaults(rows: BusinessCentralRows, firm: Firm) -> Iterator[Row]:
    """Yield a customer's default dimensions."""
    for dimension, value in _values(firm).items():
        yield {
            "id": rows.id("defaultDimensions", f"{firm.index}/{dimension}"), "parentType": "Customer",
            "parentId": rows.id("customers", firm.index), "dimensionCode": dimension, "dimensionValueCode": value,
            "dimensionId": rows.id("dimensions", dimension), "postingValidation": "_x0020_",
            "dimensionValueId": rows.id("dimensionValues", f"{dimension}/{value}"),
            "lastModifiedDateTime": make_moment(firm.index),
        }  # fmt: skip


def make_shortcut(firm: Firm) -> Row:
    """Return what a document of a customer says of its dimensions itself."""
    values = _values(firm)
    return {"shortcutDimension2Code": values["CUSTOMERGROUP"]} if values else {}


def make_lines(rows: BusinessCentralRows, firm: Firm, entity_set: str, key: str) -> Iterator[Row]:
    """Yield the dimension set lines of a document of a customer, or of a line of it."""
    for dimension, value in _values(firm).items():
        name, values = basics.DIMENSIONS[dimension]
        yield {
            "id": rows.id("dimensions", dimension), "code": dimension, "displayName": name, "parentId": key,
            "parentType": _KINDS[entity_set], "valueId": rows.id("dimensionValues", f"{dimension}/{value}"),
            "valueCode": value, "valueDisplayName": dict(values)[value],
        }  # fmt: skip


def _values(firm: Firm) -> Mapping[str, str]:
    if firm.index >= _MOST:
        return {}
    groups = [code for code, _ in basics.DIMENSIONS["CUSTOMERGROUP"][1]]
    return {"CUSTOMERGROUP": groups[firm.index % len(groups)], "AREA": "30"}
