"""One service's line: authorized, patient where repeating is safe, and every answer checked before anyone sees it."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from copy import copy
from dataclasses import dataclass
from threading import Lock
from uuid import uuid4

from flask_coupling.core.side import Side
from flask_coupling.errors import CouplingError, ServiceGarbled, ServiceThrottled, ServiceTimeout, ServiceUnreachable

from .clock import SYSTEM_CLOCK, Clock
from .gate import Gate, retry_after
from .guard import Guard, same_service
from .refusal import Dialect, Subject
from .settings import TransportSettings
from .token import TokenSource
from .wire import Answer, Wire

log = logging.getLogger(__name__)

_CORRELATION = {Side.BC: "client-request-id", Side.SALES: "x-ms-client-request-id"}
_REQUEST_IDS = ("x-ms-service-request-id", "request-id", "REQ_ID")
_READABLE = ("application/json", "multipart/mixed", "application/xml")
_HICCUPS = frozenset({500, 502, 503, 504})
_LINE_ERRORS = (ServiceUnreachable, ServiceTimeout, ServiceGarbled)
_NOTHING = Subject()


@dataclass(frozen=True, slots=True)
class Exchange:
    """One HTTP request that was made, for counting and tracing; never its query, its body or a secret.

    `status` is 0 when no answer came; `request_id` is the service's own name of the request ("" when it gave none).
    """

    service: str
    method: str
    path: str
    status: int
    seconds: float
    correlation_id: str
    request_id: str


class Transport:
    """Sends requests below one root address.

    A GET (or another request declared `repeatable`) is repeated after a broken line or a 5xx answer. Any request is
    repeated when the service surely did not carry it out: no connection was made, or it answered 429, or 503 with
    Retry-After. A wait the service asks for holds back every request of this transport.

    `requests_made` counts every HTTP request, repetitions included, and those for a token that was fetched for one of
    ours: several lines that share a token source each count what was asked for them.
    """

    def __init__(
        self,
        dialect: Dialect,
        root: str,
        token: TokenSource,
        settings: TransportSettings,
        *,
        clock: Clock = SYSTEM_CLOCK,
        on_exchange: Callable[[Exchange], None] | None = None,
    ) -> None:
        self.root = Guard(settings.allowed_hosts, settings.allow_insecure).check(root)
        self.dialect, self.settings, self.clock = dialect, settings, clock
        self.gate = Gate(dialect.title, clock, settings.max_wait)
        self._token, self._on_exchange = token, on_exchange
        self._wire = Wire(dialect.title, settings, clock, pool_size=settings.parallel + 1)
        self._lock = Lock()
        self.requests_made = 0

    def __repr__(self) -> str:
        return f"<Transport to {self.root}>"

    def apart(self) -> Transport:
        """The same line, whose requests are counted from now on."""
        other = copy(self)
        other._lock, other.requests_made = Lock(), 0
        return other

    def count(self, requests: int = 1) -> None:
        """Count requests that were made for this line."""
        with self._lock:
            self.requests_made += requests

    def get(self, path: str, headers: Mapping[str, str] | None = None, subject: Subject = _NOTHING) -> Answer:
        """Read `path`, which is a link from an answer or relative to the root."""
        return self.send("GET", path, headers=headers, subject=subject)

    def send(
        self,
        method: str,
        path: str,
        *,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
        subject: Subject = _NOTHING,
        repeatable: bool | None = None,
    ) -> Answer:
        """Return the successful answer; raises the error a refusal or failure means, about `subject`."""
        url = same_service(self.root, path, self.dialect.title)
        request = _Request(method, url, headers or {}, body, method == "GET" if repeatable is None else repeatable)
        for attempt in range(self.settings.retries + 1):
            result = self._attempt(request, subject)
            if isinstance(result, Answer):
                return result
            self._hold(result, attempt)
            if not result.may_repeat or attempt == self.settings.retries:
                raise result.error
        raise AssertionError("the last attempt returns or raises")

    def hold_all(self, seconds: float | None, attempt: int) -> None:
        """Send nothing for as long as the service asked, or for a growing pause where it did not say."""
        self.gate.close(self._pause(attempt) if seconds is None else seconds)

    def _pause(self, attempt: int) -> float:
        return min(self.settings.backoff * 2.0**attempt, self.settings.max_wait)

    def _hold(self, failure: _Failure, attempt: int) -> None:
        if failure.asked is not None or isinstance(failure.error, ServiceThrottled):
            self.hold_all(failure.asked, attempt)
        elif failure.may_repeat and attempt < self.settings.retries:
            self.clock.sleep(self._pause(attempt))

    def _attempt(self, request: _Request, subject: Subject) -> Answer | _Failure:
        try:
            answer = self._authorized(request)
        except _LINE_ERRORS as error:
            return _Failure(error, request.is_repeatable or not error.facts.get("sent", True))
        if answer.is_success:
            return self._checked(answer)
        asked = retry_after(answer.headers, self.clock, self.settings.longest_retry_after)
        refusal = self._refusal(answer, subject, asked)
        is_unseen = isinstance(refusal, ServiceThrottled) or (answer.status == 503 and asked is not None)
        return _Failure(refusal, is_unseen or (request.is_repeatable and answer.status in _HICCUPS), asked)

    def _authorized(self, request: _Request) -> Answer:
        """Send with a token; one that is refused is renewed once."""
        access = self._token.access_token(self.count)
        answer = self._exchange(request, access)
        if answer.status != 401:
            return answer
        self._token.forget(access)
        return self._exchange(request, self._token.access_token(self.count))

    def _refusal(self, answer: Answer, subject: Subject, asked: float | None) -> CouplingError:
        if 300 <= answer.status < 400:
            return ServiceGarbled(service=self.dialect.title, detail=f"a redirect (status {answer.status})", sent=True)
        return self.dialect.refusal(answer.status, self._token.redact(answer.body), subject, asked)

    def _checked(self, answer: Answer) -> Answer:
        kind = (answer.headers.get("Content-Type") or "nothing").lower()
        if len(answer.held) and not kind.startswith(_READABLE):
            detail = f"{kind.split(';')[0]} instead of JSON"
            raise ServiceGarbled(service=self.dialect.title, detail=detail, sent=True)
        return answer

    def _exchange(self, request: _Request, access: str) -> Answer:
        self.gate.pass_through()
        correlation = str(uuid4())
        own = {"Authorization": f"Bearer {access}", _CORRELATION[self.dialect.side]: correlation}
        started = self.clock.monotonic()
        answer: Answer | None = None
        self.count()
        try:
            answer = self._wire.send(request.method, request.url, {**request.headers, **own}, request.body)
        finally:
            self._tell(request, answer, self.clock.monotonic() - started, correlation)
        return answer

    def _tell(self, request: _Request, answer: Answer | None, seconds: float, correlation: str) -> None:
        status = answer.status if answer else 0
        names = answer.headers if answer else {}
        request_id = next((names[each] for each in _REQUEST_IDS if each in names), "")
        path = request.url.partition("?")[0].removeprefix(self.root)
        exchange = Exchange(self.dialect.title, request.method, path, status, seconds, correlation, request_id)
        log.debug(
            "exchange service=%s method=%s path=%s status=%d seconds=%.3f correlation_id=%s request_id=%r",
            exchange.service, exchange.method, path, status, seconds, correlation, request_id,
        )  # fmt: skip
        if self._on_exchange is not None:
            self._on_exchange(exchange)


@dataclass(frozen=True, slots=True)
class _Request:
    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes | None
    is_repeatable: bool


@dataclass(frozen=True, slots=True)
class _Failure:
    """A try that failed: whether it may be repeated, and the wait the service asked for."""

    error: CouplingError
    may_repeat: bool
    asked: float | None = None
