"""Attachments: a name first, then the bytes; on customers, vendors, items and sales documents."""

from __future__ import annotations

from typing import Any

import pytest

from tests.simulator.protocol.service import BC_ROOT, COMPANY, Services

PDF = b"%PDF-1.4\n\xe2\xe3\xcf\xd3 no text \x00\xff"
PARENTS = {
    "customers": "Customer",
    "vendors": "Vendor",
    "items": "Item",
    "salesOrders": "Sales_x0020_Order",
    "salesQuotes": "Sales_x0020_Quote",
    "salesInvoices": "Sales_x0020_Invoice",
}


def parent(services: Services, entity_set: str) -> str:
    answer = services.bc("POST", "/customers", {"displayName": "Adatum"})
    if entity_set.startswith("sales"):
        answer = services.bc("POST", f"/{entity_set}", {"customerId": answer.json["id"]})
    elif entity_set != "customers":
        answer = services.bc("POST", f"/{entity_set}", {"displayName": "Adatum"})
    assert answer.status_code == 201, answer.data
    return str(answer.json["id"])


def attach(services: Services, entity_set: str, key: str, navigation: str = "documentAttachments") -> dict[str, Any]:
    answer = services.bc("POST", f"/{entity_set}({key})/{navigation}", {"fileName": "offer.pdf"})
    assert answer.status_code == 201, answer.data
    return dict(answer.json)


@pytest.mark.parametrize(("entity_set", "kind"), PARENTS.items())
def test_a_file_is_attached_read_and_taken_away(services: Services, entity_set: str, kind: str) -> None:
    key = parent(services, entity_set)
    row = attach(services, entity_set, key)
    assert (row["parentId"], row["parentType"], row["fileName"], row["byteSize"]) == (key, kind, "offer.pdf", 0)
    link = row["attachmentContent@odata.mediaEditLink"]
    assert link == f"http://localhost{BC_ROOT}/companies({COMPANY})/documentAttachments({row['id']})/attachmentContent"
    assert services.follow(link).status_code == 204
    assert services.client.patch(link, data=PDF, headers={"If-Match": row["@odata.etag"]}).status_code == 204
    assert services.follow(link).data == PDF
    now = services.bc("GET", f"/{entity_set}({key})/documentAttachments({row['id']})").json
    assert now["byteSize"] == len(PDF) and now["@odata.etag"] != row["@odata.etag"]
    stale = services.client.patch(link, data=b"", headers={"If-Match": row["@odata.etag"]})
    assert (stale.status_code, stale.json["error"]["code"]) == (409, "Request_EntityChanged")
    assert services.bc("DELETE", f"/documentAttachments({row['id']})").status_code == 204
    assert services.bc("GET", f"/{entity_set}({key})/documentAttachments").json["value"] == []


def test_an_attachment_is_created_in_the_set_and_found_by_its_parent(services: Services) -> None:
    first, second = parent(services, "customers"), parent(services, "customers")
    for key in (first, second):
        body = {"fileName": "a.txt", "parentType": "Customer", "parentId": key, "lineNumber": 10000}
        assert services.bc("POST", "/documentAttachments", body).status_code == 201
    found = services.bc("GET", f"/documentAttachments?$filter=parentId eq {first} and parentType eq 'Customer'")
    assert [row["parentId"] for row in found.json["value"]] == [first]
    shown = services.bc("GET", f"/customers({second})?$expand=documentAttachments($select=fileName)").json
    assert [row["fileName"] for row in shown["documentAttachments"]] == ["a.txt"]


def test_a_text_file_in_json_is_kept_byte_for_byte(services: Services) -> None:
    row = attach(services, "items", parent(services, "items"))
    content, address = b'{"a": 1}', f"/documentAttachments({row['id']})/attachmentContent"
    answer = services.bc("PATCH", address, content, Content_Type="application/json", If_Match="*")
    assert answer.status_code == 204
    assert services.bc("GET", address).data == content


