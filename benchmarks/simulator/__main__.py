"""`python -m benchmarks.simulator`: the simulator's speed as a share of prebuilt answers, and its memory."""

from __future__ import annotations

import argparse
import base64
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import orjson
import requests

from benchmarks.worlds import free_port, running, running_world

from .cases import Case, make_cases

ROUNDS = 5
"""Portions in which both servers are asked in turn; the median of each counts."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print one line for each kind of request."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.simulator", description=__doc__)
    parser.add_argument("--customers", type=int, default=100_000, help="size of the worlds (default: %(default)s)")
    parser.add_argument("--requests", type=int, default=200, help="of each kind, to each server (default: %(default)s)")
    options = parser.parse_args(arguments)
    with running_world(options.customers, threads=8, lenient=False) as world, TemporaryDirectory() as folder:
        memory = _memory(world.pid)
        cases = make_cases(world.address)
        file, port = Path(folder) / "answers.json", free_port()
        file.write_bytes(orjson.dumps([_capture(case) for case in cases]))
        floor = f"http://127.0.0.1:{port}"
        command = [sys.executable, "-m", f"{__package__}.floor", str(port), str(file)]
        with running(command, floor) as process:
            print(f"{options.customers:,} customers; CPU of each server's process for one request, in milliseconds")
            print(f"{'':30}{'floor':>9}{'simulator':>11}{'ratio':>8}{'goal':>7}{'a second':>10}")
            for number, case in enumerate(cases):
                addresses = (f"{floor}/{number}", process.pid), (case.address, world.pid)
                print(_line(case, *_compare(case, addresses, max(options.requests // ROUNDS, 1))), flush=True)
        print(f"memory after the seed: {memory:.0f} MiB (goal: 600 with 100,000 customers)")
    return 0


def _line(case: Case, floor: float, ours: float) -> str:
    ratio, rate = floor / ours, 1 / ours
    goal = f"{case.goal:g}/s" if case.is_rate else f"{case.goal:.2f}"
    return f"{case.name:30}{floor * 1000:9.3f}{ours * 1000:11.3f}{ratio:8.2f}{goal:>7}{rate:10.0f}"


def _capture(case: Case) -> dict[str, object]:
    """The simulator's own answer, for the floor to repeat."""
    answer = requests.request(case.method, case.address, headers=case.headers, data=case.body(), timeout=600)
    answer.raise_for_status()
    kind = answer.headers.get("Content-Type", "")
    return {"status": answer.status_code, "type": kind, "body": base64.b64encode(answer.content).decode()}


def _compare(case: Case, addresses: Sequence[tuple[str, int]], times: int) -> tuple[float, float]:
    """CPU seconds for one request, of both servers."""
    told: list[list[float]] = [[] for _ in addresses]
    with requests.Session() as line:
        for _ in range(ROUNDS):
            for place, (address, pid) in enumerate(addresses):
                bodies = [case.body() for _ in range(times)]
                before = _cpu(pid)
                for body in bodies:
                    line.request(case.method, address, headers=case.headers, data=body, timeout=600).raise_for_status()
                told[place].append((_cpu(pid) - before) / times)
    floor, ours = (max(median(each), 1e-5) for each in told)
    return floor, ours


def _cpu(pid: int) -> float:
    """CPU seconds a process has used so far, by the kernel's own count."""
    tasks = Path(f"/proc/{pid}/task")
    if not tasks.exists():
        raise RuntimeError("the CPU time of another process is read from /proc, which this system lacks")
    return sum(int((each / "schedstat").read_text().split()[0]) for each in tasks.iterdir()) / 1e9


def _memory(pid: int) -> float:
    """Resident memory of a process in MiB."""
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / (1 << 20)


if __name__ == "__main__":
    sys.exit(main())
