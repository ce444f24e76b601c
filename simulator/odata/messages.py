"""A request and its answer, free of any web framework; `$batch` makes them too."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class Remarks:
    """What is worth knowing of an exchange beside its answer: fault rules that fired, refusals inside a batch."""

    faults: list[str] = field(default_factory=list)
    refusals: list[str] = field(default_factory=list)


@dataclass(slots=True)
class ServiceRequest:
    """One request to a service.

    `base` is scheme, host and port as the caller used them; `root` the path of the service root, `path` what follows
    it (decoded), `query` the raw query string. Header names are lower case. `parsed` is the body when it was read
    already (a part of a JSON batch). `caller` is the user's id. A batch and its parts share their `remarks`.
    """

    method: str
    base: str
    root: str
    path: str
    query: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    parsed: Any = None
    caller: str = ""
    in_batch: bool = False
    references: Mapping[str, str] = field(default_factory=dict)
    remarks: Remarks = field(default_factory=Remarks)

    @property
    def root_url(self) -> str:
        """The service root as an absolute address, without a slash at its end."""
        return self.base + self.root

    def header(self, name: str, default: str = "") -> str:
        """Return a header by lower-case name."""
        return self.headers.get(name, default)


@dataclass(slots=True)
class ServiceResponse:
    """An answer: status, headers in the order they are sent, body."""

    status: int
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
