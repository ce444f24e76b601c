"""One HTTP exchange: a pooled, guarded session, and every way it can fail turned into our errors."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http.cookiejar import DefaultCookiePolicy
from typing import Any
from urllib.parse import urlsplit

import orjson
import requests
from requests.exceptions import ConnectionError as NoConnection
from requests.exceptions import ReadTimeout, RequestException
from urllib3.exceptions import (
    ConnectTimeoutError,
    HTTPError,
    NameResolutionError,
    NewConnectionError,
    ProxyError,
    ReadTimeoutError,
    SSLError,
)

from flask_coupling.errors import ServiceError, ServiceGarbled, ServiceTimeout, ServiceUnreachable

from .body import FileBody, Gathering
from .clock import Clock
from .guard import Guard, GuardedAdapter
from .settings import TransportSettings

_PIECE = 1 << 18
_SOON = 10.0
# failures from before the request was sent: it was surely not carried out
_BEFORE_SENDING: tuple[tuple[type[Exception], str], ...] = (
    (NameResolutionError, "its host name cannot be resolved"),
    (NewConnectionError, "the connection was refused"),
    (ConnectTimeoutError, "it did not take the connection in time"),
    (SSLError, "no trusted TLS connection could be made"),
    (ProxyError, "the proxy did not let us through"),
)


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole answer; `headers` are looked up without regard to case. A large body is `held` in a file."""

    service: str
    status: int
    headers: Mapping[str, str]
    held: bytes | FileBody

    @property
    def body(self) -> bytes:
        """The whole body."""
        return self.held if isinstance(self.held, bytes) else self.held[:]

    @property
    def is_success(self) -> bool:
        """Whether the status is one of the 2xx."""
        return 200 <= self.status < 300

    def json(self) -> Any:
        """The body parsed; raises ServiceGarbled when it is not JSON or was cut off."""
        try:
            return orjson.loads(self.body)
        except orjson.JSONDecodeError as error:
            detail = f"{len(self.held)} bytes that are not whole JSON"
            raise ServiceGarbled(service=self.service, detail=detail, sent=True) from error


class Wire:
    """Sends exactly one request for each call; safe to use from several threads, not across a fork.

    Errors carry the fact `sent`: False when the service surely did not see the request.
    """

    def __init__(self, service: str, settings: TransportSettings, clock: Clock, pool_size: int) -> None:
        self._service, self._settings, self._clock = service, settings, clock
        guard = Guard(settings.allowed_hosts, settings.allow_insecure)
        self._session = requests.Session()
        adapter = GuardedAdapter(guard, pool_size)
        self._session.mount("https://", adapter)
        self._session.mount("http://", adapter)
        self._session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        self._session.headers["Accept"] = "application/json"
        # a ~/.netrc of the machine must not replace our Authorization header
        self._session.auth = _unchanged

    def send(self, method: str, url: str, headers: Mapping[str, str], body: bytes | str | None = None) -> Answer:
        """Return the answer whatever its status; raises ServiceUnreachable, ServiceTimeout or ServiceGarbled."""
        limits = self._settings
        deadline = self._clock.monotonic() + limits.answer_timeout
        try:
            response = self._session.request(
                method,
                url,
                data=body,
                headers=dict(headers),
                timeout=(limits.connect_timeout, limits.read_timeout),
                allow_redirects=False,
                stream=True,
            )
        except RequestException as error:
            raise self._failure(error, url) from error
        try:
            content = self._read(response, deadline)
        finally:
            response.close()
        return Answer(self._service, response.status_code, response.headers, content)

    def _read(self, response: requests.Response, deadline: float) -> bytes | FileBody:
        """Read piece by piece, so that neither an endless nor an endlessly slow answer gets hold of us."""
        body = Gathering()
        try:
            while piece := response.raw.read1(_PIECE, decode_content=True):
                body.add(piece)
                if body.size > self._settings.max_body:
                    detail = f"more than {self._settings.max_body} bytes"
                    raise ServiceGarbled(service=self._service, detail=detail, sent=True)
                if self._clock.monotonic() > deadline:
                    raise self._timeout(self._settings.answer_timeout)
        except ReadTimeoutError as error:
            raise self._timeout(self._settings.read_timeout) from error
        except (HTTPError, OSError) as error:
            detail = f"it ends after {body.size} bytes ({type(error).__name__})"
            raise ServiceGarbled(service=self._service, detail=detail, sent=True) from error
        return body.take()

    def _failure(self, error: RequestException, url: str) -> ServiceError:
        if isinstance(error, ReadTimeout):
            return self._timeout(self._settings.read_timeout)
        cause = getattr(error.args[0], "reason", error.args[0]) if error.args else error
        host = urlsplit(url).hostname
        for kind, detail in _BEFORE_SENDING:
            if isinstance(cause, kind):
                return ServiceUnreachable(
                    service=self._service, host=host, detail=detail, sent=False, retry_after=_SOON
                )
        is_lost = isinstance(error, NoConnection)
        detail = "the connection broke before the answer came" if is_lost else type(error).__name__
        return ServiceUnreachable(service=self._service, host=host, detail=detail, sent=is_lost, retry_after=_SOON)

    def _timeout(self, seconds: float) -> ServiceTimeout:
        return ServiceTimeout(service=self._service, seconds=round(seconds), sent=True, retry_after=_SOON)


def _unchanged(request: requests.PreparedRequest) -> requests.PreparedRequest:
    return request


Send = Callable[[str, Mapping[str, str], str], Answer]
"""Post a form: address, headers, body."""
