"""Dimension set lines: what one sales document, or one line of it, is analyzed by.

The properties, keys and sentences are those of Microsoft's published page. The simulator's own choice: the global
dimensions are DEPARTMENT and CUSTOMERGROUP, as in CRONUS, and the dimensions of a posted invoice are as fixed as the
rest of it.
"""

from __future__ import annotations

from simulator.business_central.rules.dimensions import DIMENSION_SET_LINE_RULES, DIMENSIONED
from simulator.odata.edm import Access, EntitySet, Subpage, code, enum, guid, text

_ALONE = ("Journal Line", "General Ledger Entry", "Time Registration Entry")
_DOCUMENTS = (
    "Journal Line", "Sales Order", "Sales Quote", "Sales Credit Memo", "Sales Invoice", "Purchase Invoice",
    "General Ledger Entry", "Time Registration Entry", "Sales Shipment", "Purchase Receipt", "Purchase Order",
    "Purchase Credit Memo", "Sales Return Order", "Blanket Purchase Order", "Blanket Sales Order", "Transfer Order",
    "Transfer Shipment", "Transfer Receipt", "Posted Direct Transfer", "Sales Quote Archive", "Sales Order Archive",
    "Purchase Quote Archive", "Purchase Order Archive", "Sales Return Order Archive", "Purchase Return Order Archive",
    "Assembly Order", "Posted Assembly Order", "Sales Blanket Order Archive", "Purchase Blanket Order Archive",
    "Physical Inventory Order", "Posted Physical Inventory Order", "Inventory Shipment", "Inventory Receipt",
    "Posted Inventory Shipment", "Posted Inventory Receipt", "Purchase Return Order", "Purchase Quote",
)  # fmt: skip
_PARENTS = (
    " ",
    *(f"{name}{more}" for name in _DOCUMENTS for more in ("", " Line") if not more or name not in _ALONE),
)
"""What Business Central gives dimensions to; here it is sales documents and their lines."""

DIMENSION_SET_LINES = EntitySet(
    name="dimensionSetLines",
    entity="dimensionSetLine",
    title="Dimension Set Line",
    properties=(
        guid("id"),
        code("code", 20),
        code("consolidationCode", 20, access=Access.READ_ONLY),
        guid("parentId", access=Access.READ_ONLY),
        enum("parentType", *_PARENTS, access=Access.READ_ONLY),
        text("displayName", 30, access=Access.READ_ONLY),
        guid("valueId"),
        code("valueCode", 20),
        code("valueConsolidationCode", 20, access=Access.READ_ONLY),
        text("valueDisplayName", 50, access=Access.READ_ONLY),
    ),
    subpage=Subpage(
        "dimensionSetLines", DIMENSIONED, "You must get to the parent first to get to the dimension set line."
    ),
    order=("code",),
    rules=DIMENSION_SET_LINE_RULES,
)
