"""The line to one service: what is repeated, what is waited for, and what every failure is called."""

from __future__ import annotations

import logging
import socket
import threading
from contextlib import closing, suppress
from typing import Any

import pytest
import requests
import responses
from urllib3.exceptions import NewConnectionError

from flask_coupling.endpoints.clock import SYSTEM_CLOCK
from flask_coupling.endpoints.endpoint import Verb
from flask_coupling.endpoints.refusal import BUSINESS_CENTRAL, SALES, Subject, clean_message
from flask_coupling.endpoints.settings import TransportSettings
from flask_coupling.endpoints.transport import Exchange, Transport
from flask_coupling.endpoints.wire import Wire
from flask_coupling.errors import (
    CouplingError,
    CredentialsRejected,
    CursorExpired,
    DuplicateRecord,
    EnvironmentUnknown,
    FieldUnknown,
    PermissionMissing,
    QueryRefused,
    RecordNotFound,
    ServiceError,
    ServiceFailed,
    ServiceGarbled,
    ServiceThrottled,
    ServiceTimeout,
    ServiceUnreachable,
    StaleRecordConflictError,
    TableUnknown,
    ValueRefused,
)

from .helpers import BC_ROOT, SECRET, TOKEN, TOKEN_URL, FakeClock, answer_token, make_transport

URL = f"{BC_ROOT}/x"
OK: dict[str, Any] = {"json": {"value": []}}
SLOW_DOWN = {"error": {"code": "Application_TooManyRequests", "message": "Too many requests reached."}}
REFUSED_CONNECTION = requests.ConnectionError(NewConnectionError(None, "refused"))  # type: ignore[arg-type]
RESET = requests.ConnectionError("Connection aborted.")


@pytest.fixture
def time() -> FakeClock:
    return FakeClock()


@pytest.fixture
def mock() -> Any:
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        answer_token(mock)
        yield mock


def _answers(mock: responses.RequestsMock, method: str, *answers: dict[str, Any]) -> None:
    for answer in answers:
        mock.add(method, URL, **answer)


REPEATED: list[tuple[str, dict[str, Any], list[float]]] = [
    ("GET", {"status": 500}, [1]),
    ("GET", {"status": 503}, [1]),
    ("GET", {"body": RESET}, [1]),
    ("GET", {"body": requests.ReadTimeout()}, [1]),
    ("GET", {"body": REFUSED_CONNECTION}, [1]),
    ("POST", {"body": REFUSED_CONNECTION}, [1]),
    ("POST", {"status": 429, "json": SLOW_DOWN}, [1]),
    ("POST", {"status": 429, "headers": {"Retry-After": "12"}}, [12]),
    ("POST", {"status": 503, "headers": {"Retry-After": "9"}}, [9]),
]

NOT_REPEATED: list[tuple[str, dict[str, Any], type[ServiceError]]] = [
    ("POST", {"status": 500}, ServiceFailed),
    ("POST", {"status": 503}, ServiceFailed),
    ("POST", {"status": 504}, ServiceFailed),
    ("POST", {"body": RESET}, ServiceUnreachable),
    ("POST", {"body": requests.ReadTimeout()}, ServiceTimeout),
]


@pytest.mark.parametrize(("method", "failure", "sleeps"), REPEATED)
def test_a_request_that_changed_nothing_is_repeated(
    mock: responses.RequestsMock, time: FakeClock, method: str, failure: dict[str, Any], sleeps: list[float]
) -> None:
    _answers(mock, method, failure, OK)
    transport = make_transport(clock=time)
    assert transport.send(method, "x", body=b"{}").json() == {"value": []}
    assert time.sleeps == sleeps
    assert transport.requests_made == 3  # the token's, and two


def test_of_two_lines_that_share_tokens_the_one_that_asked_for_one_counts_it(
    mock: responses.RequestsMock,
) -> None:
    _answers(mock, "GET", OK)
    line = make_transport()
    first, second = line.apart(), line.apart()
    for asking in (first, second, second):
        asking.get("x")
    assert (line.requests_made, first.requests_made, second.requests_made) == (0, 2, 2)
    assert first.requests_made + second.requests_made == len(mock.calls)


