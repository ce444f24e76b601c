"""What one seed decides: which faults happen when, where the process dies, and what users do meanwhile."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from random import Random

EPISODES = 40
"""Faults of one simulation at most: a world that never works proves nothing."""


class Crash(BaseException):
    """The process is killed here (SIGKILL): nothing that catches Exception may notice."""

    def __init__(self, point: str) -> None:
        super().__init__(point)
        self.point = point


class Script:
    """Decides by its seed; counts what really happened, and keeps a trace of it for whoever replays the seed.

    A point is a place between two steps of the engine, where it may be killed and where others may act.
    """

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self.random = Random(seed)
        self.fired: Counter[str] = Counter()
        self.trace: list[str] = []
        self.is_calm = False
        self.meanwhile: Callable[[str], None] = lambda point: None
        self._rates: dict[str, float] = {}
        self._until_crash: int | None = None
        self._episodes = 0

    def enable(self, rates: dict[str, float]) -> None:
        """Let these faults happen, each with its probability at every opportunity."""
        self._rates = rates

    def happens(self, fault: str) -> bool:
        """Whether this fault happens now; counts it when it does."""
        rate = 0.0 if self.is_calm or self._episodes >= EPISODES else self._rates.get(fault, 0.0)
        if not rate or self.random.random() >= rate:
            return False
        self._episodes += 1
        self.note(fault)
        return True

    def note(self, what: str, detail: object = "") -> None:
        """Count and trace something that happened."""
        self.fired[what] += 1
        self.tell(f"{what} {detail}".rstrip())

    def tell(self, line: str) -> None:
        """Add a line to the trace."""
        self.trace.append(line)

    def arm_crash(self, after: int | None) -> None:
        """Kill the process at the n-th point from now; None disarms."""
        self._until_crash = after

    def point(self, name: str) -> None:
        """A numbered point: others act here, and the process may be killed."""
        self.meanwhile(name)
        if self._until_crash is None or self.is_calm:
            return
        self._until_crash -= 1
        if self._until_crash <= 0:
            self._until_crash = None
            self.note(f"F28 killed {name}")
            raise Crash(name)

    @contextmanager
    def quiet(self) -> Iterator[None]:
        """For as long as the block lasts nothing goes wrong and nobody interferes."""
        before = self.is_calm, self.meanwhile
        self.is_calm, self.meanwhile = True, lambda point: None
        try:
            yield
        finally:
            self.is_calm, self.meanwhile = before

    def calm(self) -> None:
        """From now on nothing goes wrong and nobody interferes."""
        self.is_calm = True
        self._until_crash = None
        self.meanwhile = lambda point: None
        self.tell("--- calm")
