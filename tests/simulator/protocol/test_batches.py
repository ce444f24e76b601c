"""$batch in both forms: order, failures, change sets, references, isolation, limits."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.simulator.protocol.service import COMPANY, SALES_ROOT, Services

CUSTOMERS = f"companies({COMPANY})/customers"


def part(key: str, method: str, url: str, body: Any = None, **more: Any) -> dict[str, Any]:
    return {
        "id": key,
        "method": method,
        "url": url,
        "headers": {"Content-Type": "application/json"},
        "body": body,
        **more,
    }


def create(key: str, name: str, **more: Any) -> dict[str, Any]:
    return part(key, "POST", CUSTOMERS, {"displayName": name}, **more)


def names(services: Services) -> list[str]:
    return sorted(row["displayName"] for row in services.bc("GET", "/customers").json["value"])


def run(services: Services, *parts: dict[str, Any], **headers: str) -> list[dict[str, Any]]:
    answer = services.bc_root("POST", "/$batch", {"requests": list(parts)}, **headers)
    assert answer.status_code == 200, answer.data
    return list(answer.json["responses"])


def test_a_json_batch_answers_each_part_with_its_row(services: Services) -> None:
    made, read = run(
        services, create("1", "A"), part("2", "GET", f"companies({COMPANY})/customers?$select=displayName")
    )
    assert (made["id"], made["status"], made["body"]["displayName"]) == ("1", 201, "A")
    assert made["headers"]["odata-version"] == "4.0"
    assert [row["displayName"] for row in read["body"]["value"]] == ["A"]


def test_a_batch_stops_at_the_first_failure_and_keeps_what_came_before(services: Services) -> None:
    answers = run(services, create("1", "A"), create("2", ""), create("3", "C"))
    assert [one["status"] for one in answers] == [201, 400]
    assert names(services) == ["A"]


def test_a_batch_goes_on_when_asked(services: Services) -> None:
    answers = run(services, create("1", ""), create("2", "B"), Prefer="odata.continue-on-error")
    assert [one["status"] for one in answers] == [400, 201]
    assert names(services) == ["B"]


def test_snapshot_isolation_undoes_everything_though_parts_say_201(services: Services) -> None:
    answers = run(services, create("1", "A"), create("2", ""), Isolation="snapshot")
    assert [one["status"] for one in answers] == [201, 400]
    assert names(services) == [] and services.store.changes("bc") == []


def test_a_group_of_a_json_batch_is_all_or_nothing(services: Services) -> None:
    answers = run(
        services, create("1", "A", atomicityGroup="g"), create("2", "", atomicityGroup="g"), create("3", "C"),
        Prefer="odata.continue-on-error",
    )  # fmt: skip
    assert [one["status"] for one in answers] == [400, 400, 201]
    assert names(services) == ["C"]


def test_a_part_that_depends_on_a_failed_one_is_424(services: Services) -> None:
    answers = run(services, create("1", ""), create("2", "B", dependsOn=["1"]), Prefer="odata.continue-on-error")
    assert [one["status"] for one in answers] == [400, 424]


def test_a_batch_above_the_limit_is_refused_whole(services: Services) -> None:
    answer = services.bc_root("POST", "/$batch", {"requests": [create(str(n), "A") for n in range(101)]})
    assert answer.status_code == 500 and "'100'" in answer.json["error"]["message"]
    assert names(services) == []


@pytest.mark.parametrize("body", [b"{", {"requests": 5}, {"requests": [5]}, {"requests": [{"method": "GET"}]}, {}])
def test_a_broken_batch_is_a_400(services: Services, body: Any) -> None:
    answer = services.bc_root("POST", "/$batch", body, Content_Type="application/json")
    assert answer.status_code == 400, answer.data


def multipart(*parts: str, change_set: bool = False, newline: str = "\r\n") -> bytes:
    lines: list[str] = []
    inner = "cs" if change_set else "outer"
    if change_set:
        lines += ["--outer", "Content-Type: multipart/mixed; boundary=cs", ""]
    for number, text in enumerate(parts, 1):
        request, _, body = text.partition("\n")
        lines += [
            f"--{inner}", "Content-Type: application/http", "Content-Transfer-Encoding: binary",
            f"Content-ID: {number}", "", f"{request} HTTP/1.1", "Content-Type: application/json",
            "Accept: application/json", "", body,
        ]  # fmt: skip
    lines += ["--cs--"] if change_set else []
    return newline.join([*lines, "--outer--", ""]).encode()


def send(services: Services, body: bytes, **headers: str) -> Any:
    return services.sales("POST", "/$batch", body, Content_Type='multipart/mixed; boundary="outer"', **headers)


@pytest.mark.parametrize("newline", ["\r\n", "\n"])
def test_a_change_set_may_refer_to_what_it_made(services: Services, newline: str) -> None:
    body = multipart(
        f'POST {SALES_ROOT}/accounts\n{{"name":"Adatum"}}',
        'POST contacts\n{"lastname":"Berg","parentcustomerid_account@odata.bind":"$1"}',
        change_set=True, newline=newline,
    )  # fmt: skip
    answer = send(services, body)
    assert answer.status_code == 200 and answer.data.startswith(b"--batchresponse_")
    assert re.search(r"boundary=changesetresponse_", answer.text) and answer.text.count("204 No Content") == 2
    read = services.sales("GET", "/contacts?$select=lastname&$expand=parentcustomerid_account($select=name)").json
    assert read["value"][0]["parentcustomerid_account"]["name"] == "Adatum"


def test_a_failed_change_set_answers_one_part_and_writes_nothing(services: Services) -> None:
    body = multipart('POST accounts\n{"name":"A"}', 'POST accounts\n{"nope":1}', change_set=True)
    answer = send(services, body)
    assert answer.status_code == 400 and answer.text.count("HTTP/1.1 400") == 1
    assert "HTTP/1.1 204" not in answer.text
    assert services.sales("GET", "/accounts").json["value"] == []


def test_continue_on_error_answers_every_part(services: Services) -> None:
    body = multipart('POST accounts\n{"nope":1}', 'POST accounts\n{"name":"B"}')
    answer = send(services, body, Prefer="odata.continue-on-error")
    assert answer.status_code == 200
    assert re.findall(r"HTTP/1.1 (\d+)", answer.text) == ["400", "204"]
    stopped = send(services, body)
    assert stopped.status_code == 400 and re.findall(r"HTTP/1.1 (\d+)", stopped.text) == ["400"]


def test_a_part_whose_answer_is_refused_writes_nothing(services: Services) -> None:
    answers = run(services, part("1", "POST", f"{CUSTOMERS}?$select=nope", {"displayName": "A"}))
    assert [one["status"] for one in answers] == [400] and names(services) == []


def test_parts_that_look_alike_are_each_read_for_themselves(services: Services) -> None:
    headers = {"Prefer": "odata.continue-on-error"}
    parts = [create("1", "A"), create("2", "x" * 101), part("3", "POST", CUSTOMERS, [1]), create("4", "D")]
    answers = run(services, *parts, **headers)
    assert [one["status"] for one in answers] == [201, 400, 400, 201]
    assert [one["body"].get("displayName") for one in answers] == ["A", None, None, "D"]
    assert names(services) == ["A", "D"]


@pytest.mark.parametrize("newline", ["\r\n", "\n"])
def test_a_part_without_headers_keeps_its_body(services: Services, newline: str) -> None:
    lines = ("--outer", "Content-Type: application/http", "", f"POST {SALES_ROOT}/accounts HTTP/1.1", "")
    answer = send(services, newline.join((*lines, '{"name": "Bare"}', "--outer--", "")).encode())
    assert answer.status_code == 200 and "204 No Content" in answer.text
    assert services.sales("GET", "/accounts?$select=name").json["value"][0]["name"] == "Bare"


def test_an_unknown_reference_is_refused(services: Services) -> None:
    body = multipart('POST contacts\n{"lastname":"B","parentcustomerid_account@odata.bind":"$9"}', change_set=True)
    answer = send(services, body)
    assert "Content-ID Reference: '$9' does not exist in the batch context." in answer.text


def test_a_get_in_a_change_set_and_a_nested_batch_are_refused(services: Services) -> None:
    assert send(services, multipart("GET accounts\n", change_set=True)).status_code == 400
    assert send(services, multipart("POST $batch\n{}")).status_code == 400
    assert send(services, b"nothing").status_code == 400


def test_a_multipart_batch_works_on_business_central_too(services: Services) -> None:
    body = multipart(f'POST companies({COMPANY})/customers\n{{"displayName":"A"}}')
    answer = services.bc_root("POST", "/$batch", body, Content_Type="multipart/mixed; boundary=outer")
    assert answer.status_code == 200 and "HTTP/1.1 201 Created" in answer.text
    assert names(services) == ["A"]
