"""Threads that answer requests in turn: one works and the others wait, unless it takes long.

Python runs one thread at a time. Where several work, each statement of a database and each answer sent is an occasion
to change threads, and that costs more than many a request does.
"""

from __future__ import annotations

import logging
import time
from collections import deque
from functools import partial
from threading import Condition, Event, Lock, Thread, local
from typing import Protocol

log = logging.getLogger(__name__)

_own = local()


class Task(Protocol):
    """A request as the server hands it over."""

    def service(self) -> None:
        """Answer it."""

    def cancel(self) -> None:
        """Leave it unanswered."""


class Turns:
    """A dispatcher for the server: answers requests in the order they came, each when its turn has come.

    A thread loses its turn to the next request when it has been busy for `patience` seconds (a scan, another writer to
    wait for, a webhook to be posted) and when it pauses: nobody waits for another's delay. It goes on beside the rest.
    """

    def __init__(self, threads: int, patience: float = 0.003) -> None:
        self._patience = patience
        self._queue: deque[Task] = deque()
        self._lock = Lock()
        self._called = Condition(self._lock)
        self._is_crowded = Event()
        self._is_over = self._is_taken = self._is_called = False
        self._turn = 0
        self._workers = [Thread(target=self._work, name=f"simulator-{each}", daemon=True) for each in range(threads)]
        for thread in [*self._workers, Thread(target=self._watch, name="simulator-turns", daemon=True)]:
            thread.start()

    def add_task(self, task: Task) -> None:
        """Take a request over."""
        with self._lock:
            self._queue.append(task)
            if self._is_taken:
                self._keep_watch()
            else:
                self._call()

    def shutdown(self, timeout: float = 5) -> None:
        """Leave what waits unanswered, and give what is at work some time to end."""
        with self._lock:
            self._is_over = True
            self._called.notify_all()
        self._is_crowded.set()
        deadline = time.monotonic() + timeout
        for thread in self._workers:
            thread.join(max(deadline - time.monotonic(), 0))
        while self._queue:
            self._queue.popleft().cancel()

    def _work(self) -> None:
        turn = 0
        while (found := self._next(turn)) is not None:
            turn, task = found
            _own.pass_on = partial(self._pass_on, turn)
            try:
                task.service()
            except BaseException:  # this thread has others to answer
                log.exception("request crashed task=%r", task)

    def _next(self, turn: int) -> tuple[int, Task] | None:
        """End a turn, and begin the next one when there is a request for it; None when all is over."""
        with self._lock:
            self._free(turn)
            while not self._is_over and (self._is_taken or not self._queue):
                self._called.wait()
            if self._is_over:
                return None
            self._is_taken, self._is_called = True, False
            self._turn += 1
            task = self._queue.popleft()
            if self._queue:
                self._keep_watch()
            return self._turn, task

    def _free(self, turn: int) -> None:
        if turn == self._turn:
            self._is_taken = False

    def _call(self) -> None:
        """Wake a thread, unless one is on its way."""
        if not self._is_called:
            self._is_called = True
            self._called.notify()

    def _pass_on(self, turn: int) -> None:
        """Let the next request begin beside the one of this turn."""
        with self._lock:
            self._free(turn)
            if self._queue and not self._is_taken:
                self._call()

    def _keep_watch(self) -> None:
        if not self._is_crowded.is_set():
            self._is_crowded.set()

    def _watch(self) -> None:
        """Take the turn from a thread that is busy for long while others wait."""
        while not self._is_over:
            self._is_crowded.wait()
            turn = self._turn
            time.sleep(self._patience)
            if self._queue:
                self._pass_on(turn)
            else:
                self._is_crowded.clear()


def pause(seconds: float) -> None:
    """Do nothing for a while, during which others have their turn."""
    pass_on = getattr(_own, "pass_on", None)
    if pass_on is not None:
        pass_on()
    time.sleep(seconds)
