"""Images of rows: written as JSON, as bytes or in chunks; answered when selected, or at their own address."""

from __future__ import annotations

import re
from base64 import b64encode
from typing import Any

import pytest

from tests.simulator.protocol.service import Services
from tests.simulator.protocol.test_pictures import png

SMALL, LARGE = png(90, 90), png(300, 428)
OCTETS = "application/octet-stream"


@pytest.fixture
def row(services: Services) -> str:
    answer = services.sales("POST", "/accounts", {"name": "Adatum"})
    return f"/accounts({answer.headers['OData-EntityId'][-37:-1]})"


def put(services: Services, address: str, content: bytes, method: str = "PATCH", **headers: str) -> Any:
    sent = {"Content_Type": OCTETS, "x_ms_file_name": "logo.png", **headers}
    return services.sales(method, f"{address}/entityimage", content, **sent)


def full(services: Services, address: str) -> bytes:
    return bytes(services.sales("GET", f"{address}/entityimage/$value?size=full").data)


@pytest.mark.parametrize("entity_set", ["accounts", "contacts", "products", "systemusers"])
def test_an_image_is_written_with_its_row_and_shown_only_when_it_is_selected(
    services: Services, entity_set: str
) -> None:
    encoded = b64encode(SMALL).decode()
    names = {"accounts": "name", "products": "name"}.get(entity_set, "lastname")
    made = services.sales("POST", f"/{entity_set}", {names: "Adatum", "entityimage": encoded})
    assert made.status_code == 204, made.data
    address = f"/{entity_set}({made.headers['OData-EntityId'][-37:-1]})"
    whole = services.sales("GET", address).json
    assert "entityimage" not in whole and whole["entityimageid"] in whole["entityimage_url"]
    assert f"Timestamp={whole['entityimage_timestamp']}" in whole["entityimage_url"]
    selected = services.sales("GET", f"{address}?$select=entityimage").json
    assert selected["entityimage"] == encoded and "entityimageid" not in selected
    listed = services.sales("GET", f"/{entity_set}?$select={names},entityimage").json["value"]
    assert [one["entityimage"] for one in listed] == [encoded]


def test_bytes_are_written_and_read_at_the_images_own_address(services: Services, row: str) -> None:
    before = services.sales("GET", row).json
    assert put(services, row, SMALL, If_None_Match="null").status_code == 204
    read = services.sales("GET", f"{row}/entityimage/$value")
    assert (read.data, read.content_type) == (SMALL, OCTETS)
    assert services.sales("GET", f"{row}/entityimage").json["value"] == b64encode(SMALL).decode()
    after = services.sales("GET", row).json
    assert after["versionnumber"] > before["versionnumber"] and after["name"] == "Adatum"
    assert put(services, row, SMALL, If_Match='W/"1"').status_code == 412
    assert put(services, row, LARGE, "PUT", If_Match="*").status_code == 204
    assert full(services, row) == LARGE
    assert services.sales("GET", row).json["entityimageid"] != after["entityimageid"]


def test_a_thumbnail_is_not_made_but_refused_by_name(services: Services, row: str) -> None:
    put(services, row, LARGE)
    for address in (f"{row}/entityimage/$value", f"{row}/entityimage", f"{row}?$select=entityimage"):
        refused = services.sales("GET", address)
        assert refused.status_code == 501 and "thumbnail" in refused.json["error"]["message"]
    assert full(services, row) == LARGE


def test_an_image_stays_when_other_columns_change_and_comes_back_with_what_is_undone(
    services: Services, row: str
) -> None:
    put(services, row, SMALL)
    services.sales("PATCH", row, {"telephone1": "1"})
    assert full(services, row) == SMALL
    part = (
        "--c\r\nContent-Type: application/http\r\nContent-ID: {}\r\n\r\nPATCH {} HTTP/1.1\r\n"
        "Content-Type: application/json\r\n\r\n{}\r\n"
    )
    changes = (f'{{"entityimage": "{b64encode(LARGE).decode()}", "telephone1": "2"}}', '{"nonsense": 1}')
    parts = "".join(part.format(n, f"/api/data/v9.2{row}", body) for n, body in enumerate(changes, 1))
    body = f"--b\r\nContent-Type: multipart/mixed; boundary=c\r\n\r\n{parts}--c--\r\n--b--\r\n"
    assert (
        services.sales("POST", "/$batch", body.encode(), Content_Type="multipart/mixed; boundary=b").status_code == 400
    )
    assert full(services, row) == SMALL and services.sales("GET", row).json["telephone1"] == "1"


