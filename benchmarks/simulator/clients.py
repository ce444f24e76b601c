"""Clients that ask again as soon as they are answered, in a process of their own: what a server gets done in a second.

They do nothing but send requests that were built beforehand and count the bytes of answers, so that they cost the
machine little beside the server. A line of JSON on the standard input is a piece of work, one on the standard output
says how it went.
"""

from __future__ import annotations

import json
import re
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from selectors import EVENT_READ, DefaultSelector
from socket import IPPROTO_TCP, TCP_NODELAY, create_connection, socket

CLIENTS = 8
_CHUNK = 1 << 20
_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_BODILESS = (204, 304)


@dataclass(slots=True)
class _Line:
    """One connection, and how much of an answer is still to come."""

    socket: socket
    head: bytes = b""
    left: int = 0

    def read(self) -> int:
        """Read what is there and return the answer's status when all of it has come, else 0."""
        part = self.socket.recv(_CHUNK)
        if not part:
            raise ConnectionError("the server closed the connection")
        if self.left:
            self.left -= len(part)
            return 0 if self.left else self.status
        self.head += part
        head, mark, body = self.head.partition(b"\r\n\r\n")
        if not mark:
            return 0
        self.head = head
        self.left = self._length() - len(body)
        return 0 if self.left else self.status

    @property
    def status(self) -> int:
        """The status of the answer."""
        return int(self.head[9:12])

    def _length(self) -> int:
        found = _LENGTH.search(self.head)
        if found is None and self.status not in _BODILESS:
            raise ConnectionError(f"an answer with no length: {self.head!r}")
        return int(found[1]) if found and self.status not in _BODILESS else 0

    def send(self, request: bytes) -> None:
        """Begin the next exchange."""
        self.head, self.left = b"", 0
        self.socket.sendall(request)


def ask(host: str, port: int, requests: Iterable[bytes], clients: int = CLIENTS) -> float:
    """Send all requests, one at a time over each of several kept connections; return how many seconds it took."""
    waiting = iter(requests)
    with ExitStack() as stack:
        selector = stack.enter_context(DefaultSelector())
        lines = [_Line(stack.enter_context(create_connection((host, port), 60))) for _ in range(clients)]
        for line in lines:
            line.socket.setsockopt(IPPROTO_TCP, TCP_NODELAY, 1)
            selector.register(line.socket, EVENT_READ, line)
        started = time.perf_counter()
        _exchange(selector, lines, waiting)
        return time.perf_counter() - started


def _exchange(selector: DefaultSelector, lines: list[_Line], waiting: Iterator[bytes]) -> None:
    busy = sum(_send_next(line, waiting) for line in lines)
    while busy:
        for key, _ in selector.select():
            line = key.data
            status = line.read()
            if status >= 400:
                raise ConnectionError(f"an answer of status {status}: {line.head!r}")
            if status and not _send_next(line, waiting):
                busy -= 1


def _send_next(line: _Line, waiting: Iterator[bytes]) -> bool:
    request = next(waiting, None)
    if request is None:
        return False
    line.send(request)
    return True


def write_requests(file: Path, requests: Iterable[bytes]) -> None:
    """Write requests, as bytes for the wire, where the clients find them."""
    with file.open("wb") as out:
        for request in requests:
            out.write(len(request).to_bytes(8) + request)


def _read_requests(file: Path) -> list[bytes]:
    content, requests, place = file.read_bytes(), [], 0
    while place < len(content):
        length = int.from_bytes(content[place : place + 8])
        requests.append(content[place + 8 : place + 8 + length])
        place += 8 + length
    return requests


def main() -> None:
    """Do the pieces of work that the standard input names."""
    for line in sys.stdin:
        work = json.loads(line)
        seconds = ask(work["host"], work["port"], _read_requests(Path(work["file"])))
        print(json.dumps({"seconds": seconds}), flush=True)


if __name__ == "__main__":
    main()
