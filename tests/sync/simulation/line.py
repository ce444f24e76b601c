"""The line between the real transport and the in-process simulator: it breaks, stalls, garbles and repeats."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from io import BytesIO
from typing import Any, Protocol
from urllib.parse import urlsplit

import orjson
import requests
from requests.adapters import HTTPAdapter
from requests.exceptions import ConnectionError as NoConnection
from requests.exceptions import ReadTimeout, SSLError
from urllib3 import HTTPResponse
from urllib3.exceptions import MaxRetryError, NameResolutionError, NewConnectionError, ProtocolError
from urllib3.exceptions import SSLError as BrokenSSL
from werkzeug.test import Client

from flask_coupling.core.side import Side
from simulator.inprocess import forward

from .memory_services import LATEST
from .script import Script

NOTHING: Any = None
"""urllib3's exceptions want the pool or connection they came from; nobody looks at it."""


class Carrier(Protocol):
    """The world a line belongs to."""

    script: Script

    def advance(self, seconds: float) -> None:
        """Let time pass."""
        ...

    def seconds(self) -> float:
        """The time, in seconds since the beginning."""
        ...

    def deliver(self, side: Side, call: Callable[[], Answer]) -> Answer:
        """Hand a request to the simulator, noting who wrote."""
        ...


class Answer:
    """What the simulator answered, or what somebody in between says it did."""

    def __init__(self, status: int, headers: Mapping[str, str], body: bytes) -> None:
        self.status, self.headers, self.body = status, dict(headers), body


_UNSEEN: dict[str, Callable[[str], Exception]] = {
    "F1 refused": lambda url: NoConnection(MaxRetryError(NOTHING, url, NewConnectionError(NOTHING, "refused"))),
    "F8 no name": lambda url: NoConnection(
        MaxRetryError(NOTHING, url, NameResolutionError("x", NOTHING, OSError("no such host")))  # type: ignore[arg-type]
    ),
    "F8 TLS": lambda url: SSLError(MaxRetryError(NOTHING, url, BrokenSSL("bad certificate"))),
}
_ERRORS = {"F12 failed": (500, 503), "F6 gateway": (502, 504)}
_RESET = ProtocolError("Connection aborted.", ConnectionResetError(104, "Connection reset by peer"))


