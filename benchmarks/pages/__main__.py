"""`python -m benchmarks.pages`: what each page costs with many couplings, as a multiple of what it costs with few."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from flask.testing import FlaskClient

from .addresses import PAGES
from .database import Clock, address_of, clock_of, server
from .host import furnished_host

GOAL = 3.0
"""Times what a page may cost with many."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print a line for each page; 1 when one of them misses the goal."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.pages", description=__doc__)
    parser.add_argument(
        "--couplings", type=int, nargs=2, default=[100, 100_000], help="few and many (default: 100 100000)"
    )
    parser.add_argument("--rounds", type=int, default=7, help="times each page is asked for; the median counts")
    parser.add_argument("--postgresql", action="store_true", help="on a PostgreSQL server of its own; its time counts")
    parser.add_argument("--only", default="", help="pages whose name has this in it")
    options = parser.parse_args(arguments)
    few, many = options.couplings
    missed = 0
    pages = {name: address for name, address in PAGES.items() if options.only in name}
    with TemporaryDirectory() as temporary, ExitStack() as stack:
        folder = Path(temporary)
        host = stack.enter_context(server(folder / "postgresql" if options.postgresql else None))
        clients = [
            stack.enter_context(furnished_host(folder, size, address_of(folder, host, size))).test_client()
            for size in (few, many)
        ]
        print(f"{'milliseconds of CPU':34}{few:>10,}{many:>10,}{'ratio':>8}")
        for name, cost in _measure(clients, options.rounds, pages, clock_of(host)):
            ratio = cost[1] / cost[0]
            missed += ratio > GOAL
            print(f"{name:34}{cost[0] * 1000:10.1f}{cost[1] * 1000:10.1f}{ratio:8.2f}", flush=True)
    print(f"{missed} of {len(pages)} pages cost more than {GOAL:g} times as much")
    return int(missed > 0)


def _measure(
    clients: Sequence[FlaskClient], rounds: int, pages: Mapping[str, str], clock: Clock
) -> Iterator[tuple[str, list[float]]]:
    """CPU seconds of each page, of both hosts asked in turn."""
    for name, address in pages.items():
        costs: list[list[float]] = [[] for _ in clients]
        for round in range(rounds + 1):
            for place, client in enumerate(clients):
                before = clock()
                answer = client.get(address)
                if answer.status_code != 200:
                    raise RuntimeError(f"{address} answered {answer.status}")
                if round:  # the first one also compiles the template
                    costs[place].append(clock() - before)
        yield name, [median(each) for each in costs]


if __name__ == "__main__":
    sys.exit(main())
