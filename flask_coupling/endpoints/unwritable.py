"""What Business Central's API v2.0 does not let be written: its schema document does not say so."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from flask_coupling.core.column import Columns
from flask_coupling.core.mapping import Table

_READ_ONLY: Mapping[str, frozenset[str]] = {
    "customers": frozenset({"balanceDue", "taxAreaDisplayName"}),
    "vendors": frozenset({"balance"}),
    "contacts": frozenset({"lastInteractionDate"}),
    "opportunities": frozenset(
        {
            "contactName",
            "contactCompanyName",
            "status",
            "closed",
            "creationDate",
            "dateClosed",
            "calculatedCurrentValue",
            "chancesOfSuccessPrc",
            "completedPrc",
            "estimatedClosingDate",
            "estimatedValue",
            "systemCreatedAt",
        }
    ),
    "salesOrders": frozenset({"status", "discountAppliedBeforeTax"}),
    "salesQuotes": frozenset({"status"}),
    "salesInvoices": frozenset(
        {"orderId", "orderNumber", "pricesIncludeTax", "remainingAmount", "discountAppliedBeforeTax", "status"}
    ),
}
"""Properties that the standard API's pages declare not editable, by entity set."""


def without_unwritable(table: Table, columns: Columns) -> Columns:
    """The columns, with those marked that cannot be written: the id, the time stamp, and the ones known by table."""
    known = _READ_ONLY.get(table.name, frozenset()) if not table.route else frozenset()
    fixed = {table.key, table.modified_on, *known}
    return {
        name: replace(each, on_create=False, on_update=False) if name in fixed else each
        for name, each in columns.items()
    }
