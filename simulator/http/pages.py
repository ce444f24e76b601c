"""Pages already answered, kept until something in their set is written."""

from __future__ import annotations

import threading
from collections import OrderedDict

from simulator.odata.messages import ServiceRequest, ServiceResponse
from simulator.odata.query import Query
from simulator.odata.syntax import Call, Lambda, Path, walk

_MOST_BYTES = 48 * 1024 * 1024
_LARGEST = 16 * 1024 * 1024

Mark = tuple[int, str, int]


class Pages:
    """The latest pages by request, within a bound of memory; a page whose mark is not the present one is stale."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[str, ...], tuple[Mark, ServiceResponse]] = OrderedDict()
        self._bytes = 0
        self._lock = threading.Lock()

    def key(self, request: ServiceRequest) -> tuple[str, ...]:
        """Return what makes two requests ask for the same page."""
        return (
            request.base, request.root, request.path, request.query,
            request.header("prefer"), request.header("company"), request.header("companyid"), request.header("accept"),
        )  # fmt: skip

    def get(self, key: tuple[str, ...]) -> tuple[Mark, ServiceResponse] | None:
        """Return a kept page with its mark, or None."""
        return self._kept.get(key)

    def put(self, key: tuple[str, ...], mark: Mark, response: ServiceResponse) -> None:
        """Keep a page; the oldest ones make room."""
        size = len(response.body)
        if size > _LARGEST:
            return
        with self._lock:
            self._drop(key)
            self._kept[key] = (mark, response)
            self._bytes += size
            while self._bytes > _MOST_BYTES:
                self._drop(next(iter(self._kept)))

    def _drop(self, key: tuple[str, ...]) -> None:
        gone = self._kept.pop(key, None)
        if gone is not None:
            self._bytes -= len(gone[1].body)


def depends_on_one_set(query: Query) -> bool:
    """Whether a page is determined by the rows of its own set: no expand, no path, no function of time or user."""
    if query.expand:
        return False
    for node in walk(query.filter):
        if isinstance(node, Lambda) or (isinstance(node, Call) and "." in node.name):
            return False
        if isinstance(node, Path) and len(node.names) > 1:
            return False
    return True
