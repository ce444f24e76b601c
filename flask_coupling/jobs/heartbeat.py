"""A thread that keeps a job's lease alive and its progress visible while the handler is busy."""

from __future__ import annotations

import logging
from collections.abc import Callable
from threading import Event, Thread
from types import TracebackType

from sqlalchemy.exc import OperationalError

log = logging.getLogger(__name__)


class Heartbeat:
    """Calls `beat` every `seconds` while the `with` block runs; ends by itself once `beat` returns False.

    `hang_up` is called at the end, in the thread that beats.
    """

    def __init__(self, beat: Callable[[], bool], seconds: float, hang_up: Callable[[], None] = lambda: None) -> None:
        self._beat, self._seconds, self._hang_up = beat, seconds, hang_up
        self._stopped = Event()
        self._thread = Thread(target=self._run, name="coupling-heartbeat", daemon=True)

    def __enter__(self) -> Heartbeat:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stopped.set()
        self._thread.join()

    def _run(self) -> None:
        try:
            self._beat_on()
        finally:
            self._hang_up()

    def _beat_on(self) -> None:
        while not self._stopped.wait(self._seconds):
            try:
                if not self._beat():
                    return
            except OperationalError as error:
                # the database is busy (SQLite lets one write at a time): the lease outlives several beats
                log.warning("heartbeat failed error=%s", type(error.orig).__name__)
            except Exception:
                log.exception("heartbeat failed")
