"""The three things transports ask of time, in one value, so that a test or a simulation can be its clock."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Clock:
    """`monotonic` measures waits, `wall` is seconds since 1970 (UTC), `sleep` waits that many seconds."""

    monotonic: Callable[[], float] = time.monotonic
    wall: Callable[[], float] = time.time
    sleep: Callable[[float], None] = time.sleep


SYSTEM_CLOCK = Clock()
"""The machine's own clock."""