@pytest.mark.parametrize(("method", "failure", "kind"), NOT_REPEATED)
def test_a_write_that_may_have_been_carried_out_is_never_repeated(
    mock: responses.RequestsMock, method: str, failure: dict[str, Any], kind: type[ServiceError]
) -> None:
    _answers(mock, method, failure, OK)
    transport = make_transport()
    with pytest.raises(kind) as caught:
        transport.send(method, "x", body=b"{}")
    assert transport.requests_made == 2
    assert caught.value.retry_after is not None


def test_a_write_declared_repeatable_is_repeated(mock: responses.RequestsMock) -> None:
    _answers(mock, "POST", {"status": 502}, OK)
    assert make_transport().send("POST", "x", repeatable=True).status == 200


def test_repeating_ends_after_the_set_number(mock: responses.RequestsMock, time: FakeClock) -> None:
    _answers(mock, "GET", {"status": 502, "body": "<html>bad gateway</html>", "content_type": "text/html"})
    transport = make_transport(clock=time)
    with pytest.raises(ServiceFailed, match="502"):
        transport.get("x")
    assert transport.requests_made == 1 + 3
    assert time.sleeps == [1, 2]


DATES = [
    ("Sun, 22 Nov 2026 10:00:30 GMT", "Sun, 22 Nov 2026 10:00:00 GMT", [30.0]),
    ("Sun, 22 Nov 2026 09:00:00 GMT", "Sun, 22 Nov 2026 10:00:00 GMT", []),
    ("nonsense", "Sun, 22 Nov 2026 10:00:00 GMT", [1.0]),
    ("nan", "", [1.0]),
    ("-5", "", []),
    ("2.5", "", [2.5]),
]


@pytest.mark.parametrize(("asked", "date", "sleeps"), DATES)
def test_a_wait_may_be_a_date_counted_by_the_services_own_clock(
    mock: responses.RequestsMock, time: FakeClock, asked: str, date: str, sleeps: list[float]
) -> None:
    headers = {"Retry-After": asked, **({"Date": date} if date else {})}
    _answers(mock, "GET", {"status": 429, "headers": headers}, OK)
    make_transport(clock=time).get("x")
    assert time.sleeps == sleeps


def test_a_date_without_the_services_clock_is_counted_by_ours(mock: responses.RequestsMock) -> None:
    _answers(mock, "GET", {"status": 429, "headers": {"Retry-After": "Sun, 22 Nov 2026 10:00:30 GMT"}}, OK)
    time = FakeClock(start=1795341600 + 10)
    make_transport(clock=time).get("x")
    assert time.sleeps == [20]


@pytest.mark.parametrize(("asked", "retry_after"), [("61", 61), ("86400", 3600)])
def test_a_wait_too_long_to_sit_out_is_raised_and_holds_back_everything(
    mock: responses.RequestsMock, time: FakeClock, asked: str, retry_after: float
) -> None:
    _answers(mock, "GET", {"status": 429, "headers": {"Retry-After": asked}}, OK)
    transport = make_transport(clock=time)
    for path in ("x", "x"):
        with pytest.raises(ServiceThrottled) as caught:
            transport.get(path)
        assert caught.value.retry_after == pytest.approx(retry_after)
    assert transport.requests_made == 2
    time.now += retry_after
    assert transport.get("x").status == 200
    assert time.sleeps == []


