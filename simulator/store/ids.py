"""Makes the GUIDs of new rows in sequence, as SQL Server can, so that an index grows at one place."""

from __future__ import annotations

import random
from itertools import count

_WRAP = 1 << 32


class Ids:
    """GUIDs that never come twice; a seed makes them repeatable, without one they start anywhere."""

    def __init__(self, seed: int | str | None) -> None:
        source = random.Random(seed) if seed is not None else random.SystemRandom()
        self._numbers = count(source.getrandbits(32))  # which several threads may ask at once
        digits = f"{source.getrandbits(88):022x}"
        self._rest = f"-{digits[:4]}-4{digits[4:7]}-8{digits[7:10]}-{digits[10:]}"

    def new(self) -> str:
        """Return a new GUID as lower-case text."""
        return f"{next(self._numbers) % _WRAP:08x}{self._rest}"
