"""Print a sales document: who sells what to whom, and what it comes to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from simulator.business_central.pdf import Text, write_pdf
from simulator.business_central.rules.amounts import to_cents, to_decimal
from simulator.business_central.rules.attachments import DOCUMENTS
from simulator.odata.rules import Row, Rows
from simulator.odata.values import EMPTY_DATE

_DATES = ("documentDate", "orderDate", "invoiceDate", "dueDate", "validUntilDate")
_ADDRESS = ("AddressLine1", "AddressLine2", "PostCode", "City", "Country")
_LINES = 34  # of a page
_LEFT, _TOP, _STEP = 50, 790, 16
_TABLE = _TOP - 12 * _STEP
_FORMAT = "{:<12.12} {:<30.30} {:>9} {:<6.6} {:>11} {:>11}"


def print_document(world: Rows, row: Row) -> bytes:
    """Return the PDF of the document whose print a row is; as many pages as its lines need."""
    documents = DOCUMENTS[row["parentType"]]
    document = world.get(documents, row["parentId"]) or {}
    lines = list(_table(world.list(f"{documents[:-1]}Lines", documentId=row["parentId"]), document))
    parts = [lines[start : start + _LINES] for start in range(0, len(lines), _LINES)]
    title = f"{row['parentType'].replace('_x0020_', ' ')} {document['number']}"
    pages = [_page(world, title, document, part, f"{at}/{len(parts)}") for at, part in enumerate(parts, 1)]
    return write_pdf(title, pages)


def _page(world: Rows, title: str, document: Row, lines: Sequence[str], number: str) -> list[Text]:
    (company,) = world.list("companyInformation")[:1] or [{}]
    seller = [company.get(name, "") for name in ("displayName", "addressLine1", "postalCode", "city")]
    buyer = [document["customerName"], *(document[f"sellTo{name}"] for name in _ADDRESS)]
    dates = [f"{_caption(name)} {document[name]}" for name in _DATES if document.get(name, EMPTY_DATE) > EMPTY_DATE]
    return [
        Text(_LEFT, _TOP, title, "F2", 16),
        *_column(_LEFT, [f"Customer {document['customerNumber']}", *buyer]),
        *_column(330, [*seller, *dates, f"Page {number}"]),
        Text(_LEFT, _TABLE, _FORMAT.format("No.", "Description", "Quantity", "Unit", "Price", "Amount"), "F3", 9),
        *(Text(_LEFT, _TABLE - (place + 1) * _STEP, line, "F3", 9) for place, line in enumerate(lines)),
    ]


def _column(x: int, texts: Sequence[str]) -> Iterator[Text]:
    for place, text in enumerate((one for one in texts if one), 2):
        yield Text(x, _TOP - place * _STEP, text)


def _table(lines: Sequence[Row], document: Row) -> Iterator[str]:
    """Yield the table's rows: the lines, then the totals."""
    for line in lines:
        is_sold = line["lineType"] != "Comment"
        amounts = [_amount(line[name]) if is_sold else "" for name in ("quantity", "unitPrice", "amountExcludingTax")]
        yield _FORMAT.format(
            line["lineObjectNumber"], line["description"], amounts[0], line["unitOfMeasureCode"], *amounts[1:]
        )
    currency = document["currencyCode"]
    for caption, name in (
        ("Discount", "discountAmount"), ("Total excluding tax", "totalAmountExcludingTax"),
        ("Tax", "totalTaxAmount"), ("Total including tax", "totalAmountIncludingTax"),
    ):  # fmt: skip
        if name != "discountAmount" or document[name]:
            yield _FORMAT.format("", caption, "", "", currency, _amount(document[name]))


def _amount(value: Any) -> str:
    return f"{to_cents(to_decimal(value)):,}"


def _caption(name: str) -> str:
    return "".join(f" {one.lower()}" if one.isupper() else one for one in name).capitalize()
