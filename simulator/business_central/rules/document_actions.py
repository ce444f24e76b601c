"""The bound actions of sales documents, as far as they change a status or make another document."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from simulator.business_central.rules.attachments import ATTACHED, copy_attachments
from simulator.business_central.rules.dimensions import copy_dimensions
from simulator.business_central.words import dialog
from simulator.odata.edm import Action
from simulator.odata.rules import ActionCall, Created, Row, World
from simulator.odata.values import EMPTY_GUID

_DRAFT_ONLY = "The action can be applied to a draft invoice only."
_POSTED_ONLY = "The action can be applied to a posted invoice only."

# what travels from a document and its lines to the next; the rest is numbered and computed anew
_HEADER = (
    "externalDocumentNumber", "customerId", "billToCustomerId", "currencyId", "paymentTermsId", "shipmentMethodId",
    "salesperson", "phoneNumber", "email", "shortcutDimension1Code", "shortcutDimension2Code", "discountAmount",
    "shipToName", "shipToContact", *(
        f"{kind}{ending}"
        for kind in ("sellTo", "billTo", "shipTo")
        for ending in ("AddressLine1", "AddressLine2", "City", "Country", "State", "PostCode")
    ),
)  # fmt: skip
_LINE = (
    "lineType", "itemId", "accountId", "lineObjectNumber", "description", "description2", "unitOfMeasureId", "quantity",
    "unitPrice", "discountAmount", "taxCode", "itemVariantId", "locationId",
)  # fmt: skip


def _called(call: ActionCall) -> tuple[World, Row]:
    if call.world is None or call.row is None:
        raise TypeError("A bound action is called with its row and its world.")
    return call.world, call.row


def _set_status(
    entity_set: str, status: str, allowed: tuple[str, ...], refusal: str, **more: Any
) -> Callable[[ActionCall], None]:
    """Return an action that moves a document from one of the allowed states to another, or refuses."""

    def run(call: ActionCall) -> None:
        world, row = _called(call)
        if row["status"] not in allowed:
            raise dialog(refusal)
        world.update(entity_set, row["id"], {"status": status, **more})

    return run


def _turn_into(source: str, lines: str, target: str, target_lines: str, **more: Any) -> Callable[[ActionCall], Created]:
    """Return an action that makes another document of this one, with its lines, and deletes this one."""

    def run(call: ActionCall) -> Created:
        world, row = _called(call)
        made = world.create(target, _some(row, _HEADER) | more)
        copy_dimensions(world, row["id"], target, made["id"])
        copy_attachments(world, row["id"], made["id"], ATTACHED(target))
        for line in world.list(lines, documentId=row["id"]):
            copy = world.create(target_lines, _some(line, _LINE) | {"documentId": made["id"]})
            copy_dimensions(world, line["id"], target_lines, copy["id"])
        world.delete(source, row["id"])
        return Created(target, str(made["id"]))

    return run


def _some(row: Mapping[str, Any], names: tuple[str, ...]) -> Row:
    """Return the named values that are not blank."""
    return {name: row[name] for name in names if row[name] not in ("", EMPTY_GUID, 0)}


def _ship_and_invoice(call: ActionCall) -> Created:
    """Post an order: its invoice is open, the order is gone."""
    world, row = _called(call)
    if not world.list("salesOrderLines", documentId=row["id"]):
        raise dialog("There is nothing to post because the document does not contain a quantity or amount.")
    made = _turn_into(
        "salesOrders", "salesOrderLines", "salesInvoices", "salesInvoiceLines",
        orderId=row["id"], orderNumber=row["number"],
    )(call)  # fmt: skip
    _post(world, made.key)
    return made


def _post_invoice(call: ActionCall) -> None:
    world, row = _called(call)
    if row["status"] != "Draft":
        raise dialog(_DRAFT_ONLY)
    _post(world, row["id"])


def _post(world: World, key: str) -> None:
    """Post a draft invoice: all of it is to be paid, today if no day was agreed."""
    draft = world.get("salesInvoices", key)
    if draft is not None:
        due = draft["dueDate"] if draft["dueDate"] > "0001-01-01" else draft["invoiceDate"]
        posted = {"status": "Open", "remainingAmount": draft["totalAmountIncludingTax"], "dueDate": due}
        world.update("salesInvoices", key, posted)


def _without_answer(run: Callable[[ActionCall], Created]) -> Callable[[ActionCall], None]:
    def act(call: ActionCall) -> None:
        run(call)

    return act


_CANCEL = _set_status("salesInvoices", "Canceled", ("Open", "Paid"), _POSTED_ONLY, remainingAmount=0)

QUOTE_ACTIONS = (
    Action("makeOrder", _turn_into("salesQuotes", "salesQuoteLines", "salesOrders", "salesOrderLines")),
    Action("makeInvoice", _turn_into("salesQuotes", "salesQuoteLines", "salesInvoices", "salesInvoiceLines")),
    Action("send", _set_status("salesQuotes", "Sent", ("Draft", "Sent"), "The quote cannot be sent.")),
)
ORDER_ACTIONS = (
    Action("shipAndInvoice", _without_answer(_ship_and_invoice)),
    Action("release", _set_status("salesOrders", "Open", ("Draft", "Open"), "The order cannot be released.")),
    Action("reopen", _set_status("salesOrders", "Draft", ("Draft", "Open"), "The order cannot be reopened.")),
)
INVOICE_ACTIONS = (
    Action("post", _post_invoice),
    Action("postAndSend", _post_invoice),
    Action("send", _set_status("salesInvoices", "Open", ("Open",), _POSTED_ONLY)),
    Action("cancel", _CANCEL),
    Action("cancelAndSend", _CANCEL),
    Action("makeCorrectiveCreditMemo", _set_status("salesInvoices", "Corrective", ("Open", "Paid"), _POSTED_ONLY)),
)
