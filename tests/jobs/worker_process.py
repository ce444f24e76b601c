"""A host process of its own: `python -m tests.jobs.worker_process <role> <folder>`; tests start and kill it.

Its jobs write a line to `folder/ran` for each attempt. A job asked to `hang` does so in its first attempt.
"""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event

from flask import Flask
from flask_sqlalchemy import SQLAlchemy

from flask_coupling import FlaskCoupling
from flask_coupling.jobs.context import JobContext
from flask_coupling.jobs.queue import enqueue
from flask_coupling.jobs.runner import run_job
from flask_coupling.models import JobKind
from flask_coupling.signals import job_finished
from flask_coupling.state import CouplingState

PATIENCE = 60
ended = Event()


def later() -> datetime:
    """The time of a process that is started after the lease of a dead one ran out."""
    return datetime.now(UTC) + timedelta(hours=1)


def make_state(folder: Path, **config: object) -> CouplingState:
    """The state of a host app in this folder, whose jobs note that they ran."""
    app = Flask("worker", instance_path=str(folder))
    app.config.update(TESTING=True, SECRET_KEY="test", SQLALCHEMY_DATABASE_URI=f"sqlite:///{folder / 'host.sqlite3'}")
    app.config.update(COUPLING_JOB_WORKERS=2, **config)
    FlaskCoupling(app, SQLAlchemy(app))
    state: CouplingState = app.extensions["coupling"]

    def work(context: JobContext) -> None:
        with (folder / "ran").open("a") as ran:
            ran.write(f"{context.job.id} {context.job.attempt} {os.getpid()}\n")
        if context.job.payload.get("hang") and context.job.attempt == 1:
            print("hanging", flush=True)
            Event().wait()

    state.handlers[JobKind.SYNCHRONIZATION] = work
    job_finished.connect(lambda sender, **facts: ended.set(), sender=app, weak=False)
    return state


def add(state: CouplingState, **payload: object) -> str:
    """Enqueue a job of the connection `default`."""
    job = {"connection": "default", "mapping": "CUSTOMER", "kind": JobKind.SYNCHRONIZATION, "direction": "to_sales"}
    with state.app.app_context():
        return enqueue(state, payload={"coupling_ids": [1], **payload}, **job).id  # type: ignore[arg-type]


def hang(folder: Path) -> None:
    """Begin a job and never end it; the test kills us."""
    add(make_state(folder), hang=True)
    Event().wait()


def recover(folder: Path) -> None:
    """A later process that is given nothing to do."""
    state = make_state(folder, COUPLING_CLOCK=later)
    state.engine.start()
    assert ended.wait(PATIENCE), "nobody did the dead process's job"
    state.engine.stop()


def fork(folder: Path) -> None:
    """A process that has worked on jobs, and forks: the child works on jobs too."""
    state = make_state(folder)
    add(state)
    assert ended.wait(PATIENCE), "the parent's job was not done"
    # a thread that holds a lock while its process forks would leave it locked in the child for ever
    state.engine._consumer.stop(graceful=True)  # type: ignore[attr-defined]
    state.engine._thread.join()  # type: ignore[attr-defined]
    child = os.fork()
    if child == 0:
        ended.clear()
        state.db_engine.dispose(close=False)
        assert not state.engine.health().is_running
        add(state)
        os._exit(0 if ended.wait(PATIENCE) and state.engine.health().is_running else 1)
    sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))


def race(folder: Path) -> None:
    """One of many processes that want the same job."""
    state = make_state(folder, COUPLING_JOB_ENGINE="inline")
    print("ready", flush=True)
    job_id = sys.stdin.readline().strip()
    with state.app.app_context():
        run_job(state, job_id)


ROLES = {"hang": hang, "recover": recover, "fork": fork, "race": race}

if __name__ == "__main__":
    ROLES[sys.argv[1]](Path(sys.argv[2]))