def test_no_request_of_any_thread_is_sent_inside_a_wait(mock: responses.RequestsMock, time: FakeClock) -> None:
    sent_at: list[float] = []
    pending = iter([(429, {"Retry-After": "30"}, "")])

    def answer(_: requests.PreparedRequest) -> tuple[int, dict[str, str], str]:
        sent_at.append(time.now)
        return next(pending, (200, {}, '{"value":[]}'))

    mock.add_callback("GET", URL, answer, content_type="application/json")
    transport, start = make_transport(clock=time), time.now
    transport.hold_all(20, 0)
    threads = [threading.Thread(target=transport.get, args=("x",), daemon=True) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert len(sent_at) == 4
    assert min(sent_at) >= start + 20
    assert max(sent_at) >= start + 50


def test_a_refused_token_is_renewed_once(mock: responses.RequestsMock) -> None:
    _answers(mock, "PATCH", {"status": 401}, OK)
    transport = make_transport()
    assert transport.send("PATCH", "x", body=b"{}").status == 200
    assert transport.requests_made == 4


def test_a_token_refused_twice_means_rejected_credentials(mock: responses.RequestsMock) -> None:
    _answers(mock, "GET", {"status": 401})
    with pytest.raises(CredentialsRejected, match="the-client"):
        make_transport().get("x")


GARBLED: list[tuple[dict[str, Any], str]] = [
    ({"body": "<html>Welcome</html>", "content_type": "text/html"}, "text/html"),
    ({"body": '{"value":[', "content_type": "application/json"}, "not whole JSON"),
    ({"status": 302, "headers": {"Location": "https://evil.example"}}, "redirect"),
    ({"body": "x" * 2000, "content_type": "application/json"}, "more than 1000 bytes"),
    ({"status": 404, "body": "<html>no</html>", "content_type": "text/html"}, ""),
]


@pytest.mark.parametrize(("answer", "words"), GARBLED[:-1])
def test_an_answer_that_is_not_the_protocols_is_garbled(
    mock: responses.RequestsMock, answer: dict[str, Any], words: str
) -> None:
    _answers(mock, "GET", answer)
    with pytest.raises(ServiceGarbled, match=words):
        make_transport(max_body=1000).get("x").json()


BC = BUSINESS_CENTRAL
READ, MADE = Subject("customers"), Subject("customers", "", Verb.CREATE)
ID = "11111111-1111-1111-1111-111111111111"
OTHER = "22222222-2222-2222-2222-222222222222"
WRITTEN = Subject("customers", ID, Verb.UPDATE)

REFUSALS = [
    (BC, 409, "Request_EntityChanged", "Another user has already changed it.", WRITTEN, StaleRecordConflictError),
    (BC, 400, "Internal_EntityWithSameKeyExists", "The Customer already exists.", MADE, DuplicateRecord),
    (BC, 409, "Internal_EntityWithSameKeyExists", "The Customer already exists.", MADE, DuplicateRecord),
    (BC, 400, "BadRequest_NotFound", "Could not find a property named 'x' on type 'customer'.", READ, FieldUnknown),
    (BC, 404, "BadRequest_ResourceNotFound", "Resource not found for the segment 'x'.", READ, TableUnknown),
    (BC, 404, "Internal_RecordNotFound", f"The Customer does not exist. SystemId='{ID}'", WRITTEN, RecordNotFound),
    (BC, 404, "NoEnvironment", "Environment does not exist.", READ, EnvironmentUnknown),
    (BC, 403, "Authorization_RequestDenied", "Sorry, the current permissions prevented it.", READ, PermissionMissing),
    (BC, 401, "Authorization_RequestDenied", "Sorry, the current permissions prevented it.", READ, PermissionMissing),
    (BC, 400, "Application_StringExceededLength", "The length of the string is 57.", WRITTEN, ValueRefused),
    (BC, 400, "BadRequest_InvalidRequestUrl", "The 'OR' operator is not supported.", READ, QueryRefused),
    (BC, 501, "BadRequest_MethodNotImplemented", "Entity does not support insert.", MADE, ValueRefused),
    (BC, 429, "Application_TooManyRequests", "Too many requests reached.", READ, ServiceThrottled),
    (BC, 500, "Internal_ServerError", "An error occurred.", READ, ServiceFailed),
    (BC, 413, "", "", READ, ServiceGarbled),
    (SALES, 412, "0x80060882", "The version of the existing record doesn't match.", WRITTEN, StaleRecordConflictError),
    (SALES, 412, "0x80040237", "Cannot insert duplicate key.", MADE, DuplicateRecord),
    (SALES, 412, "0x80060892", "Entity Key k violated.", WRITTEN, DuplicateRecord),
    (SALES, 412, "", "A record with matching key values already exists.", MADE, DuplicateRecord),
    (SALES, 404, "0x80040217", f"account With Id = {ID.upper()} Does Not Exist", WRITTEN, RecordNotFound),
    (SALES, 404, "0x80040217", f"contact With Id = {OTHER} Does Not Exist", WRITTEN, ValueRefused),
    (SALES, 400, "0x80048d19", "Error identified in Payload ---->  InnerException : Microsoft.OData.ODataException: "
     "The property 'x' does not exist on type 'Microsoft.Dynamics.CRM.account'.", WRITTEN, FieldUnknown),
    (SALES, 400, "0x80044331", "The length of the 'name' attribute exceeded the maximum.", WRITTEN, ValueRefused),
    (SALES, 403, "0x80040220", "Principal user is missing prvCreateAccount privilege.", MADE, PermissionMissing),
    (SALES, 410, "", "gone", READ, CursorExpired),
    (SALES, 400, "0x80044352", "expired version stamp", READ, CursorExpired),
    (SALES, 429, "0x80072322", "Number of requests exceeded the limit.", READ, ServiceThrottled),
]  # fmt: skip


@pytest.mark.parametrize(("dialect", "status", "code", "message", "subject", "kind"), REFUSALS)
def test_each_refusal_becomes_the_error_that_says_who_can_help(
    dialect: Any, status: int, code: str, message: str, subject: Subject, kind: type[CouplingError]
) -> None:
    error = dialect.refusal(status, {"error": {"code": code, "message": message}}, subject)
    assert type(error) is kind
    assert "?" not in error.message.replace(".?", "") or kind is EnvironmentUnknown
    assert error.facts.get("http_status", status) == status


def test_the_services_words_lose_their_reference_numbers() -> None:
    said = f"A value\n is wrong.  CorrelationId:  {ID}."
    assert clean_message(said) == "A value is wrong."
    preface = (
        "Error identified in Payload ---->  InnerException : Microsoft.OData.ODataException: Cannot convert 'abc'."
    )
    assert clean_message(preface) == "Cannot convert 'abc'."


def test_an_unknown_property_is_named() -> None:
    message = "Could not find a property named 'colour' on type 'Microsoft.NAV.customer'."
    error = BC.refusal(400, {"error": {"code": "BadRequest_NotFound", "message": message}}, READ)
    assert error.facts["field"] == "colour"
    assert "colour in customers" in str(error)


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b'{"error":"x"}', b'{"error":{"code":null}}', None])
def test_a_refusal_without_an_explanation_is_still_an_error_of_ours(body: bytes | None) -> None:
    for status in (400, 403, 404, 412, 418, 429, 500, 503):
        assert isinstance(BC.refusal(status, body, WRITTEN), CouplingError)


