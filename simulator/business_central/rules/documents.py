"""Sales documents: what a header takes from its customer, and its totals from its lines."""

from __future__ import annotations

from collections.abc import Mapping

from simulator.business_central.rules.amounts import allocated_amounts, document_amounts
from simulator.business_central.rules.dimensions import dimension_document, start_shortcuts
from simulator.business_central.words import dialog
from simulator.odata.errors import ServiceError
from simulator.odata.rules import Row, Rules, World, Write
from simulator.odata.values import EMPTY_GUID

_ADDRESS = {
    "AddressLine1": "addressLine1", "AddressLine2": "addressLine2", "City": "city", "Country": "country",
    "State": "state", "PostCode": "postalCode",
}  # fmt: skip
_FIXED_BY_RELEASE = ("customerId", "billToCustomerId", "currencyId", "discountAmount", "pricesIncludeTax")
_POSTED = ("Open", "Paid", "Canceled", "Corrective")


def document_rules(lines: str, document_date: str) -> Rules:
    """Return the rules of a document with lines in the set ``lines``, dated by the property ``document_date``."""

    def before_write(write: Write) -> None:
        _refuse_when_posted(write, lines)
        if write.is_create:
            _require_customer(write)
            _date_document(write, document_date)
        if write.changes("customerId"):
            _take_over_customer(write)
        start_shortcuts(write)
        if not write.is_create and write.changes("discountAmount"):
            write.values.update(_totals(write.world, lines, write.values))

    def after_write(write: Write) -> None:
        if not write.is_create and write.changes("discountAmount"):
            update_totals(write.world, documents_of(lines), lines, write.values["id"])
        dimension_document(write)

    return Rules(
        before_write=before_write, after_write=after_write, before_delete=lambda write: _refuse_to_delete(write, lines)
    )


def documents_of(lines: str) -> str:
    """Return the set of the documents whose lines are in a set."""
    return lines.removesuffix("Lines") + "s"


def update_totals(world: World, documents: str, lines: str, key: str) -> None:
    """Store a document's totals again after one of its lines has changed; a document that is gone is left alone."""
    document = world.get(documents, key)
    if document is None:
        return
    rows = world.list(lines, documentId=key)
    for row, told in zip(rows, allocated_amounts(rows, document["discountAmount"]), strict=True):
        left = {name: value for name, value in told.items() if name in row}  # quotes do not say the share
        if any(row[name] != value for name, value in left.items()):
            world.update(lines, row["id"], left)
    world.update(documents, key, _totals(world, lines, document))


def is_posted(document: Mapping[str, object], lines: str) -> bool:
    """Whether a document is a posted invoice, which nobody may change any more."""
    return lines == "salesInvoiceLines" and document["status"] in _POSTED


def is_released(document: Mapping[str, object], lines: str) -> bool:
    """Whether a document is a released order, of which nobody may change what is sold."""
    return lines == "salesOrderLines" and document["status"] == "Open"


def must_be_open(document: Mapping[str, object]) -> ServiceError:
    """Return the refusal of a change to a released order."""
    return dialog(
        f"Status must be equal to 'Open'  in Sales Header: Document Type=Order, No.={document['number']}. "
        "Current value is 'Released'."
    )


def _totals(world: World, lines: str, document: Row) -> Row:
    rows = world.list(lines, documentId=document["id"])
    totals = document_amounts(rows, document["discountAmount"])
    if lines == "salesOrderLines":
        sold = [row for row in rows if row["quantity"]]
        totals["fullyShipped"] = bool(sold) and all(row["shippedQuantity"] >= row["quantity"] for row in sold)
    return totals


def _refuse_when_posted(write: Write, lines: str) -> None:
    """Only what the service itself does (an action, which sets the status) changes a posted invoice."""
    if write.before is not None and is_posted(write.before, lines) and "status" not in write.given:
        raise dialog("The action can be applied to a draft invoice only.")
    if write.before is not None and is_released(write.before, lines) and write.changes(*_FIXED_BY_RELEASE):
        raise must_be_open(write.before)


def _refuse_to_delete(write: Write, lines: str) -> None:
    if is_posted(write.values, lines):
        raise dialog("You cannot delete a posted sales invoice.")


def _require_customer(write: Write) -> None:
    if write.values["customerId"] == EMPTY_GUID:
        raise dialog('A "customerNumber" or a "customerId" must be provided.')


def _date_document(write: Write, document_date: str) -> None:
    today = write.world.now.date().isoformat()
    for name in (document_date, "postingDate"):
        if name not in write.given:
            write.values[name] = today


def _take_over_customer(write: Write) -> None:
    """Fill what the caller did not say from the sell-to customer."""
    customer = write.world.get("customers", write.values["customerId"])
    if customer is None:
        raise dialog("The sell-to customer cannot be found.")
    filled = {
        **_addresses(customer),
        "customerName": customer["displayName"],
        "billToName": customer["displayName"],
        "billToCustomerId": customer["id"],
        "billToCustomerNumber": customer["number"],
        "shipToName": customer["displayName"],
        "currencyId": customer["currencyId"],
        "currencyCode": customer["currencyCode"],
        "paymentTermsId": customer["paymentTermsId"],
        "shipmentMethodId": customer["shipmentMethodId"],
        "salesperson": customer["salespersonCode"],
        "phoneNumber": customer["phoneNumber"],
        "email": customer["email"],
    }
    _keep_given(write, filled)


def _addresses(customer: Mapping[str, object]) -> dict[str, object]:
    return {
        f"{kind}{ending}": customer[name]
        for kind in ("sellTo", "billTo", "shipTo")
        for ending, name in _ADDRESS.items()
    }


def _keep_given(write: Write, filled: Mapping[str, object]) -> None:
    """Set what was not given; an id and its code count as one."""
    given = set(write.given)
    for one, other in (("currencyId", "currencyCode"), ("billToCustomerId", "billToCustomerNumber")):
        if one in given or other in given:
            given |= {one, other, "billToName"} if one.startswith("billTo") else {one, other}
    write.values.update({name: value for name, value in filled.items() if name not in given})
