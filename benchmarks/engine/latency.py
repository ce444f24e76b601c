"""An initial load over a slow line: reading, planning and writing have to overlap, or the waits add up."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.measure import Usage
from benchmarks.worlds import running_world

from .story import Stage

SALES_AT_ONCE = 52
"""Requests that Dataverse works on at the same time for one user."""


@dataclass(frozen=True, slots=True)
class Late:
    """What a load cost when each request took `seconds` longer, and without that."""

    seconds: float
    plain: Usage
    late: Usage

    @property
    def bound(self) -> float:
        """The wall seconds that cannot be undercut: the waits, as many at once as are allowed, and the CPU time."""
        return self.late.requests / SALES_AT_ONCE * self.seconds + self.late.cpu


def load_slowly(records: int, seconds: float) -> Late:
    """Load so many records to Sales twice: over a line without any delay, and with a wait before each request."""
    with TemporaryDirectory() as folder, running_world(records) as bc, running_world(0) as sales:
        sales.take_snapshot("empty")
        usages = []
        for name in ("plain", "late"):
            stage = Stage(bc, sales, Path(folder) / name)
            stage.folder.mkdir()
            usages.append(stage.run("ours", "synchronize"))
            sales.restore("empty")
            for world in (bc, sales):
                world.slow_down(seconds)
    return Late(seconds, *usages)