def test_a_file_travels_in_a_json_batch_in_base64(services: Services) -> None:
    row = attach(services, "items", parent(services, "items"))
    address = f"companies({COMPANY})/documentAttachments({row['id']})/attachmentContent"
    headers = {"If-Match": "*", "Content-Type": "application/octet-stream"}
    parts = [
        {"method": "PATCH", "id": "1", "url": address, "headers": headers, "body": "-_8="},
        {"method": "GET", "id": "2", "url": address},
    ]
    answers = services.bc_root("POST", "/$batch", {"requests": parts}).json["responses"]
    assert [one["status"] for one in answers] == [204, 200]
    assert (answers[1]["headers"]["content-type"], answers[1]["body"]) == ("application/octet-stream", "-_8=")
    assert services.bc_root("GET", f"/{address}").data == b"\xfb\xff"


def test_attachments_go_on_with_their_document_and_away_with_their_parent(services: Services) -> None:
    quote = parent(services, "salesQuotes")
    row = attach(services, "salesQuotes", quote)
    services.bc("PATCH", f"/documentAttachments({row['id']})/attachmentContent", PDF, If_Match="*")
    made = services.bc("POST", f"/salesQuotes({quote})/Microsoft.NAV.makeOrder").headers["Location"]
    order = made.partition("/salesOrders(")[2][:-1]
    (copy,) = services.bc("GET", f"/salesOrders({order})/documentAttachments").json["value"]
    assert (copy["parentType"], copy["byteSize"]) == ("Sales_x0020_Order", len(PDF))
    assert services.follow(copy["attachmentContent@odata.mediaReadLink"]).data == PDF
    assert services.bc("GET", f"/documentAttachments({row['id']})").status_code == 404
    assert services.bc("DELETE", f"/salesOrders({order})").status_code == 204
    assert services.bc("GET", f"/documentAttachments({copy['id']})").status_code == 404


def test_the_older_attachments_are_those_of_documents(services: Services) -> None:
    order = parent(services, "salesOrders")
    row = attach(services, "salesOrders", order, "attachments")
    link = row["attachmentContent@odata.mediaEditLink"]
    assert services.client.patch(link, data=PDF, headers={"If-Match": "*"}).status_code == 204
    (read,) = services.bc("GET", f"/attachments?$filter=parentId eq {order}").json["value"]
    assert (read["id"], read["byteSize"]) == (row["id"], len(PDF))
    assert services.bc("GET", f"/salesOrders({order})/documentAttachments").json["value"] == []


CUSTOMER = "0d9a4a5e-4a0e-4d55-8f0f-8a3e5f6f7a01"


@pytest.mark.parametrize(
    ("method", "path", "body", "sentence"),
    [
        ("POST", "/documentAttachments", {"fileName": "a.txt"}, "You must specify a document id and a document type"),
        ("POST", "/documentAttachments", {"parentType": "Customer", "parentId": CUSTOMER}, "No document with the"),
        ("POST", "/documentAttachments", {"parentType": "Employee", "parentId": CUSTOMER}, "type Employee is not"),
        ("POST", "/attachments", {"parentType": "Customer", "parentId": CUSTOMER}, "Use documentAttachments API"),
        ("GET", "/attachments", None, "You must specify a document id to get the attachments."),
        ("PATCH", "/documentAttachments({row})", {"parentId": CUSTOMER}, "the key field parentId."),
        ("PATCH", "/documentAttachments({row})", {"byteSize": 5}, "Control 'byteSize' is read-only."),
        ("PATCH", "/documentAttachments({row})", {"attachmentContent": "QQ=="}, "attachmentContent"),
        ("GET", "/documentAttachments?$filter=attachmentContent ne null", None, "attachmentContent"),
        ("GET", "/documentAttachments?$orderby=attachmentContent", None, "attachmentContent"),
    ],
)
def test_what_is_no_attachment_is_refused(
    services: Services, method: str, path: str, body: dict[str, Any] | None, sentence: str
) -> None:
    row = attach(services, "customers", parent(services, "customers"))
    version = services.store.version("bc")
    answer = services.bc(method, path.replace("{row}", row["id"]), body, If_Match="*")
    assert answer.status_code == 400, answer.data
    assert sentence in answer.json["error"]["message"]
    assert services.store.version("bc") == version


@pytest.mark.parametrize("name", ["a/b.txt", "", "..", 'x"y', "a\tb"])
def test_a_name_that_no_file_can_have_is_replaced(services: Services, name: str) -> None:
    key = parent(services, "items")
    row = services.bc("POST", f"/items({key})/documentAttachments", {"fileName": name}).json
    assert row["fileName"] == "filename.txt"
