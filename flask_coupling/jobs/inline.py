"""The engine without a queue: a job is done while its deliverer waits; for tests, and hosts that want no threads."""

from __future__ import annotations

from datetime import datetime

from flask import Flask

from .engine import EngineHealth, Reap, Run


class InlineEngine:
    """Runs each job at once in the calling thread, in an app context of its own."""

    in_background = False
    _run: Run

    def bind(self, app: Flask, run: Run, reap: Reap) -> None:
        """Remember what a delivered id is given to."""
        self._run = run

    def start(self) -> None:
        """Nothing to start: without workers nothing waits for them."""

    def deliver(self, job_id: str, eta: datetime | None = None) -> None:
        """Run the job now, whatever `eta` says: there is nobody to wait."""
        self._run(job_id)

    def stop(self) -> None:
        """Nothing to stop."""

    def health(self) -> EngineHealth:
        """Always running."""
        return EngineHealth("inline", is_running=True, waiting=0)
