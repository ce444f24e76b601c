"""Jobs and the processes that work on them: killed, forked, racing."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from flask_coupling.models import Connection, JobState
from flask_coupling.state import CouplingState
from tests.support import require

from .conftest import job_row
from .worker_process import add, make_state

PATIENCE = 90


@pytest.fixture
def folder(tmp_path: Path, migrated_file: Path) -> Path:
    """Where the processes share a database and a queue."""
    shutil.copy(migrated_file, tmp_path / "host.sqlite3")
    return tmp_path


@pytest.fixture
def state(folder: Path) -> Iterator[CouplingState]:
    """The same host in this process, which works on no job."""
    state = make_state(folder, COUPLING_JOB_ENGINE="inline")
    with state.app.app_context():
        state.session.add(Connection(name="default", enabled=True))
        state.session.commit()
        yield state
    state.db_engine.dispose()


@pytest.fixture
def start(folder: Path) -> Iterator[object]:
    """Start a process in a role; what is left of them at the end is killed."""
    started: list[subprocess.Popen[str]] = []

    def start_one(role: str) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "tests.jobs.worker_process", role, str(folder)]
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        started.append(subprocess.Popen(command, text=True, env={**os.environ, "PYTHONPATH": os.getcwd()}, **pipes))
        return started[-1]

    yield start_one
    for process in started:
        process.kill()
        process.communicate()


def attempts(folder: Path) -> list[list[str]]:
    """Job, attempt and process of every attempt, in order."""
    return [line.split() for line in (folder / "ran").read_text().splitlines()]


def wait_for(process: subprocess.Popen[str]) -> None:
    _, errors = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0, errors


def test_the_job_of_a_killed_process_is_done_by_the_next_one(folder: Path, state: CouplingState, start: object) -> None:
    assert callable(start)
    victim = start("hang")
    assert victim.stdout.readline() == "hanging\n"
    victim.kill()
    victim.wait()
    ((job_id, _, _),) = attempts(folder)
    assert job_row(state, job_id).state == JobState.IN_PROCESS, "nobody could say that it died"
    wait_for(start("recover"))
    row = job_row(state, job_id)
    assert (row.state, row.attempts) == (JobState.FINISHED, 2)
    assert [line[:2] for line in attempts(folder)] == [[job_id, "1"], [job_id, "2"]]


def test_a_forked_child_has_threads_of_its_own(folder: Path, state: CouplingState, start: object) -> None:
    require("os.fork", hasattr(os, "fork"), "This system starts processes anew.")
    assert callable(start)
    wait_for(start("fork"))
    ran = attempts(folder)
    assert len(ran) == 2 and len({job for job, _, _ in ran}) == 2


def test_of_many_processes_that_want_one_job_one_runs_it(folder: Path, state: CouplingState, start: object) -> None:
    assert callable(start)
    state.engine.bind(state.app, lambda job_id: None, lambda: 0)  # type: ignore[arg-type]
    job_id = add(state)
    racers = [start("race") for _ in range(3)]
    for racer in racers:
        assert racer.stdout.readline() == "ready\n"
    for racer in racers:
        racer.stdin.write(f"{job_id}\n")
        racer.stdin.flush()
    for racer in racers:
        wait_for(racer)
    assert [line[:2] for line in attempts(folder)] == [[job_id, "1"]]
    assert job_row(state, job_id).state == JobState.FINISHED
