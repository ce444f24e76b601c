"""Items: one that a document sells stays, and is called there by its new number."""

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


def _renumber_lines(write: Write) -> None:
    if write.before is None or not write.changes("number"):
        return
    for lines, _ in _LINES:
        for line in write.world.list(lines, itemId=write.values["id"]):
            write.world.rewrite(lines, line["id"], {"lineObjectNumber": write.values["number"]})


ITEM_RULES = Rules(after_write=_renumber_lines, before_delete=_refuse_when_sold)
