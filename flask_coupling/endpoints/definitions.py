"""The columns of a Dataverse table as its table definitions tell them: kind, length, options, what can be written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from flask_coupling.core.column import Column, Columns
from flask_coupling.core.table_filter import literal

from .query import with_options

Row = Mapping[str, Any]

CASTS = ("Picklist", "State", "Status")
"""Attribute types whose options are asked for one after the other."""

_KINDS = {
    "String": "text",
    "Memo": "text",
    "Picklist": "option",
    "State": "option",
    "Status": "option",
    "Lookup": "id",
    "Customer": "id",
    "Owner": "id",
    "Uniqueidentifier": "id",
    "Integer": "number",
    "BigInt": "number",
    "Decimal": "number",
    "Double": "number",
    "Money": "number",
    "Boolean": "truth",
    "DateTime": "moment",
}


def attributes_path(table: str) -> str:
    """The address of a table's definition by its entity set, with all attributes."""
    where = f"EntitySetName eq {literal(table)}"
    return with_options("EntityDefinitions", select="LogicalName", filter=where, expand="Attributes")


def holders_path(column: str, tables: Iterable[str]) -> str:
    """The address of these tables' definitions (by entity set), with the one attribute, where they have it."""
    where = " or ".join(f"EntitySetName eq {literal(table)}" for table in tables)
    expand = f"Attributes($select=LogicalName;$filter=LogicalName eq {literal(column)})"
    return with_options("EntityDefinitions", select="EntitySetName", filter=where, expand=expand)


def options_path(entity: str, cast: str) -> str:
    """The address of the options of all attributes of one type."""
    kind = f"Microsoft.Dynamics.CRM.{cast}AttributeMetadata"
    path = f"EntityDefinitions(LogicalName={literal(entity)})/Attributes/{kind}"
    return with_options(path, select="LogicalName", expand="OptionSet($select=Options)")


def read_options(rows: Iterable[Row]) -> dict[str, tuple[int, ...]]:
    """Option values by column."""
    found = {}
    for row in rows:
        options = (row.get("OptionSet") or {}).get("Options") or ()
        found[str(row.get("LogicalName"))] = tuple(each["Value"] for each in options if "Value" in each)
    return found


def read_attributes(rows: Iterable[Row], options: Mapping[str, tuple[int, ...]]) -> Columns:
    """Columns by name; those that hold no value of their own (the names beside lookups) are left out."""
    columns = (_column(row, options) for row in rows if row.get("AttributeType") in _KINDS)
    return {each.name: each for each in columns}


def _column(row: Row, options: Mapping[str, tuple[int, ...]]) -> Column:
    name, kind = str(row.get("LogicalName")), _KINDS[row["AttributeType"]]
    if kind == "moment" and row.get("Format") == "DateOnly":
        kind = "day"
    longest = row.get("MaxLength")
    return Column(
        name,
        kind,
        longest=longest if isinstance(longest, int) else None,
        on_create=row.get("IsValidForCreate") is not False,
        on_update=row.get("IsValidForUpdate") is not False,
        options=options.get(name, ()),
        caption=_label(row),
    )


def _label(row: Row) -> str:
    label = (row.get("DisplayName") or {}).get("UserLocalizedLabel") or {}
    return str(label.get("Label") or "")
