"""Attachments: files that hang on customers, vendors, items and documents, and are as long as their bytes."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from simulator.business_central.words import dialog
from simulator.odata.rules import Rules, World, Write
from simulator.odata.values import EMPTY_GUID

DOCUMENTS: Mapping[str, str] = {
    "Sales_x0020_Order": "salesOrders",
    "Sales_x0020_Quote": "salesQuotes",
    "Sales_x0020_Invoice": "salesInvoices",
}
"""The documents that take attachments and can be printed, by what these call their parent."""

PARENTS: Mapping[str, str] = {**DOCUMENTS, "Item": "items", "Customer": "customers", "Vendor": "vendors"}
"""All that takes document attachments."""

_NO_NAME = "filename.txt"  # what the service calls a file whose name no file can have
_FORBIDDEN = frozenset('<>:"/\\|?*')
_COPIED = ("fileName", "byteSize", "lineNumber", "documentFlowSales", "documentFlowPurchase")


def attachment_rules(parents: Mapping[str, str]) -> Rules:
    """Return the rules of attachments to rows of some sets, by what they call them."""

    def before_write(write: Write) -> None:
        if write.is_create:
            _check_parent(write, parents)
            if not _is_file_name(write.values["fileName"]):
                write.values["fileName"] = _NO_NAME
        else:
            _keep_parent(write)
        if "attachmentContent" in write.given:
            write.values["byteSize"] = len(write.given["attachmentContent"])

    return Rules(before_write=before_write)


def _check_parent(write: Write, parents: Mapping[str, str]) -> None:
    kind, key = write.values["parentType"], write.values["parentId"]
    if key == EMPTY_GUID or kind == "_x0020_":
        raise dialog("You must specify a document id and a document type to get the attachments.")
    if kind not in parents:
        caption = kind.replace("_x0020_", " ")
        if kind in PARENTS:
            raise dialog(f"Parent type {caption} is not supported. Use documentAttachments API instead.")
        raise dialog(f"The selected Document type {caption} is not supported.")
    if write.world.get(parents[kind], key) is None:
        raise dialog("No document with the specified ID exists.")


def _keep_parent(write: Write) -> None:
    for name in ("parentId", "parentType"):
        if write.changes(name):
            raise dialog(f"You cannot change the value of the key field {name}.")


def _is_file_name(name: str) -> bool:
    return bool(name.strip(" .")) and not _FORBIDDEN & set(name) and name.isprintable()


def copy_attachments(world: World, source: str, target: str, kind: str) -> None:
    """Give a document copies of the document attachments of another one."""
    for one in world.list("documentAttachments", parentId=source):
        copy = {name: one[name] for name in _COPIED} | {"parentId": target, "parentType": kind}
        copy["attachmentContent"] = world.content("documentAttachments", one["id"], "attachmentContent")
        world.create("documentAttachments", copy)


ATTACHED: Callable[[str], str] = {entity_set: kind for kind, entity_set in PARENTS.items()}.__getitem__
"""Returns what an attachment calls a parent in a set."""
