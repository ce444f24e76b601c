"""One measured piece of work in a process of its own: reads a task from standard input, writes what it cost."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

import orjson

from benchmarks.measure import Usage, measure

from . import ours
from .floor import WORK, Floor


@dataclass(frozen=True, slots=True)
class Task:
    """What to do: `program` is floor or ours, `work` its work with `facts`, `repeat` how often (the median counts)."""

    program: str
    work: str
    bc: str
    sales: str
    folder: str = ""
    facts: dict[str, Any] = field(default_factory=dict)
    repeat: int = 1


def main() -> int:
    """Do the task of standard input."""
    task = Task(**orjson.loads(sys.stdin.buffer.read()))
    usage = _floor(task) if task.program == "floor" else _ours(task)
    sys.stdout.buffer.write(orjson.dumps(asdict(usage)))
    return 0


def _floor(task: Task) -> Usage:
    def once() -> Usage:
        floor = Floor(task.bc, task.sales)
        floor.currencies()  # opens the lines, which a program in service has open
        floor.requests = 0
        return measure(lambda: WORK[task.work](floor, **task.facts))

    return _median([once() for _ in range(task.repeat)])


def _ours(task: Task) -> Usage:
    app = ours.make_host(Path(task.folder))
    with app.app_context():
        ours.connect(task.bc, task.sales)
        if task.work in ("nothing", "edited"):
            ours.synchronize()  # a process in service has done so before
        if task.work == "edited":
            Floor(task.bc, task.sales).edit(**task.facts)
        return _median([measure(_WORK[task.work]) for _ in range(task.repeat)])


def _full() -> int:
    ours.forget_cursors()
    return ours.synchronize().requests


_WORK: dict[str, Callable[[], int]] = {
    "synchronize": lambda: ours.synchronize().requests,
    "nothing": lambda: ours.synchronize().requests,
    "edited": lambda: ours.synchronize().requests,
    "full": _full,
    "compare": ours.compare,
}


def _median(usages: list[Usage]) -> Usage:
    return Usage(
        cpu=median(each.cpu for each in usages),
        peak=median(each.peak for each in usages),
        wall=median(each.wall for each in usages),
        requests=usages[-1].requests,
    )


if __name__ == "__main__":
    sys.exit(main())
