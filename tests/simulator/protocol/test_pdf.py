"""The print of a sales document: a PDF that readers read, with number, customer, lines and totals."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from pypdf import PdfReader

from tests.simulator.protocol.service import BC_ROOT, COMPANY, Services

DOCUMENTS = {
    "salesQuotes": "Sales_x0020_Quote",
    "salesOrders": "Sales_x0020_Order",
    "salesInvoices": "Sales_x0020_Invoice",
}


def new_document(services: Services, entity_set: str, lines: list[dict[str, Any]]) -> dict[str, Any]:
    customer = services.bc("POST", "/customers", {"displayName": "Ærø (Sønner) \\ 日本", "city": "Odense"}).json
    body = {"customerId": customer["id"], f"{entity_set[:-1]}Lines": lines}
    answer = services.bc("POST", f"/{entity_set}", body)
    assert answer.status_code == 201, answer.data
    return dict(answer.json)


@pytest.mark.parametrize(("entity_set", "kind"), DOCUMENTS.items())
def test_a_document_is_printed(services: Services, entity_set: str, kind: str) -> None:
    services.store.load("bc", "companyInformation", [{"displayName": "CRONUS Danmark"}], scope=COMPANY)
    lines = [
        {"lineType": "Item", "description": "Desk lamp", "quantity": 3, "unitPrice": 1234.5},
        {"description": "Hi"},
    ]
    document = new_document(services, entity_set, lines)
    address = f"/{entity_set}({document['id']})/pdfDocument"
    row = services.bc("GET", address).json
    assert {name: value for name, value in row.items() if "@" not in name} == {
        "id": document["id"], "parentId": document["id"], "parentType": kind,
    }  # fmt: skip
    link = row["pdfDocumentContent@odata.mediaReadLink"]
    assert link == f"http://localhost{BC_ROOT}/companies({COMPANY}){address}({document['id']})/pdfDocumentContent"
    assert "pdfDocumentContent@odata.mediaEditLink" not in row
    printed = services.follow(link)
    assert (printed.status_code, printed.headers["Content-Type"]) == (200, "application/octet-stream")
    reader = PdfReader(BytesIO(printed.data), strict=True)
    (page,) = reader.pages
    text = page.extract_text()
    for told in (document["number"], "Ærø (Sønner) \\ ??", "Odense", "CRONUS Danmark", "Desk lamp", "Hi", "1,234.50",
                 "3,703.50"):  # fmt: skip
        assert told in text, told
    assert reader.metadata and document["number"] in str(reader.metadata.title)
    assert services.follow(link).data == printed.data


def test_a_long_document_has_more_pages_and_no_line_is_lost(services: Services) -> None:
    lines = [{"lineType": "Item", "description": f"Thing {place}", "quantity": 1} for place in range(50)]
    document = new_document(services, "salesOrders", lines)
    content = services.bc("GET", f"/salesOrders({document['id']})/pdfDocument/pdfDocumentContent").data
    pages = PdfReader(BytesIO(content), strict=True).pages
    text = "\n".join(page.extract_text() for page in pages)
    assert len(pages) == 2 and all(f"Thing {place} " in text for place in range(50))


def test_prints_are_expanded_with_their_documents(services: Services) -> None:
    document = new_document(services, "salesInvoices", [])
    (row,) = services.bc("GET", "/salesInvoices?$expand=pdfDocument").json["value"]
    content = services.follow(row["pdfDocument"]["pdfDocumentContent@odata.mediaReadLink"]).data
    assert document["number"] in PdfReader(BytesIO(content)).pages[0].extract_text()


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("PATCH", "/pdfDocumentContent", 405), ("DELETE", "", 405), ("PATCH", "", 405), ("POST", "", 405),
        ("GET", "/pdfDocumentContent/nope", 404),
    ],
)  # fmt: skip
def test_a_print_cannot_be_written(services: Services, method: str, path: str, status: int) -> None:
    document = new_document(services, "salesQuotes", [])
    address = f"/salesQuotes({document['id']})/pdfDocument{path}"
    assert services.bc(method, address, {} if method != "GET" else None, If_Match="*").status_code == status
    assert services.bc("GET", "/pdfDocument").json["error"]["code"] == "Application_DialogException"
