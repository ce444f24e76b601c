"""Batches: what is sent, and that no answer is ever taken for another operation's."""

from __future__ import annotations

import random
from typing import Any

import orjson
import pytest

from flask_coupling.endpoints.batch import (
    Part,
    Reply,
    Result,
    arrange,
    carry_all,
    chunks,
    read_json,
    read_multipart,
    write_json,
    write_multipart,
)
from flask_coupling.endpoints.endpoint import Outcome
from flask_coupling.endpoints.wire import Answer
from flask_coupling.errors import CouplingError, ServiceGarbled, ServiceTimeout, ValueRefused

IDS = [f"{number:08d}-0000-0000-0000-000000000000" for number in range(5)]
PARTS = [Part("PATCH", f"accounts({id})", {"If-Match": 'W/"1"'}, {"name": "x"}, "accountid", id) for id in IDS]


def _multipart(*replies: tuple[int, Any], numbers: list[int] | None = None, newline: str = "\r\n") -> Answer:
    """An answer as Dataverse writes it: status and row (or None) of each part."""
    lines: list[str] = []
    for place, (status, row) in enumerate(replies):
        content_id = [f"Content-ID: {numbers[place]}"] if numbers else []
        lines += ["--batchresponse_7", "Content-Type: application/http", "Content-Transfer-Encoding: binary"]
        lines += [*content_id, "", f"HTTP/1.1 {status} Whatever", "OData-Version: 4.0"]
        lines += ["", orjson.dumps(row).decode()] if row is not None else ["", ""]
    body = newline.join([*lines, "--batchresponse_7--", ""])
    return Answer("Sales", 200, {"Content-Type": "multipart/mixed; boundary=batchresponse_7"}, body.encode())


def _row(id: str) -> dict[str, str]:
    return {"accountid": id, "name": "-- boundary\n--batchresponse_7"}


def _kept(results: list[Result]) -> list[str | None]:
    return [
        result.content.get("accountid") if isinstance(result, Reply) and result.content else None for result in results
    ]


def test_a_multipart_batch_holds_each_operation_by_itself() -> None:
    kind, body = write_multipart(PARTS[:2], "/api/data/v9.2", "Sales")
    boundary = kind.partition('boundary="')[2].rstrip('"').encode()
    first, second = body.split(b"--" + boundary)[1:-1]
    assert b"changeset" not in body
    assert first.startswith(
        b"\r\nContent-Type: application/http\r\nContent-Transfer-Encoding: binary\r\nContent-ID: 1\r\n"
    )
    assert f"PATCH /api/data/v9.2/accounts({IDS[0]}) HTTP/1.1\r\n".encode() in first
    assert b'\r\nIf-Match: W/"1"\r\n\r\n{"name":"x"}\r\n' in first
    assert b"Content-ID: 2\r\n" in second
    assert body.endswith(b"--" + boundary + b"--\r\n")


@pytest.mark.parametrize(
    "part",
    [
        Part("DELETE", "accounts(1)\r\nEvil: 1"),
        Part("DELETE", "accounts(1)\nEvil: 1"),
        Part("DELETE", "accounts(1)\rEvil: 1"),
        Part("DELETE", "accounts(1)", {"If-Match": "x\r\nEvil: 1"}),
        Part("PATCH", "accounts(1)", {"If-Match": "x\n\n{}"}, {}),
    ],
)
def test_a_line_break_in_an_id_or_header_is_refused(part: Part) -> None:
    with pytest.raises(ValueRefused, match="line break"):
        write_multipart([part], "/api", "Sales")


@pytest.mark.parametrize("newline", ["\r\n", "\n"])
def test_multipart_replies_are_read_whatever_their_line_ends(newline: str) -> None:
    error = {"error": {"code": "0x1", "message": "no"}}
    replies = read_multipart(_multipart((201, _row(IDS[0])), (204, None), (412, error), newline=newline))
    assert [(reply.status, reply.content) for reply in replies] == [(201, _row(IDS[0])), (204, None), (412, error)]
    assert replies[2].headers["Odata-Version"] == "4.0"


@pytest.mark.parametrize("cut", range(20, 420, 13))
def test_a_multipart_answer_that_was_cut_off_is_garbled(cut: int) -> None:
    answer = _multipart((200, _row(IDS[0])), (204, None), (200, _row(IDS[1])))
    assert cut < len(answer.body) - 4
    with pytest.raises(ServiceGarbled):
        read_multipart(Answer("Sales", 200, answer.headers, answer.body[:cut]))


