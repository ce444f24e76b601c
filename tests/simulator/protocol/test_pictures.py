"""Pictures: blank until their bytes are written, measured from them, part of the row they belong to."""

from __future__ import annotations

import struct
import zlib
from typing import Any

import pytest

from tests.simulator.protocol.service import BC_ROOT, COMPANY, Services

OWNERS = {"customers": "Customer", "vendors": "Vendor", "contacts": "Contact", "items": "Item"}


def png(width: int, height: int) -> bytes:
    header = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + header + struct.pack(">I", zlib.crc32(header))


JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF" + b"\0" * 10 + b"\xff\xc0\x00\x11\x08\x00\x05\x00\x09" + b"\0" * 8 + b"\xff\xd9"
IMAGES = {
    "image/png": png(9, 5),
    "image/gif": b"GIF89a\x09\x00\x05\x00" + b"\0" * 5,
    "image/bmp": b"BM" + b"\0" * 16 + struct.pack("<ii", 9, -5) + b"\0" * 8,
    "image/jpeg": JPEG,
}


def owner(services: Services, entity_set: str = "items") -> str:
    answer = services.bc("POST", f"/{entity_set}", {"displayName": "Lamp"})
    assert answer.status_code == 201, answer.data
    return f"/{entity_set}({answer.json['id']})"


def bare(answer: Any) -> dict[str, Any]:
    return {name: value for name, value in answer.json.items() if "@" not in name}


@pytest.mark.parametrize(("entity_set", "parent"), OWNERS.items())
def test_a_row_without_a_picture_has_a_blank_one(services: Services, entity_set: str, parent: str) -> None:
    row = owner(services, entity_set)
    answer = services.bc("GET", f"{row}/picture")
    key = row.partition("(")[2][:-1]
    assert answer.status_code == 200
    assert bare(answer) == {"id": key, "parentType": parent, "width": 0, "height": 0, "contentType": ""}
    assert answer.headers["ETag"] == answer.json["@odata.etag"]
    assert services.bc("GET", f"{row}/picture/pictureContent").status_code == 204


@pytest.mark.parametrize("content_type", IMAGES)
def test_the_bytes_written_are_read_back_and_measured(services: Services, content_type: str) -> None:
    row, content = owner(services), IMAGES[content_type]
    sent = services.bc("PATCH", f"{row}/picture/pictureContent", content, If_Match="*", Content_Type="image/x")
    assert (sent.status_code, sent.data) == (204, b"")
    read = services.bc("GET", f"{row}/picture/pictureContent")
    assert (read.status_code, read.data) == (200, content)
    assert read.headers["Content-Type"] == "application/octet-stream"
    picture = services.bc("GET", f"{row}/picture").json
    assert (picture["width"], picture["height"], picture["contentType"]) == (9, 5, content_type)


def test_the_links_of_a_picture_lead_to_its_bytes(services: Services) -> None:
    row = owner(services)
    picture = services.bc("GET", f"{row}/picture").json
    link = picture["pictureContent@odata.mediaEditLink"]
    assert link == picture["pictureContent@odata.mediaReadLink"]
    assert link.startswith(f"http://localhost{BC_ROOT}/companies({COMPANY}){row}/picture(")
    headers = {"If-Match": picture["@odata.etag"]}
    assert services.client.patch(link, data=JPEG, headers=headers).status_code == 204
    assert services.follow(link).data == JPEG
    assert services.follow(f"{link}/$value").data == JPEG


def test_a_picture_is_guarded_by_its_etag(services: Services) -> None:
    row = owner(services)
    address = f"{row}/picture/pictureContent"
    without = services.bc("PATCH", address, JPEG)
    assert (without.status_code, without.json["error"]["code"]) == (400, "BadRequest_InvalidToken")
    blank = services.bc("GET", f"{row}/picture").json["@odata.etag"]
    assert services.bc("PATCH", address, JPEG, If_Match=blank).status_code == 204
    stale = services.bc("PATCH", address, IMAGES["image/png"], If_Match=blank)
    assert (stale.status_code, stale.json["error"]["code"]) == (409, "Request_EntityChanged")
    assert services.bc("GET", address).data == JPEG


def test_a_changed_picture_is_a_change_of_its_row(services: Services) -> None:
    row = owner(services, "customers")
    before = services.bc("GET", row).json["@odata.etag"]
    services.bc("PATCH", f"{row}/picture/pictureContent", JPEG, If_Match="*")
    assert services.bc("GET", row).json["@odata.etag"] != before