class Line:
    """Stands in for the sockets of every `HTTPAdapter`: `send` has its signature."""

    def __init__(self, world: Carrier, client: Client, login_host: str, sales_host: str) -> None:
        self.world, self.script, self.client = world, world.script, client
        self._login, self._sales = login_host, sales_host
        self._late: list[tuple[float, Side, requests.PreparedRequest]] = []
        self.closed_until: dict[Side, float] = {}
        self.sent_in_a_wait = 0
        self.tokens: set[str] = set()
        self._done: list[tuple[Side, requests.PreparedRequest]] = []

    def send(self, request: requests.PreparedRequest, **_: Any) -> requests.Response:
        """Answer one request, or raise what a broken line raises."""
        host = urlsplit(request.url or "").netloc
        if host == self._login:
            return self._send_login(request)
        side = Side.SALES if host == self._sales else Side.BC
        if self.world.seconds() < self.closed_until.get(side, 0.0):
            self.sent_in_a_wait += 1
        what = f"{side} {request.method} {'$batch' if '$batch' in (request.url or '') else 'rows'}"
        self.script.point(f"before {what}")
        self.settle_late()
        response = self._send(side, request)
        self.script.point(f"after {what}")
        return response

    def _send_login(self, request: requests.PreparedRequest) -> requests.Response:
        if self.script.happens("F13 no tokens"):
            return _respond(request, Answer(503, {"Content-Type": "text/plain"}, b"busy"))
        answer = self._ask(request)
        self.tokens.add(str(orjson.loads(answer.body).get("access_token")))
        return _respond(request, answer)

    def _send(self, side: Side, request: requests.PreparedRequest) -> requests.Response:
        url = request.url or ""
        for name, error in _UNSEEN.items():
            if self.script.happens(name):
                raise error(url)
        if self.script.happens("F2 reset"):
            raise NoConnection(_RESET)
        if self.script.happens("F10 throttled"):
            return _respond(request, self._throttle(side))
        if self.script.happens("F13 token refused"):
            return _respond(request, Answer(401, {"Content-Type": "application/json"}, b"{}"))
        for name, statuses in _ERRORS.items():
            if self.script.happens(name):
                status = self.script.random.choice(statuses)
                if name == "F6 gateway":
                    self._do_some_time(side, request)
                return _respond(request, Answer(status, {"Content-Type": "application/json"}, b'{"error":{}}'))
        if self.script.happens("F4 timeout"):
            self._do_some_time(side, request)
            raise ReadTimeout("timed out")
        if self.script.happens("F9 delivered twice") and not _creates_without_id(side, request):
            first = self._deliver(side, request)
            self._deliver(side, request)
            return _respond(request, first)
        return self._lose(request, self._deliver(side, request))

    def _lose(self, request: requests.PreparedRequest, answer: Answer) -> requests.Response:
        """Hand the answer over, unless something happens to it."""
        if self.script.happens("F3 answer lost"):
            raise NoConnection(_RESET)
        if self.script.happens("F5 cut off"):
            return _respond(request, answer, cut=max(len(answer.body) // 2, 1))
        if self.script.happens("F6 HTML"):
            return _respond(request, Answer(200, {"Content-Type": "text/html"}, b"<html>Please log in</html>"))
        if self.script.happens("F7 slow drip"):
            self.world.advance(700)
        return _respond(request, answer)

    def _throttle(self, side: Side) -> Answer:
        headers = {"Content-Type": "application/json"}
        wait = self.script.random.choice((5, 45, 86_400, None))
        if wait is not None:
            self.closed_until[side] = self.world.seconds() + min(wait, 3600)
            headers["Retry-After"] = str(wait)
        return Answer(429, headers, b'{"error":{"code":"429","message":"slow down"}}')

    # --- what is carried out -----------------------------------------------------------------------------------------

    def _do_some_time(self, side: Side, request: requests.PreparedRequest) -> None:
        """Never, at once, or later."""
        fate = self.script.random.randrange(3)
        if fate == 1:
            self._deliver(side, request)
        elif fate == 2:
            self._late.append((self.world.seconds() + self.script.random.uniform(1, LATEST), side, request))

    def settle_late(self) -> None:
        """Carry out what was late and is due."""
        now = self.world.seconds()
        due = sorted((each for each in self._late if each[0] <= now), key=lambda each: each[0])
        self._late = [each for each in self._late if each[0] > now]
        for _, side, request in due:
            self.script.note("F4 carried out late", side)
            self._deliver(side, request)

    def _deliver(self, side: Side, request: requests.PreparedRequest) -> Answer:
        answer = self.world.deliver(side, lambda: self._ask(request))
        if _is_done(request, answer) and not _creates_without_id(side, request):
            self._done.append((side, request))
        return answer

    def replay(self) -> bool:
        """Carry a request out again that was; whatever it answers is lost. False while there was none."""
        if not self._done:
            return False
        side, request = self.script.random.choice(self._done)
        self.script.note("replayed request", side)
        self.world.deliver(side, lambda: self._ask(request))
        return True

    def _ask(self, request: requests.PreparedRequest) -> Answer:
        with forward(self.client, request) as reply:
            return Answer(reply.status_code, dict(reply.headers), reply.data)


def _is_done(request: requests.PreparedRequest, answer: Answer) -> bool:
    """Whether a batch was carried out with all its parts: one refused, or left out, may be taken later."""
    if "$batch" not in (request.url or "") or answer.status != 200:
        return False
    refused = (b"HTTP/1.1 4", b"HTTP/1.1 5", b'"status":4', b'"status":5')
    asked, answered = ((b" HTTP/1.1", b'"method"'), (b"HTTP/1.1 ", b'"status":'))
    parts, replies = _count(_body(request), asked), _count(answer.body, answered)
    return parts == replies and not any(each in answer.body for each in refused)


def _count(text: bytes, marks: tuple[bytes, ...]) -> int:
    return sum(text.count(each) for each in marks)


def _body(request: requests.PreparedRequest) -> bytes:
    return request.body.encode() if isinstance(request.body, str) else request.body or b""


def _creates_without_id(side: Side, request: requests.PreparedRequest) -> bool:
    return side is Side.BC and b'"POST"' in _body(request)


def _respond(request: requests.PreparedRequest, answer: Answer, cut: int | None = None) -> requests.Response:
    headers = {**answer.headers, "Content-Length": str(len(answer.body))}
    body = answer.body if cut is None else answer.body[:cut]
    raw = HTTPResponse(BytesIO(body), headers, answer.status, preload_content=False, enforce_content_length=True)
    return HTTPAdapter().build_response(request, raw)
