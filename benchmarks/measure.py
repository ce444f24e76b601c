"""What a stretch of work costs this process: CPU seconds, and memory above what it had before."""

from __future__ import annotations

import gc
import resource
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

_STATUS = Path("/proc/self/status")
_CLEAR = Path("/proc/self/clear_refs")
MEBIBYTE = 1 << 20


@dataclass(frozen=True, slots=True)
class Usage:
    """CPU seconds of all threads, peak memory in MiB above the start, wall seconds, and HTTP requests made."""

    cpu: float
    peak: float
    wall: float
    requests: int


def measure(work: Callable[[], int]) -> Usage:
    """Run `work`, which returns how many HTTP requests it made."""
    gc.collect()
    before, started, cpu = _reset_peak(), time.monotonic(), time.process_time()
    requests = work()
    cpu = time.process_time() - cpu
    return Usage(cpu, (_peak() - before) / MEBIBYTE, time.monotonic() - started, requests)


def _reset_peak() -> int:
    """Start the kernel's own record of the peak anew where it can be; the bytes in use now."""
    if not _STATUS.exists():
        return _peak()
    _CLEAR.write_text("5")
    return _status("VmRSS")


def _peak() -> int:
    if _STATUS.exists():
        return _status("VmHWM")
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def _status(name: str) -> int:
    line = next(line for line in _STATUS.read_text().splitlines() if line.startswith(f"{name}:"))
    return int(line.split()[1]) * 1024
