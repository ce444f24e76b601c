"""Play many seeds on all processors, and add up what happened."""

from __future__ import annotations

import logging
import multiprocessing
import os
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field

from .play import Failed, play

PORTION = 50
"""Seeds a process plays before it takes the next ones."""


@dataclass(slots=True)
class Result:
    """What a campaign saw: how many simulations and engine runs, what fired how often, and what failed."""

    simulations: int = 0
    runs: int = 0
    fired: Counter[str] = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)

    def add(self, other: Result) -> None:
        """Take another part's result in."""
        self.simulations += other.simulations
        self.runs += other.runs
        self.fired += other.fired
        self.failures += other.failures

    def describe(self) -> str:
        """A table for people."""
        lines = [f"{times:9} {name}" for name, times in sorted(self.fired.items())]
        counts = f"{self.simulations} simulations, {self.runs} runs of the engine, {len(self.failures)} failures"
        return "\n".join([*self.failures[:20], *lines, counts])


def play_seeds(kind: str, seeds: Sequence[int]) -> Result:
    """Play these seeds in this process."""
    logging.disable(logging.CRITICAL)
    result = Result()
    try:
        for seed in seeds:
            result.simulations += 1
            try:
                report = play(kind, seed)
            except Failed as error:
                result.failures.append(str(error))
                continue
            result.runs += report.runs
            result.fired += report.fired
    finally:
        logging.disable(logging.NOTSET)
    return result


def run_campaign(parts: Sequence[tuple[str, range]]) -> Result:
    """Play ranges of seeds on all processors."""
    portions = [
        (kind, seeds[start : start + PORTION]) for kind, seeds in parts for start in range(0, len(seeds), PORTION)
    ]
    context = multiprocessing.get_context("spawn")
    result = Result()
    with ProcessPoolExecutor(min(os.cpu_count() or 1, len(portions)), mp_context=context) as pool:
        for part in pool.map(play_seeds, *zip(*portions, strict=True)):
            result.add(part)
    return result
