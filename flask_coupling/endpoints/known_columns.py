"""What was read of a service's tables, kept for a while: an administrator asks for it with each click."""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock

from flask_coupling.core.column import Columns

from .clock import Clock

LIFETIME = 300.0
"""Seconds after which a table is asked for again: someone may have added a column."""


class KnownColumns:
    """Columns by key (a table, or an API), each read when first asked for and again after `LIFETIME`."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._known: dict[str, tuple[float, dict[str, Columns]]] = {}
        self._lock = Lock()

    def of(self, key: str, read: Callable[[], dict[str, Columns]]) -> dict[str, Columns]:
        """The columns of the tables of one key."""
        with self._lock:
            read_at, found = self._known.get(key, (None, {}))
            now = self._clock.monotonic()
            if read_at is None or now - read_at > LIFETIME:
                found = read()
                self._known[key] = (now, found)
            return found
