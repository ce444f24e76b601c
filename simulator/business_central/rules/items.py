"""Items: one that a document sells stays."""

from __future__ import annotations

from simulator.business_central.words import dialog
from simulator.odata.rules import Rules, Write

_LINES = (
    ("salesOrderLines", "Sales Order"),
    ("salesQuoteLines", "Sales Quote"),
    ("salesInvoiceLines", "Sales Invoice"),
)


def _refuse_when_sold(write: Write) -> None:
    for lines, title in _LINES:
        if write.world.find(lines, itemId=write.values["id"]) is not None:
            raise dialog(
                f"You cannot delete Item {write.values['number']} because there is at least one outstanding {title} "
                "that includes this item."
            )


ITEM_RULES = Rules(before_delete=_refuse_when_sold)
