"""How much this process asks of the services, counted by the minute: what their limits are held against."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from threading import Lock

from flask_coupling.core.side import Side

from .transport import Exchange

WINDOW = timedelta(minutes=5)
"""The span that both services count requests over."""

REQUEST_LIMIT = 6000
"""Requests that both services take in a `WINDOW`: Business Central of a user, Dataverse of a user at one web server."""


@dataclass(frozen=True, slots=True)
class Used:
    """Requests to one service of a connection within the minute that begins at `minute`.

    `throttled` of them were answered 429, `failed` were answered 5xx or not at all; `seconds` is how long they took
    together.
    """

    connection: str
    side: Side
    minute: datetime
    requests: int = 0
    throttled: int = 0
    failed: int = 0
    seconds: float = 0.0

    def plus(self, exchange: Exchange) -> Used:
        """With one more request."""
        return replace(
            self,
            requests=self.requests + 1,
            throttled=self.throttled + (exchange.status == 429),
            failed=self.failed + (exchange.status == 0 or exchange.status >= 500),
            seconds=self.seconds + exchange.seconds,
        )


class UsageMeter:
    """Counts every request until it is asked; safe to share between threads."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock, self._lock = clock, Lock()
        self._counted: dict[tuple[str, Side, datetime], Used] = {}

    def listener(self, connection: str, side: Side) -> Callable[[Exchange], None]:
        """What a transport of that connection tells its requests to."""
        return lambda exchange: self._count(connection, side, exchange)

    @property
    def has_counted(self) -> bool:
        """Whether there is anything to take."""
        return bool(self._counted)

    def take(self) -> list[Used]:
        """What was counted since the last time, oldest first; it is then forgotten here."""
        with self._lock:
            counted, self._counted = self._counted, {}
        return sorted(counted.values(), key=lambda each: each.minute)

    def give_back(self, used: Sequence[Used]) -> None:
        """Count again what could not be stored."""
        with self._lock:
            for each in used:
                key = (each.connection, each.side, each.minute)
                self._counted[key] = _added(self._counted.get(key), each)

    def _count(self, connection: str, side: Side, exchange: Exchange) -> None:
        minute = self._clock().replace(second=0, microsecond=0)
        key = (connection, side, minute)
        with self._lock:
            self._counted[key] = self._counted.get(key, Used(*key)).plus(exchange)


def _added(one: Used | None, other: Used) -> Used:
    if one is None:
        return other
    sums: dict[str, float] = defaultdict(float)
    for each in (one, other):
        for name in ("requests", "throttled", "failed", "seconds"):
            sums[name] += getattr(each, name)
    return replace(
        one,
        requests=int(sums["requests"]),
        throttled=int(sums["throttled"]),
        failed=int(sums["failed"]),
        seconds=sums["seconds"],
    )
