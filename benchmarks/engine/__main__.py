"""`python -m benchmarks.engine --records 10000 100000`: CPU, requests and memory of the engine, as ratios."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from .latency import Late, load_slowly
from .story import Row, tell_story

_HEAD = f"{'':44}{'CPU s':>16}{'':>8}{'requests':>18}{'':>8}{'peak MiB':>14}"
_NAMES = f"{'':44}{'floor':>8}{'ours':>8}{'ratio':>8}{'minimum':>10}{'ours':>8}{'ratio':>8}{'floor':>7}{'ours':>7}"


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print a table for each size."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.engine", description=__doc__)
    parser.add_argument("--records", type=int, nargs="+", default=[2_000], help="sizes to measure (default: 2000)")
    parser.add_argument("--latency", type=float, help="instead: an initial load with so many seconds for each request")
    asked = parser.parse_args(arguments)
    if asked.latency is not None:
        for size in asked.records:
            print(_late_line(size, load_slowly(size, asked.latency)), flush=True)
        return 0
    peaks: dict[str, list[float]] = {}
    for size in asked.records:
        print(f"\n{size:,} records\n{_HEAD}\n{_NAMES}", flush=True)
        for row in tell_story(size):
            peaks.setdefault(row.name, []).append(row.ours.peak)
            print(_line(row), flush=True)
    _compare_peaks(peaks)
    return 0


def _line(row: Row) -> str:
    floor, ours = row.floor, row.ours
    cpu = f"{floor.cpu:8.3f}{ours.cpu:8.3f}{ours.cpu / max(floor.cpu, 1e-6):7.1f}x"
    requests = f"{row.minimum:10}{ours.requests:8}{ours.requests / row.minimum:7.2f}x"
    return f"{row.name:44}{cpu}{requests}{floor.peak:7.0f}{ours.peak:7.0f}"


def _late_line(size: int, told: Late) -> str:
    late, plain, waited = told.late, told.plain, told.seconds * told.late.requests
    return (
        f"{size:,} records to Sales, {told.seconds * 1000:.0f} ms for each of {late.requests} requests: "
        f"{late.wall:.2f} s, CPU {late.cpu:.2f} s, {late.wall / told.bound:.2f} x what waits and CPU take; "
        f"without: {plain.wall:.2f} s, so {late.wall - plain.wall:.2f} s of {waited:.2f} s of waits do not overlap"
    )


def _compare_peaks(peaks: dict[str, list[float]]) -> None:
    for name, of_sizes in peaks.items():
        if len(of_sizes) > 1:
            print(f"peak memory, last size to first: {name:44}{of_sizes[-1] / max(of_sizes[0], 1):5.2f}x")


if __name__ == "__main__":
    sys.exit(main())
