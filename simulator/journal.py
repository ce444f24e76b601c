"""The journal: every HTTP request the simulator saw, with its answer, and why it was refused."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import overload

import orjson


@dataclass(slots=True)
class Entry:
    """One request and its answer; a `$batch` counts as one.

    `reason` is the error code and message of a refusal (of a batch: of each part that was refused), `faults` the names
    of the fault rules that fired. Credentials are not kept: the Authorization header is cut after its scheme.
    """

    number: int
    at: datetime
    service: str
    method: str
    url: str
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    status: int = 0
    answer_headers: dict[str, str] = field(default_factory=dict)
    answer: bytes = b""
    seconds: float = 0.0
    reason: str = ""
    faults: tuple[str, ...] = ()


class Journal(Sequence[Entry]):
    """A list-like record of requests, oldest first; the oldest are dropped beyond `most` entries.

    Bodies longer than `most_bytes` are cut. Numbers go on rising over a clear.
    """

    def __init__(self, most: int = 5_000, most_bytes: int = 8_192) -> None:
        self.most_bytes = most_bytes
        self.dropped = 0
        self._entries: deque[Entry] = deque(maxlen=most)
        self._lock = threading.Lock()
        self._number = 0

    def add(self, entry: Entry) -> None:
        """Record one request; its number is set here."""
        entry.body, entry.answer = entry.body[: self.most_bytes], entry.answer[: self.most_bytes]
        authorization = entry.headers.get("authorization")
        if authorization:
            entry.headers["authorization"] = authorization.partition(" ")[0] + " …"
        with self._lock:
            self._number += 1
            entry.number = self._number
            if len(self._entries) == self._entries.maxlen:
                self.dropped += 1
            self._entries.append(entry)

    def clear(self) -> None:
        """Forget every entry."""
        with self._lock:
            self._entries.clear()
            self.dropped = 0

    def find(self, service: str = "", method: str = "", text: str = "", status: int = 0) -> list[Entry]:
        """Return the entries that match everything given; `text` is looked for in address, bodies and reason."""
        return [one for one in self if _matches(one, service, method, text, status)]

    def count(self, value: object = None, *, service: str = "", method: str = "", text: str = "") -> int:
        """Return how many entries match; without arguments, how many there are."""
        return len(self.find(service, method, text))

    @overload
    def __getitem__(self, place: int) -> Entry: ...
    @overload
    def __getitem__(self, place: slice) -> list[Entry]: ...
    def __getitem__(self, place: int | slice) -> Entry | list[Entry]:
        return list(self._entries)[place]

    def __len__(self) -> int:
        return len(self._entries)

    def __iter__(self) -> Iterator[Entry]:
        return iter(list(self._entries))


def _matches(entry: Entry, service: str, method: str, text: str, status: int) -> bool:
    if (service and entry.service != service) or (method and entry.method != method):
        return False
    if status and entry.status != status:
        return False
    sought = text.encode().lower()
    seen = b"\n".join([entry.url.encode(), entry.body, entry.answer, entry.reason.encode()]).lower()
    return sought in seen


def find_reason(answer: bytes) -> str:
    """Return the code and message of an error body of either service, or the text itself when it is no such body."""
    try:
        body = orjson.loads(answer)
    except orjson.JSONDecodeError:
        return answer[:500].decode(errors="replace")
    error = body.get("error") if isinstance(body, dict) else None
    if isinstance(error, dict):
        return f"{error.get('code', '')}: {error.get('message', '')}"
    return ""
