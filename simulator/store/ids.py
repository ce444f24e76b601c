"""Makes the GUIDs of new rows in sequence, as SQL Server can, so that an index grows at one place."""

from __future__ import annotations

import random
import threading

_WRAP = 1 << 32


class Ids:
    """GUIDs that never come twice; a seed makes them repeatable, without one they start anywhere."""

    def __init__(self, seed: int | str | None) -> None:
        source = random.Random(seed) if seed is not None else random.SystemRandom()
        self._next = source.getrandbits(32)
        self._lock = threading.Lock()
        digits = f"{source.getrandbits(88):022x}"
        self._rest = f"-{digits[:4]}-4{digits[4:7]}-8{digits[7:10]}-{digits[10:]}"

    def new(self) -> str:
        """Return a new GUID as lower-case text."""
        with self._lock:
            number = self._next
            self._next = (number + 1) % _WRAP
        return f"{number:08x}{self._rest}"
