"""What a run needs of whoever started it: a place to report to, and the right to commit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol


class Progress(Protocol):
    """A running job, as the engine sees it."""

    def report(self, done: int, total: int | None, counters: Mapping[str, int], requests: int) -> None:
        """Tell how far the run is; cheap, nothing is sent or written."""
        ...

    def stop_requested(self) -> bool:
        """Whether someone asked the run to stop."""
        ...

    def commit(self) -> None:
        """Commit what was written to the session, if the run is still entitled to; raises otherwise."""
        ...