@pytest.mark.parametrize("how", ["patch", "put", "delete"])
def test_an_image_is_removed_in_three_ways(services: Services, row: str, how: str) -> None:
    put(services, row, SMALL)
    answer = {
        "patch": lambda: services.sales("PATCH", row, {"entityimage": None}),
        "put": lambda: services.sales("PUT", f"{row}/entityimage", {"value": None}),
        "delete": lambda: services.sales("DELETE", f"{row}/entityimage"),
    }[how]()
    assert answer.status_code == 204, answer.data
    assert services.sales("GET", f"{row}/entityimage/$value?size=full").status_code == 204
    gone = services.sales("GET", f"{row}?$select=entityimage,entityimage_url,entityimageid").json
    assert (gone["entityimage"], gone["entityimage_url"], gone["entityimageid"]) == (None, None, None)


@pytest.mark.parametrize(
    ("content", "code"),
    [(b"no picture", "0x80072553"), (SMALL + b"\0" * 10 * 1024 * 1024, "0x80072553")],
)
def test_what_is_no_image_or_too_large_is_refused(services: Services, row: str, content: bytes, code: str) -> None:
    put(services, row, SMALL)
    refused = put(services, row, content)
    assert (refused.status_code, refused.json["error"]["code"]) == (400, code)
    assert full(services, row) == SMALL
    for value in (7, "no base64!", [], b64encode(b"no picture").decode()):
        assert services.sales("PATCH", row, {"entityimage": value}).status_code == 400
    assert full(services, row) == SMALL
    assert services.sales("GET", "/accounts?$filter=entityimage eq null").status_code == 400


def begin(services: Services, row: str) -> str:
    answer = services.sales("PATCH", f"{row}/entityimage?x-ms-file-name=logo.png", b"", x_ms_transfer_mode="chunked")
    assert (answer.status_code, answer.headers["x-ms-chunk-size"]) == (200, "4194304")
    return str(re.sub(".*/api/data/v9.2", "", answer.headers["Location"]))


def send(services: Services, address: str, content: bytes, start: int, total: int) -> int:
    told = f"bytes {start}-{start + len(content) - 1}/{total}"
    return int(services.sales("PATCH", address, content, Content_Type=OCTETS, Content_Range=told).status_code)


def test_an_image_arrives_in_chunks(services: Services, row: str) -> None:
    address, total = begin(services, row), len(LARGE)
    assert send(services, address, LARGE[:20], 0, total) == 206
    assert services.sales("GET", row).json["entityimageid"] is None
    assert send(services, address, LARGE[25:], 25, total) == 400  # a hole
    assert send(services, address, LARGE[:20], 0, total) == 400  # once more
    assert send(services, address, LARGE[20:], 20, total) == 204
    assert full(services, row) == LARGE
    assert send(services, address, LARGE[:20], 0, total) == 400  # it is over


@pytest.mark.parametrize("told", ["", "bytes", "bytes 0-2/2", "bytes 0-9/99", "bytes 1-3/9", "bytes 0-2/99999999999"])
def test_a_chunk_that_is_not_told_rightly_is_refused(services: Services, row: str, told: str) -> None:
    address = begin(services, row)
    refused = services.sales("PATCH", address, b"abc", Content_Type=OCTETS, Content_Range=told)
    assert (refused.status_code, refused.json["error"]["code"]) == (400, "0x80060888")
    other = services.sales("POST", "/accounts", {"name": "B"}).headers["OData-EntityId"][-37:-1]
    foreign = re.sub(r"accounts\([^)]*\)", f"accounts({other})", address)
    assert send(services, foreign, b"abc", 0, 9) == 400


def test_definitions_tell_which_column_is_an_image(services: Services) -> None:
    assert services.sales("GET", "/EntityDefinitions(LogicalName='account')").json["PrimaryImageAttribute"] == (
        "entityimage"
    )
    column = services.sales("GET", "/EntityDefinitions(LogicalName='account')/Attributes(LogicalName='entityimage')")
    assert column.json["AttributeTypeName"] == {"Value": "ImageType"} and column.json["MaxSizeInKB"] == 10240
    assert b'Name="entityimage" Type="Edm.Binary"' in services.sales("GET", "/$metadata").data
