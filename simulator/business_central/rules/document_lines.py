"""Document lines: what a line takes from its item, its amounts, and what it does to its document's totals."""

from __future__ import annotations

from simulator.business_central.rules.amounts import line_amounts
from simulator.business_central.rules.dimensions import dimension_line
from simulator.business_central.rules.documents import is_posted, is_released, must_be_open, update_totals
from simulator.business_central.words import dialog
from simulator.odata.rules import Row, Rules, World, Write
from simulator.odata.values import EMPTY_GUID

_FIRST_SEQUENCE = 10_000
_STANDARD_TAX = 25  # percent, as in Denmark and Sweden
_UNTAXED = ("Assets", "Liabilities", "Equity")  # accounts of the balance sheet belong to no VAT posting group
_TAXES = {"REDUCED": 12, "LOW": 6, "ZERO": 0}
_ALLOCATED = {"invoiceDiscountAllocation", "netAmount", "netTaxAmount", "netAmountIncludingTax"}
_FIXED_BY_RELEASE = (
    "itemId", "accountId", "lineType", "lineObjectNumber", "quantity", "unitPrice", "discountAmount", "discountPercent",
    "unitOfMeasureId", "taxCode",
)  # fmt: skip
_FIXED = ("documentId", "sequence")
_FIXED_MESSAGES = {
    "documentId": 'The value for "documentId" cannot be modified.',
    "sequence": 'The value for "sequence" cannot be modified. Delete and insert the line again.',
}


def document_line_rules(documents: str, lines: str) -> Rules:
    """Return the rules of the set ``lines``, whose documents are in ``documents``."""

    def before_write(write: Write) -> None:
        document = write.world.get(documents, write.values["documentId"])
        if document is None:
            raise dialog("The document cannot be found.")
        if write.given.keys() <= _ALLOCATED and not write.is_create:
            return
        if is_posted(document, lines):
            raise dialog("The action can be applied to a draft invoice only.")
        if is_released(document, lines) and write.changes(*_FIXED_BY_RELEASE):
            raise must_be_open(document)
        _keep_fixed(write)
        if write.is_create and not write.values["sequence"]:
            write.values["sequence"] = _next_sequence(write.world, lines, document["id"])
        _name_object(write)
        write.values.update(line_amounts(write.values, write.given))

    def before_delete(write: Write) -> None:
        document = write.world.get(documents, write.values["documentId"])
        if document is not None and is_released(document, lines):
            raise must_be_open(document)

    def after_write(write: Write) -> None:
        if write.given and write.given.keys() <= _ALLOCATED:
            return
        update_totals(write.world, documents, lines, write.values["documentId"])

    def after_own_write(write: Write) -> None:
        after_write(write)
        dimension_line(write)

    return Rules(
        before_write=before_write, after_write=after_own_write, before_delete=before_delete, after_delete=after_write
    )


def _keep_fixed(write: Write) -> None:
    for name in _FIXED:
        if not write.is_create and write.changes(name):
            raise dialog(_FIXED_MESSAGES[name])


def _next_sequence(world: World, lines: str, document: str) -> int:
    known = [int(line["sequence"]) for line in world.list(lines, documentId=document)]
    return max(known, default=0) + _FIRST_SEQUENCE


def _name_object(write: Write) -> None:
    """Fill what the line sells: an item or an account, named by its id or by its number."""
    values, given = write.values, write.given
    if values["itemId"] != EMPTY_GUID and values["accountId"] != EMPTY_GUID:
        raise dialog('Both "itemId" and "accountId" are specified. Specify only one of them.')
    if write.is_create and "lineType" not in given:
        values["lineType"] = _type_of_line(write)
    if write.changes("itemId", "lineObjectNumber", "lineType") and values["lineType"] == "Item":
        _take_over_item(write)
    elif write.changes("accountId", "lineObjectNumber", "lineType") and values["lineType"] == "Account":
        _take_over_account(write)
    elif write.changes("lineObjectNumber", "lineType") and values["lineType"] == "Resource":
        _take_over_resource(write)


def _type_of_line(write: Write) -> str:
    if write.values["accountId"] != EMPTY_GUID:
        return "Account"
    return "Item" if write.values["itemId"] != EMPTY_GUID or write.values["lineObjectNumber"] else "Comment"


def _take_over_item(write: Write) -> None:
    item = _find_object(write, "items", "itemId")
    if item is None:
        return
    _fill(
        write,
        itemId=item["id"],
        lineObjectNumber=item["number"],
        description=item["displayName"],
        description2=item["displayName2"],
        unitPrice=item["unitPrice"],
        taxCode=item["taxGroupCode"],
        taxPercent=_TAXES.get(item["taxGroupCode"], _STANDARD_TAX),
    )
    if not {"unitOfMeasureId", "unitOfMeasureCode"} & set(write.given):
        write.values["unitOfMeasureId"] = item["baseUnitOfMeasureId"]
        write.values["unitOfMeasureCode"] = item["baseUnitOfMeasureCode"]


def _take_over_account(write: Write) -> None:
    account = _find_object(write, "accounts", "accountId")
    if account is not None:
        _fill(
            write,
            accountId=account["id"],
            lineObjectNumber=account["number"],
            description=account["displayName"],
            taxPercent=0 if account["category"] in _UNTAXED else _STANDARD_TAX,
        )


def _take_over_resource(write: Write) -> None:
    """A resource is named by its number only."""
    number = write.values["lineObjectNumber"]
    resource = write.world.find("resources", number=number) if number else None
    if number and resource is None:
        raise dialog("Resource does not exist.")
    if resource is not None:
        _fill(write, description=resource["displayName"], unitPrice=resource["unitPrice"], taxPercent=_STANDARD_TAX)
        if not {"unitOfMeasureId", "unitOfMeasureCode"} & set(write.given):
            write.values["unitOfMeasureId"] = resource["baseUnitOfMeasureId"]
            write.values["unitOfMeasureCode"] = resource["baseUnitOfMeasureCode"]


def _find_object(write: Write, entity_set: str, column: str) -> Row | None:
    """Return what the line names by id or number; None for a line which names nothing yet."""
    by_number = "lineObjectNumber" in write.given and column not in write.given
    number, key = write.values["lineObjectNumber"], write.values[column]
    if (by_number and not number) or (not by_number and key == EMPTY_GUID):
        return None
    found = write.world.find(entity_set, number=number) if by_number else write.world.get(entity_set, key)
    if found is None:
        raise dialog("Item does not exist." if entity_set == "items" else "Account does not exist.")
    return found


def _fill(write: Write, **values: object) -> None:
    keys = ("itemId", "accountId", "lineObjectNumber", "taxPercent")
    write.values.update({name: value for name, value in values.items() if name in keys or name not in write.given})
