"""Service protection limits, counted when switched on: requests, execution time and concurrency of each user."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

_WINDOW = 300.0


@dataclass(frozen=True, slots=True)
class Limit:
    """What one service allows a user in five minutes, and at once; seconds of None are not counted."""

    requests: int
    concurrency: int
    seconds: float | None = None


LIMITS: Mapping[str, Limit] = {
    "bc": Limit(requests=6_000, concurrency=100),
    "sales": Limit(requests=6_000, concurrency=52, seconds=1_200.0),
}


@dataclass(frozen=True, slots=True)
class Excess:
    """Which limit is reached, and after how many seconds to come back."""

    limit: str
    retry_after: int


class Limits:
    """Counts the requests of every user, by the simulator's clock; off until `is_on` is set.

    A request that is refused counts too, so that a client which ignores Retry-After waits longer.
    """

    def __init__(self, now: Callable[[], datetime], limits: Mapping[str, Limit] = LIMITS, is_on: bool = False) -> None:
        self.is_on = is_on
        self.limits = dict(limits)
        self.refused = 0
        self._now = now
        self._lock = threading.Lock()
        self._users: dict[tuple[str, str], _Usage] = {}

    def enter(self, service: str, user: str, cost: int = 1) -> Excess | None:
        """Count a request of `cost` operations; an excess means it is refused and must not `leave`."""
        limit = self.limits.get(service)
        if not self.is_on or limit is None:
            return None
        with self._lock:
            usage = self._users.setdefault((service, user), _Usage())
            excess = usage.enter(self._now().timestamp(), cost, limit)
            self.refused += excess is not None
            return excess

    def leave(self, service: str, user: str, seconds: float) -> None:
        """Count the execution time of a request that was let in."""
        with self._lock:
            usage = self._users.get((service, user))
            if usage is not None:
                usage.leave(self._now().timestamp(), seconds)

    def switch(self, is_on: bool) -> None:
        """Count from now on, or no longer."""
        self.is_on = is_on
        self.reset()

    def reset(self) -> None:
        """Forget every count."""
        with self._lock:
            self._users.clear()
            self.refused = 0


class _Usage:
    """What one user asked of one service in the last five minutes."""

    def __init__(self) -> None:
        self.requests: deque[tuple[float, int]] = deque()
        self.work: deque[tuple[float, float]] = deque()
        self.running = 0

    def enter(self, now: float, cost: int, limit: Limit) -> Excess | None:
        for counted in (self.requests, self.work):
            while counted and counted[0][0] <= now - _WINDOW:
                counted.popleft()
        self.requests.append((now, cost))
        if self.running >= limit.concurrency:
            return Excess("concurrency", 2)
        if limit.seconds is not None and sum(seconds for _, seconds in self.work) > limit.seconds:
            return Excess("time", _wait(self.work[0][0], now))
        if sum(count for _, count in self.requests) > limit.requests:
            return Excess("requests", _wait(self.requests[0][0], now))
        self.running += 1
        return None

    def leave(self, now: float, seconds: float) -> None:
        self.running = max(0, self.running - 1)
        self.work.append((now, seconds))


def _wait(oldest: float, now: float) -> int:
    return max(1, int(oldest + _WINDOW - now) + 1)
