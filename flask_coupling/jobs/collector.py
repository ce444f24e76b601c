"""Let Python's collector of reference cycles rest while many rows are handled."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

RESTING = 30_000
"""Objects that may come into being before the collector looks for cycles again; Python's own number is 700."""

_lock = Lock()
_runs = 0
_before: tuple[int, int, int] = (0, 0, 0)


@contextmanager
def rare_collections() -> Iterator[None]:
    """Collect less often until the block ends, in the whole process; runs at the same time share it.

    Rows make no cycles, but each is many objects, so that the collector would walk through all of them again and
    again: a fifth of the CPU time of an initial load. A host that collects as rarely already, or never, is left alone.
    """
    _begin()
    try:
        yield
    finally:
        _end()


def _begin() -> None:
    global _runs, _before
    with _lock:
        _runs += 1
        if _runs == 1:
            _before = gc.get_threshold()
            if 0 < _before[0] < RESTING:
                gc.set_threshold(RESTING, *_before[1:])


def _end() -> None:
    global _runs
    with _lock:
        _runs -= 1
        if _runs == 0:
            gc.set_threshold(*_before)
