"""The distributed engine: the host's own Celery carries the ids, its workers do the jobs."""

from __future__ import annotations

from datetime import datetime
from importlib.util import find_spec
from typing import Any

from flask import Flask

from flask_coupling.errors import NotConfigured

from .engine import EngineHealth, Reap, Run

TASK_NAME = "flask_coupling.run_job"

PING_SECONDS = 1.0
"""How long the workers have to say that they are there."""


class CeleryEngine:
    """Registers one task on the host's Celery app; a message is acknowledged only after its job is over.

    The module that a Celery worker is started with must create the Flask app, so that the task is known there.
    """

    in_background = True

    def __init__(self, celery_app: Any) -> None:
        if find_spec("celery") is None:
            raise NotConfigured(detail="Celery is not installed", remedy="pip install 'flask-coupling[celery]'")
        if celery_app is None:
            remedy = "Put the host's Celery app there, or choose another COUPLING_JOB_ENGINE"
            raise NotConfigured(detail="COUPLING_CELERY_APP is empty", remedy=remedy)
        self._celery = celery_app

    def bind(self, app: Flask, run: Run, reap: Reap) -> None:
        """Register the task."""

        def run_coupling_job(job_id: str) -> None:
            run(job_id)

        # a worker that is killed gives its message back; that the job is then begun twice is what leases are for
        options = {"acks_late": True, "reject_on_worker_lost": True, "ignore_result": True, "serializer": "json"}
        name = f"{TASK_NAME}.{app.name}"
        self._task = self._celery.task(name=name, shared=False, **options)(run_coupling_job)

    def start(self) -> None:
        """Nothing to start here: the workers are processes of their own."""

    def deliver(self, job_id: str, eta: datetime | None = None) -> None:
        """Send the id to the broker; raises the broker's own error when it cannot be reached."""
        self._task.apply_async(args=[job_id], eta=eta)

    def stop(self) -> None:
        """Nothing to stop here."""

    def health(self) -> EngineHealth:
        """Whether any worker answers soon."""
        answers = self._celery.control.ping(timeout=PING_SECONDS)
        return EngineHealth("celery", is_running=bool(answers), detail=f"{len(answers)} workers answer")