def test_an_answer_without_a_boundary_is_garbled() -> None:
    with pytest.raises(ServiceGarbled, match="boundary"):
        read_multipart(Answer("Sales", 200, {"Content-Type": "application/json"}, b"{}"))


def test_replies_in_order_are_taken_as_they_come() -> None:
    replies = read_multipart(_multipart(*((200, _row(id)) for id in IDS[:4]), (412, {"error": {}})))
    results = arrange(replies, PARTS, "Sales")
    assert _kept(results) == [*IDS[:4], None]
    assert isinstance(results[4], Reply)
    assert results[4].status == 412


def test_no_reply_is_ever_taken_for_another_operations() -> None:
    """Random order, missing parts, with and without Content-ID: each operation has its own reply or none."""
    seed = random.randrange(10**6)
    rng = random.Random(seed)
    for _ in range(300):
        order = rng.sample(range(5), rng.randint(0, 5))
        has_numbers = rng.random() < 0.5
        statuses = {place: rng.choice([200, 412]) for place in order}
        answer = _multipart(
            *((statuses[place], _row(IDS[place]) if statuses[place] == 200 else {"error": {}}) for place in order),
            numbers=[place + 1 for place in order] if has_numbers else None,
        )
        results = arrange(read_multipart(answer), PARTS, "Sales")
        for place, result in enumerate(results):
            if isinstance(result, Reply) and result.is_success:
                assert result.content["accountid"] == IDS[place], f"seed {seed}"
            if has_numbers and isinstance(result, Reply):
                assert result.status == statuses[place], f"seed {seed}"
            if place in order and statuses[place] == 200:
                assert isinstance(result, Reply), f"seed {seed}"


def test_a_missing_reply_is_an_error_that_may_have_been_carried_out() -> None:
    results = arrange(read_multipart(_multipart((204, None), (204, None))), PARTS[:3], "Sales")
    assert all(isinstance(result, ServiceGarbled) and result.facts["sent"] for result in results)


def test_a_json_batch_names_its_parts() -> None:
    sent = orjson.loads(write_json([Part("GET", "customers"), PARTS[0]]))
    assert [each["id"] for each in sent["requests"]] == ["0", "1"]
    assert sent["requests"][0] == {"id": "0", "method": "GET", "url": "customers", "headers": {}}
    assert sent["requests"][1]["headers"] == {"Content-Type": "application/json", "If-Match": 'W/"1"'}


def test_json_replies_are_sorted_by_their_names() -> None:
    content = {"responses": [{"id": "2", "status": 204}, {"id": "0", "status": 200, "body": {"a": 1}}]}
    first, second, third = read_json(content, 3, "BC")
    assert isinstance(first, Reply)
    assert (first.status, first.content) == (200, {"a": 1})
    assert isinstance(second, ServiceGarbled)
    assert isinstance(third, Reply)


@pytest.mark.parametrize(
    "content",
    [
        None,
        [],
        {},
        {"responses": None},
        {"responses": [7]},
        {"responses": [{"id": "0"}]},
        {"responses": [{"id": "0", "status": "x"}]},
        {"responses": [{"id": "9", "status": 200}]},
        {"responses": [{"id": None, "status": 200}]},
        {"responses": [{"id": "0", "status": 200}, {"id": "0", "status": 200}]},
    ],
)
def test_a_json_answer_of_another_shape_is_garbled(content: Any) -> None:
    with pytest.raises(ServiceGarbled):
        read_json(content, 2, "BC")


def test_portions_keep_the_order() -> None:
    assert chunks([1, 2, 3, 4, 5], 2) == [[1, 2], [3, 4], [5]]
    assert chunks([], 2) == []


@pytest.mark.parametrize("parallel", [1, 3])
def test_portions_answered_before_a_failure_are_known(parallel: int) -> None:
    def carry(numbers: Any) -> list[Outcome]:
        if 4 in numbers:
            raise ServiceTimeout(service="BC", seconds=1)
        return [Outcome()] * len(numbers)

    known, error = carry_all([[0, 1], [2, 3], [4, 5], [6, 7]], carry, parallel)
    assert isinstance(error, CouplingError)
    assert {0, 1, 2, 3} <= set(known)
    assert not {4, 5} & set(known)
    if parallel == 1:
        assert set(known) == {0, 1, 2, 3}  # nothing is begun after the failure
