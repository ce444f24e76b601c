"""Waits a service asked for: one gate for all requests of a transport, so that none is sent inside a wait."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC
from email.utils import parsedate_to_datetime
from threading import Lock

from flask_coupling.errors import ServiceThrottled

from .clock import Clock


class Gate:
    """Closed while a service wants to be left alone; every request passes through it."""

    def __init__(self, service: str, clock: Clock, max_wait: float) -> None:
        self._service, self._clock, self._max_wait = service, clock, max_wait
        self._opens_at = 0.0
        self._lock = Lock()

    def close(self, seconds: float) -> None:
        """Let nobody pass for that long; a shorter wait never cuts a longer one."""
        with self._lock:
            self._opens_at = max(self._opens_at, self._clock.monotonic() + seconds)

    def check_wait(self, seconds: float) -> None:
        """Raise ServiceThrottled when a wait is longer than anyone should sit here for."""
        if seconds > self._max_wait:
            raise ServiceThrottled(service=self._service, seconds=round(seconds), retry_after=seconds)

    def pass_through(self) -> None:
        """Return when the gate is open; raises ServiceThrottled at once when that is too far off."""
        while (left := self._opens_at - self._clock.monotonic()) > 0:
            self.check_wait(left)
            self._clock.sleep(left)


def retry_after(headers: Mapping[str, str], clock: Clock, longest: float) -> float | None:
    """The seconds a service asks to wait (a number or an HTTP date), capped; None when it asks for nothing.

    A date is counted from the answer's own Date header: our clock and theirs may differ by minutes.
    """
    text = (headers.get("Retry-After") or "").strip()
    if not text:
        return None
    try:
        seconds = float(text)
    except ValueError:
        until, now = _seconds(text), _seconds(headers.get("Date") or "")
        if until is None:
            return None
        seconds = until - (clock.wall() if now is None else now)
    return min(max(seconds, 0.0), longest) if seconds == seconds else None


def _seconds(http_date: str) -> float | None:
    try:
        moment = parsedate_to_datetime(http_date)
    except ValueError:
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def answer_date(headers: Mapping[str, str]) -> float | None:
    """The service's own clock at an answer, in seconds since 1970; None when it did not say."""
    return _seconds(headers.get("Date") or "")
