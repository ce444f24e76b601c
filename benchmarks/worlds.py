"""Simulators in processes of their own, so that their work is not counted as ours."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from socket import socket

import requests

from simulator.config import SimulatorConfig

PATIENCE = 600
"""Seconds a seed may take."""


@dataclass(frozen=True, slots=True)
class World:
    """A running simulator: its address, and its process."""

    address: str
    pid: int

    def take_snapshot(self, name: str) -> None:
        """Keep both worlds as they are."""
        requests.post(f"{self.address}/_simulator/snapshots", json={"name": name}, timeout=PATIENCE).raise_for_status()

    def slow_down(self, seconds: float) -> None:
        """Let each request wait so long before it is handled."""
        rule = {"effect": "latency", "name": "slow", "parameters": {"seconds": seconds}}
        requests.post(f"{self.address}/_simulator/faults", json=rule, timeout=PATIENCE).raise_for_status()

    def restore(self, name: str) -> None:
        """Go back to a snapshot."""
        answer = requests.post(f"{self.address}/_simulator/snapshots/{name}/restore", timeout=PATIENCE)
        answer.raise_for_status()


@contextmanager
def running_world(customers: int, *, threads: int = 8, lenient: bool = True) -> Iterator[World]:
    """A simulator with that many customers, on a free port, until the block ends."""
    port = free_port()
    options = ["--port", str(port), "--customers", str(customers), "--threads", str(threads)]
    command = [sys.executable, "-m", "simulator", *options, *(["--lenient"] if lenient else [])]
    with running(command, f"http://127.0.0.1:{port}/_simulator/status") as process:
        yield World(f"http://127.0.0.1:{port}", process.pid)


@contextmanager
def running(command: list[str], address: str) -> Iterator[subprocess.Popen[bytes]]:
    """A process which serves `address`, from its first answer to the end of the block."""
    with tempfile.TemporaryFile() as told:
        process = subprocess.Popen(command, stdout=told, stderr=subprocess.STDOUT, cwd=Path(__file__).parent.parent)
        try:
            _await_answer(process, address)
            yield process
        finally:
            process.terminate()  # not killed: it removes its world
            process.wait()


def _await_answer(process: subprocess.Popen[bytes], address: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and process.poll() is None:
        try:
            requests.get(address, timeout=PATIENCE)
            return
        except requests.ConnectionError:
            time.sleep(0.1)
    raise RuntimeError(f"{' '.join(process.args)} does not answer at {address}")  # type: ignore[arg-type]


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def bc_root(address: str) -> str:
    """Where Business Central's standard API begins."""
    config = SimulatorConfig()
    return f"{address}/v2.0/{config.tenant}/{config.environment}/api/v2.0"


def bc_company(address: str) -> str:
    """Where the tables of the only company are."""
    return f"{bc_root(address)}/companies({SimulatorConfig().company.id})"


def sales_root(address: str) -> str:
    """Where the Dataverse Web API begins."""
    return f"{address}/api/data/v9.2"
