"""Plays on a real connection what a fault rule asks of it: reset, no answer in time, a cut or dripping body."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from waitress.channel import ClientDisconnected

from simulator.faults import TRANSPORT_HEADER
from simulator.turns import pause

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment


class ConnectionDropped(ClientDisconnected, ConnectionError):
    """Tells either server to close the connection without another byte."""


class FaultyLine:
    """WSGI middleware between the app and the server; without a fault it only passes on."""

    def __init__(self, app: WSGIApplication) -> None:
        self._app = app

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request, or do to its connection what the app asks for in a header that is never sent."""
        asked: list[str] = []

        def start(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
            asked.extend([value for name, value in headers if name == TRANSPORT_HEADER])
            kept = [each for each in headers if each[0] != TRANSPORT_HEADER] if asked else headers
            return start_response(status, kept, exc_info)

        answer = self._app(environ, start)
        return _play(asked[0], answer) if asked else answer


def _play(asked: str, answer: Iterable[bytes]) -> Iterable[bytes]:
    what, _, amount = asked.partition("=")
    if what in ("reset", "tls"):
        raise ConnectionDropped
    if what == "timeout":
        pause(float(amount or 0))
        raise ConnectionDropped
    body = b"".join(answer)
    return _cut(body, int(float(amount or 0))) if what == "cut" else _drip(body, float(amount or 1))


def _cut(body: bytes, kept: int) -> Iterator[bytes]:
    yield body[:kept]
    raise ConnectionDropped


def _drip(body: bytes, per_second: float) -> Iterator[bytes]:
    step = max(1, int(per_second // 10))
    for start in range(0, len(body), step):
        yield body[start : start + step]
        pause(step / per_second)
