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


class Quiet:
    """The progress of a part of a run: it commits with the whole, and leaves reporting and stopping to it."""

    def __init__(self, whole: Progress) -> None:
        self._whole = whole

    def report(self, done: int, total: int | None, counters: Mapping[str, int], requests: int) -> None:
        """Nobody is told."""

    def stop_requested(self) -> bool:
        """A part is not stopped."""
        return False

    def commit(self) -> None:
        """See `Progress.commit`."""
        self._whole.commit()
