"""`python -m benchmarks.matching --records 100000`: requests, CPU and memory of match-based coupling, as ratios."""

from __future__ import annotations

import argparse
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import orjson

from benchmarks.measure import Usage
from benchmarks.worlds import running_world

from .child import Task, Told

_NAMES = ("what", "CPU s", "ratio", "requests", "ratio", "peak MiB", "coupled")


@dataclass(frozen=True, slots=True)
class Row:
    """One piece of work: what it cost, beside what reading both sides once costs."""

    name: str
    told: Told
    floor: Usage


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print a table for each size."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.matching", description=__doc__)
    parser.add_argument("--records", type=int, nargs="+", default=[2_000], help="sizes to measure (default: 2000)")
    for size in parser.parse_args(arguments).records:
        print(f"\n{size:,} customers against as many accounts\n{_head()}", flush=True)
        for row in measure_matching(size):
            print(_line(row), flush=True)
    return 0


def measure_matching(records: int) -> Iterator[Row]:
    """Fill two worlds with the same companies, read both sides as the floor program does, then match them."""
    with TemporaryDirectory() as folder, running_world(records) as bc, running_world(0) as sales:

        def run(work: str) -> Told:
            (home := Path(folder) / work).mkdir()
            task = Task(work, bc.address, sales.address, str(home))
            command = [sys.executable, "-m", f"{__package__}.child"]
            done = subprocess.run(command, input=orjson.dumps(asdict(task)), stdout=subprocess.PIPE, check=True)
            told = orjson.loads(done.stdout)
            return Told(Usage(**told["usage"]), told["coupled"])

        run("load")
        floor = run("read")
        yield Row("floor: both sides read once", floor, floor.usage)
        yield Row("preview, its first page", run("preview"), floor.usage)
        yield Row("match: couple what fits, log the rest", run("match"), floor.usage)


def _head() -> str:
    return "{:40}{:>9}{:>8}{:>10}{:>8}{:>10}{:>9}".format(*_NAMES)


def _line(row: Row) -> str:
    usage, floor = row.told.usage, row.floor
    requests = f"{usage.requests:10}{usage.requests / floor.requests:7.2f}x" if usage.requests else f"{'-':>10}{'':8}"
    ratio = usage.cpu / max(floor.cpu, 1e-6)
    return f"{row.name:40}{usage.cpu:9.3f}{ratio:7.2f}x{requests}{usage.peak:10.0f}{row.told.coupled:9}"


if __name__ == "__main__":
    sys.exit(main())
