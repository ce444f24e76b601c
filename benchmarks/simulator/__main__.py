"""`python -m benchmarks.simulator`: the simulator's speed as a share of prebuilt answers, and its memory."""

from __future__ import annotations

import argparse
import base64
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from urllib.parse import quote, urlsplit

import orjson
import requests

from benchmarks.worlds import free_port, running, running_world

from .cases import Case, make_cases
from .clients import CLIENTS, write_requests

ROUNDS = 9
"""Portions in which both servers are asked in turn; the median of each counts."""
_HEADS = ("", "floor/s", "ours/s", "ratio", "goal", "floor ms", "ours ms", "CPU ratio")


@dataclass(frozen=True, slots=True)
class Server:
    """One of the two servers: its process, and where a case is asked of it."""

    address: str
    pid: int

    def cpu(self) -> float:
        """CPU seconds the process has used so far, by the kernel's own count."""
        tasks = Path(f"/proc/{self.pid}/task")
        if not tasks.exists():
            raise RuntimeError("the CPU time of another process is read from /proc, which this system lacks")
        return sum(int((each / "schedstat").read_text().split()[0]) for each in tasks.iterdir()) / 1e9

    def memory(self) -> float:
        """Resident memory of the process in MiB."""
        pages = int(Path(f"/proc/{self.pid}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE") / (1 << 20)


@dataclass(frozen=True, slots=True)
class Told:
    """What one portion of requests cost: seconds and CPU seconds for one of them."""

    seconds: float
    cpu: float


class Clients:
    """The process that asks, and the folder where it finds what."""

    def __init__(self, process: subprocess.Popen[str], folder: Path) -> None:
        self._process = process
        self._file = folder / "requests"

    def ask(self, server: Server, wire: Sequence[bytes]) -> Told:
        """Send these requests and return what each took."""
        write_requests(self._file, wire)
        place = urlsplit(server.address)
        work = {"host": place.hostname, "port": place.port, "file": str(self._file)}
        assert self._process.stdin is not None and self._process.stdout is not None
        before = server.cpu()
        self._process.stdin.write(json.dumps(work) + "\n")
        self._process.stdin.flush()
        told = self._process.stdout.readline()
        if not told:
            raise RuntimeError("the clients gave up; what they say stands above")
        return Told(json.loads(told)["seconds"] / len(wire), (server.cpu() - before) / len(wire))


@contextmanager
def started_clients(folder: Path) -> Iterator[Clients]:
    """The clients' process, until the block ends."""
    command = [sys.executable, "-m", f"{__package__}.clients"]
    root = Path(__file__).parents[2]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=root) as process:
        yield Clients(process, folder)
        assert process.stdin is not None
        process.stdin.close()


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print one line for each kind of request."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.simulator", description=__doc__)
    parser.add_argument("--customers", type=int, default=100_000, help="size of the worlds (default: %(default)s)")
    parser.add_argument(
        "--requests", type=int, default=1000, help="of each kind, to each server (default: %(default)s)"
    )
    parser.add_argument("--only", nargs="+", default=[""], help="only kinds whose name holds one of these texts")
    options = parser.parse_args(arguments)
    with running_world(options.customers, threads=8, lenient=False) as world, TemporaryDirectory() as folder:
        ours = Server(world.address, world.pid)
        memory = ours.memory()
        cases = [case for case in make_cases(world.address) if any(each in case.name for each in options.only)]
        with started_floor(cases, Path(folder)) as floor, started_clients(Path(folder)) as clients:
            _compare_all(cases, floor, ours, clients, options.requests)
        print(
            f"{options.customers:,} customers; {CLIENTS} clients over kept connections, one process of 8 threads each"
        )
        print(f"memory after the seed: {memory:.0f} MiB, in the end: {ours.memory():.0f} MiB (goal: 600)")
    return 0


@contextmanager
def started_floor(cases: Sequence[Case], folder: Path) -> Iterator[Server]:
    """The floor's server, which has the simulator's own answers."""
    file, port = folder / "answers.json", free_port()
    file.write_bytes(orjson.dumps([_capture(case) for case in cases]))
    address = f"http://127.0.0.1:{port}"
    with running([sys.executable, "-m", f"{__package__}.floor", str(port), str(file)], address) as process:
        yield Server(address, process.pid)


def _capture(case: Case) -> dict[str, object]:
    """The simulator's own answer, for the floor to repeat."""
    address = case.addresses[0]
    answer = requests.request(case.method, address, headers=case.headers, data=case.body(), timeout=600)
    answer.raise_for_status()
    kind = answer.headers.get("Content-Type", "")
    return {"status": answer.status_code, "type": kind, "body": base64.b64encode(answer.content).decode()}


def _compare_all(cases: Sequence[Case], floor: Server, ours: Server, clients: Clients, most: int) -> None:
    print("{:30}{:>9}{:>9}{:>7}{:>7}{:>10}{:>9}{:>11}".format(*_HEADS))
    for number, case in enumerate(cases):
        times = max(most // ROUNDS // case.weight, CLIENTS if most > CLIENTS else 1)
        told: tuple[list[Told], list[Told]] = ([], [])
        for _ in range(ROUNDS):
            addresses = [case.addresses[place % len(case.addresses)] for place in range(times)]
            bodies = [case.body() for _ in range(times)]
            for server, kept in zip((floor, ours), told, strict=True):
                asked = [f"{floor.address}/{number}"] * times if server is floor else addresses
                wire = [_on_wire(case, *each) for each in zip(asked, bodies, strict=True)]
                kept.append(clients.ask(server, wire))
        print(_line(case, *map(_median, told)), flush=True)


def _median(told: Sequence[Told]) -> Told:
    return Told(median(each.seconds for each in told), max(median(each.cpu for each in told), 1e-6))


def _on_wire(case: Case, address: str, body: bytes) -> bytes:
    """A request as its bytes."""
    place = urlsplit(address)
    target = quote(place.path, safe="/()$,'") + (f"?{quote(place.query, safe='/()$,=&%')}" if place.query else "")
    headers = {"Host": place.netloc, **case.headers, **({"Content-Length": str(len(body))} if body else {})}
    lines = [f"{case.method} {target} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items())]
    return "\r\n".join([*lines, "", ""]).encode() + body


def _line(case: Case, floor: Told, ours: Told) -> str:
    goal = f"{case.goal:g}/s" if case.is_rate else f"{case.goal:.2f}"
    return (
        f"{case.name:30}{1 / floor.seconds:9.0f}{1 / ours.seconds:9.0f}{floor.seconds / ours.seconds:7.2f}{goal:>7}"
        f"{floor.cpu * 1000:10.3f}{ours.cpu * 1000:9.3f}{floor.cpu / ours.cpu:11.2f}"
    )


if __name__ == "__main__":
    sys.exit(main())
