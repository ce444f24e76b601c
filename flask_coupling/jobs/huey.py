"""The embedded engine: a huey queue in a SQLite file of its own, worked on by threads of the host's processes."""

from __future__ import annotations

import atexit
import logging
import os
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock, Thread
from typing import Any

import orjson
from flask import Flask
from huey import SqliteHuey
from huey.consumer import Consumer
from huey.registry import Message
from huey.serializer import Serializer

from flask_coupling.errors import CouplingError

from .engine import EngineHealth, Reap, Run

log = logging.getLogger(__name__)

MAX_DELAY = 0.5
"""Seconds an idle worker waits at most before it looks again."""

REAP_SECONDS = 10
"""How often a process looks for jobs that nobody works on, and for workers that died."""


class HueyEngine:
    """Started by the first delivery or coupling request of each process; a forked child starts its own.

    Every process of the host has `workers` threads on the one file. They are daemons: a job cut off by the end of the
    process is delivered again once its lease has run out.
    """

    in_background = True

    def __init__(self, filename: str | None = None, workers: int = 1) -> None:
        self._filename, self._workers = filename, workers
        self._lock = Lock()
        self._pid: int | None = None

    def bind(self, app: Flask, run: Run, reap: Reap) -> None:
        """Remember what a delivered id is given to."""
        self._run, self._reap = run, reap
        self._filename = self._filename or str(Path(app.instance_path) / "coupling-jobs.sqlite3")

    def start(self) -> None:
        """Start this process's threads, once."""
        with self._lock:
            if self._pid == os.getpid():
                return
            # the reloader's parent and a forking server's master never come here, so that they hold no threads;
            # a child must not use the parent's connection to the file
            self._queue = self._open_queue()
            self._consumer = _Consumer(self._queue, self._reap, self._workers)
            self._consumer.start()
            self._thread = Thread(target=self._consumer.supervise, name="coupling-jobs", daemon=True)
            self._thread.start()
            self._pid = os.getpid()
            atexit.register(self._consumer.stop)

    def deliver(self, job_id: str, eta: datetime | None = None) -> None:
        """Put the id on the queue; raises OSError or sqlite3.Error when the file cannot be written."""
        self.start()
        naive = None if eta is None else eta.astimezone(UTC).replace(tzinfo=None)
        self._queue.enqueue(self._task.s(job_id, eta=naive))

    def stop(self) -> None:
        """End this process's threads; the present jobs are waited for."""
        with self._lock:
            if self._pid != os.getpid():
                return
            self._consumer.stop(graceful=True)
            self._thread.join()
            self._queue.storage.close()
            atexit.unregister(self._consumer.stop)
            self._pid = None

    def health(self) -> EngineHealth:
        """Whether this process's threads live, and how many ids wait in the file."""
        if self._pid != os.getpid():
            return EngineHealth("huey", is_running=False, detail="starts with the first job of this process")
        return EngineHealth("huey", is_running=self._consumer.is_alive, waiting=self._queue.pending_count())

    def _open_queue(self) -> SqliteHuey:
        Path(str(self._filename)).parent.mkdir(parents=True, exist_ok=True)
        queue = SqliteHuey("coupling", filename=self._filename, results=False, serializer=_JsonSerializer())

        def run_coupling_job(job_id: str) -> None:
            self._run(job_id)

        self._task = queue.task()(run_coupling_job)
        return queue


class _Consumer(Consumer):  # type: ignore[misc]
    """A consumer that leaves the process's signals to the host, and looks after lost jobs."""

    def __init__(self, queue: SqliteHuey, reap: Reap, workers: int) -> None:
        self._reap = reap
        super().__init__(queue, workers=workers, periodic=False, max_delay=MAX_DELAY)

    @property
    def is_alive(self) -> bool:
        """Whether the workers' threads live."""
        return all(self.environment.is_alive(thread) for _, thread in self.worker_threads)

    def supervise(self) -> None:
        """Begin with what an earlier process left, and look after jobs and workers until the consumer is stopped."""
        self._reap_safely()
        while not self.stop_flag.wait(REAP_SECONDS):
            self.check_worker_health()
            self._reap_safely()

    def _reap_safely(self) -> None:
        try:
            self._reap()
        except CouplingError as error:
            log.warning("lost jobs were not looked for code=%s message=%s", error.code, error)
        except Exception:
            log.exception("lost jobs could not be looked for")

    def _set_signal_handlers(self) -> None:
        """The signals are the host's; besides, only a main thread may set handlers."""


class _JsonSerializer(Serializer):  # type: ignore[misc]
    """Messages as JSON: who can write the file must not be able to run code, as he could with pickle."""

    def _serialize(self, data: Message) -> bytes:
        return orjson.dumps({name: value for name, value in data._asdict().items() if value is not None})

    def _deserialize(self, data: bytes) -> Message:
        values: dict[str, Any] = orjson.loads(bytes(data))
        if eta := values.get("eta"):
            values["eta"] = datetime.fromisoformat(eta)
        return Message(**values)
