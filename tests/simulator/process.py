"""Runs the simulator as its own process, for tests that need real sockets."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[2]


def free_port() -> int:
    """Return a port of the loopback address that nobody listens on."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


@contextmanager
def running(*options: str, cwd: Path, customers: int = 10) -> Iterator[tuple[str, list[str]]]:
    """Run ``python -m simulator`` and yield its address, once it answers there, and what it printed."""
    port = free_port()
    size = ("--customers", str(customers), "--cache", "")
    command = [sys.executable, "-m", "simulator", "--port", str(port), *size, *options]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    with subprocess.Popen(
        command, cwd=cwd, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stdout
            printed: list[str] = []
            while not printed or "Control" not in printed[-1]:
                line = process.stdout.readline()
                assert line, process.stderr and process.stderr.read()
                printed.append(line)
            _wait_until_it_listens(port)
            scheme = "https" if "--tls" in options else "http"
            yield f"{scheme}://127.0.0.1:{port}", printed
        finally:
            process.terminate()


def _wait_until_it_listens(port: int) -> None:
    """Return when the port is open: the addresses are printed a moment before."""
    deadline = time.monotonic() + 30
    while True:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=1):
                return
        except OSError:
            if time.monotonic() > deadline:
                raise