def test_a_deleted_picture_is_blank_again_and_goes_with_its_row(services: Services) -> None:
    row = owner(services)
    for _ in range(2):
        services.bc("PATCH", f"{row}/picture/pictureContent", JPEG, If_Match="*")
        assert services.bc("DELETE", f"{row}/picture").status_code == 204
        assert services.bc("GET", f"{row}/picture").json["width"] == 0
        assert services.bc("GET", f"{row}/picture/pictureContent").status_code == 204
    services.bc("PATCH", f"{row}/picture/pictureContent", JPEG, If_Match="*")
    assert services.bc("DELETE", row).status_code == 204
    assert services.bc("GET", f"{row}/picture").status_code == 404
    with services.store.reading("bc", COMPANY) as world:
        assert world.count("pictures") == 0


def test_pictures_are_expanded_with_their_rows(services: Services) -> None:
    first, second = owner(services), owner(services)
    services.bc("PATCH", f"{first}/picture/pictureContent", JPEG, If_Match="*")
    rows = services.bc("GET", "/items?$expand=picture($select=width,pictureContent)&$select=id").json["value"]
    shown = {f"/items({row['id']})": row["picture"] for row in rows}
    assert (shown[first]["width"], shown[second]["width"]) == (9, 0)
    assert set(shown[first]) == {
        "@odata.etag", "width", "pictureContent@odata.mediaEditLink", "pictureContent@odata.mediaReadLink",
    }  # fmt: skip


@pytest.mark.parametrize("content", [b"", b"no image", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff\xff\xff", b"GIF89a"])
def test_bytes_that_are_no_image_are_refused(services: Services, content: bytes) -> None:
    row = owner(services)
    version = services.store.version("bc")
    answer = services.bc("PATCH", f"{row}/picture/pictureContent", content, If_Match="*")
    assert (answer.status_code, answer.json["error"]["code"]) == (400, "Application_DialogException")
    assert services.store.version("bc") == version


@pytest.mark.parametrize(
    ("method", "path", "status", "sentence"),
    [
        ("GET", "/pictures", 400, "You must get to the parent first"),
        ("GET", "/pictures(0d9a4a5e-4a0e-4d55-8f0f-8a3e5f6f7a01)", 400, "You must get to the parent first"),
        ("GET", "/pictures/$count", 400, "You must get to the parent first"),
        ("GET", "{row}/picture(0d9a4a5e-4a0e-4d55-8f0f-8a3e5f6f7a01)", 404, "The Picture does not exist."),
        ("GET", "{row}/picture/nope", 404, "'nope'"),
        ("POST", "{row}/picture", 405, "POST"),
        ("DELETE", "{row}/picture/pictureContent", 405, "DELETE"),
        ("PATCH", "{row}/picture", 400, "Control 'width' is read-only."),
        ("GET", "/items?$expand=picture($filter=width gt 1)", 501, "A filter on 'picture'"),
        ("GET", "/companyInformation?$filter=picture eq null", 400, "picture"),
    ],
)
def test_what_a_picture_does_not_offer_is_refused(
    services: Services, method: str, path: str, status: int, sentence: str
) -> None:
    row = owner(services)
    body = {"width": 5} if method in ("POST", "PATCH") else None
    answer = services.bc(method, path.replace("{row}", row), body, If_Match="*")
    assert answer.status_code == status, answer.data
    assert sentence in answer.json["error"]["message"]


def test_a_failed_batch_leaves_the_picture_as_it_was(services: Services) -> None:
    row = owner(services)
    services.bc("PATCH", f"{row}/picture/pictureContent", JPEG, If_Match="*")
    parts = [
        {"method": "DELETE", "id": "1", "url": f"companies({COMPANY}){row}/picture"},
        {"method": "PATCH", "id": "2", "url": f"companies({COMPANY}){row}", "headers": {"If-Match": "*"},
         "body": {"nope": 1}},
    ]  # fmt: skip
    answer = services.bc_root("POST", "/$batch", {"requests": parts}, Isolation="snapshot")
    assert answer.json["responses"][-1]["status"] == 400
    assert services.bc("GET", f"{row}/picture/pictureContent").data == JPEG


def test_bytes_travel_in_a_batch_as_they_are(services: Services) -> None:
    row, content = owner(services), IMAGES["image/png"] + b"\r\n\r\n--b\n\0\xff"
    path = f"{BC_ROOT}/companies({COMPANY}){row}/picture/pictureContent"
    head = f"PATCH {path} HTTP/1.1\r\nIf-Match: *\r\nContent-Type: image/png\r\n\r\n".encode()
    part = b"Content-Type: application/http\r\nContent-Transfer-Encoding: binary\r\n\r\n" + head + content
    body = b"--batch_1\r\n" + part + b"\r\n--batch_1--\r\n"
    answer = services.bc_root("POST", "/$batch", body, Content_Type="multipart/mixed; boundary=batch_1")
    assert b"204 No Content" in answer.data
    assert services.bc("GET", f"{row}/picture/pictureContent").data == content