def test_secrets_are_in_no_error_log_or_text(mock: responses.RequestsMock, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    told: list[Exchange] = []
    echo = {"error": {"code": "BadRequest", "message": f"Bad header: Bearer {TOKEN} of {SECRET}"}}
    _answers(mock, "POST", {"status": 400, "json": echo})
    transport = make_transport(on_exchange=told.append)
    with pytest.raises(QueryRefused, match="Bad header") as caught:
        transport.send("POST", "x?$filter=secret", body=b"{}")
    written = f"{caplog.text}{caught.value}{caught.value!r}{caught.value.facts}{transport!r}{vars(transport)}{told}"
    assert SECRET not in written
    assert TOKEN not in written
    assert "path=/x " in caplog.text


def test_each_exchange_is_told_with_both_sides_names_of_it(mock: responses.RequestsMock) -> None:
    told: list[Exchange] = []
    _answers(mock, "GET", {**OK, "headers": {"request-id": "theirs"}})
    make_transport(on_exchange=told.append).get("x?$top=1")
    exchange = told[0]
    sent = mock.calls[-1].request
    assert (exchange.method, exchange.path, exchange.status, exchange.request_id) == ("GET", "/x", 200, "theirs")
    assert sent.headers["client-request-id"] == exchange.correlation_id
    assert sent.headers["Authorization"] == f"Bearer {TOKEN}"


def test_a_link_to_another_host_is_not_even_asked_for(mock: responses.RequestsMock) -> None:
    transport = make_transport()
    with pytest.raises(ServiceGarbled, match="leads elsewhere"):
        transport.get("https://evil.example/x")
    assert transport.requests_made == 0


def test_a_netrc_file_does_not_replace_the_token(
    mock: responses.RequestsMock, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine api.businesscentral.dynamics.com login other password word\n")
    monkeypatch.setenv("NETRC", str(netrc))
    _answers(mock, "GET", OK)
    make_transport().get("x")
    assert mock.calls[-1].request.headers["Authorization"] == f"Bearer {TOKEN}"


# --- over a real socket: what mocks cannot show -----------------------------------------------------------------------


def _serve(*pieces: bytes) -> tuple[str, threading.Thread]:
    """A server of one connection that sends these pieces and closes."""
    server = socket.create_server(("127.0.0.1", 0))

    def run() -> None:
        # whoever has given up on us is not our trouble
        with suppress(OSError), closing(server), closing(server.accept()[0]) as peer:
            peer.recv(65536)
            for piece in pieces:
                peer.sendall(piece)

    thread = threading.Thread(target=run)
    thread.start()
    return f"http://127.0.0.1:{server.getsockname()[1]}/", thread


HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
CUT = [
    (HEAD + b"Content-Length: 100\r\n\r\n", b'{"value":'),
    (HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b'5\r\n{"val\r\n'),
    (HEAD + b"Content-Encoding: gzip\r\nContent-Length: 5\r\n\r\n", b"not g"),
]


@pytest.mark.parametrize("pieces", CUT)
def test_a_body_that_is_cut_off_is_garbled(pieces: tuple[bytes, ...]) -> None:
    url, thread = _serve(*pieces)
    with pytest.raises(ServiceGarbled) as caught:
        Wire("BC", TransportSettings(allow_insecure=True), SYSTEM_CLOCK, 1).send("GET", url, {})
    thread.join(10)
    assert caught.value.facts["sent"] is True


def test_an_answer_that_drips_is_given_up_when_its_time_is_over() -> None:
    """The line is never silent, so only the time of the whole answer can end it."""
    time = FakeClock()
    ticks = iter(range(1000))
    clock = type(time.clock)(monotonic=lambda: float(next(ticks)), wall=time.clock.wall, sleep=time.clock.sleep)
    url, thread = _serve(HEAD + b"Content-Length: 9\r\n\r\n", b'{"a":', b" ", b" ", b" 1}")
    with pytest.raises(ServiceTimeout, match="within 0 seconds"):
        Wire("BC", TransportSettings(allow_insecure=True, answer_timeout=0.1), clock, 1).send("GET", url, {})
    thread.join(10)


def test_a_silent_line_is_a_timeout_that_may_have_been_carried_out() -> None:
    server = socket.create_server(("127.0.0.1", 0))
    settings = TransportSettings(allow_insecure=True, read_timeout=0.05)
    with closing(server), pytest.raises(ServiceTimeout) as caught:
        Wire("BC", settings, SYSTEM_CLOCK, 1).send("GET", f"http://127.0.0.1:{server.getsockname()[1]}/", {})
    assert caught.value.facts["sent"] is True


def test_a_connection_reset_after_sending_says_so() -> None:
    url, thread = _serve()
    with pytest.raises(ServiceUnreachable) as caught:
        Wire("BC", TransportSettings(allow_insecure=True), SYSTEM_CLOCK, 1).send("POST", url, {}, b"{}")
    thread.join(10)
    assert caught.value.facts["sent"] is True


def test_transports_count_requests_of_all_threads(mock: responses.RequestsMock) -> None:
    _answers(mock, "GET", OK)
    transport: Transport = make_transport()
    threads = [threading.Thread(target=lambda: [transport.get("x") for _ in range(20)]) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert transport.requests_made == 81
    assert mock.assert_call_count(TOKEN_URL, 1)
