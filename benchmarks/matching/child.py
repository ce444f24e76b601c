"""One measured piece of work in a process of its own: reads a task from standard input, writes what it cost."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import orjson

from benchmarks.engine import ours
from benchmarks.engine.floor import WORK, Floor
from benchmarks.measure import Usage, measure
from flask_coupling.operations import jobs, mappings, matching


@dataclass(frozen=True, slots=True)
class Task:
    """What to do: `load` and `read` are the floor program's, `preview` and `match` are ours, on a host in `folder`."""

    work: str
    bc: str
    sales: str
    folder: str


@dataclass(frozen=True, slots=True)
class Told:
    """What it cost, and how many pairs were found or made."""

    usage: Usage
    coupled: int = 0


def main() -> int:
    """Do the task of standard input."""
    told = do(Task(**orjson.loads(sys.stdin.buffer.read())))
    sys.stdout.buffer.write(orjson.dumps(asdict(told)))
    return 0


def do(task: Task) -> Told:
    """Do the task in this process."""
    if task.work in _FLOOR:
        floor = Floor(task.bc, task.sales)
        floor.currencies()  # opens the lines, which a program in service has open
        floor.requests = 0
        return Told(measure(lambda: WORK[_FLOOR[task.work]](floor)))
    app = ours.make_host(Path(task.folder))
    with app.app_context():
        ours.connect(task.bc, task.sales)
        usage = measure(_OURS[task.work])
        return Told(usage, mappings.get_mapping(ours.CONNECTION, ours.MAPPING).couplings)


def _match() -> int:
    job = matching.match(ours.CONNECTION, ours.MAPPING)
    found = jobs.get_job(ours.CONNECTION, job.id)
    if found.state != "finished":
        raise RuntimeError(f"the job ended as {found.state}: {found.message}")
    return found.requests


def _preview() -> int:
    matching.preview_matches(ours.CONNECTION, ours.MAPPING)
    return 0


_FLOOR = {"load": "to_sales", "read": "compare"}
_OURS: dict[str, Callable[[], int]] = {"match": _match, "preview": _preview}


if __name__ == "__main__":
    sys.exit(main())
