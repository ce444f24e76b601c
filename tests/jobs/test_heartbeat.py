"""What keeps a lease while a handler is busy."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from threading import Event

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import OperationalError

from flask_coupling.jobs.context import JobContext, LeaseLost
from flask_coupling.jobs.heartbeat import Heartbeat
from flask_coupling.jobs.lease import take_lease
from flask_coupling.jobs.runner import run_job
from flask_coupling.jobs.running import BEAT_SECONDS, RunningJob, describe_job
from flask_coupling.models import JobState, SynchJob
from flask_coupling.state import CouplingState

from .conftest import Clock, add_job, job_row

PATIENCE = 20


@pytest.fixture
def writes(host: CouplingState) -> Iterator[list[str]]:
    """The statements that change the database."""
    seen: list[str] = []

    def note(connection: object, cursor: object, statement: str, *rest: object) -> None:
        if statement.startswith("UPDATE"):
            seen.append(statement)

    sa.event.listen(host.db_engine, "before_cursor_execute", note)
    yield seen
    sa.event.remove(host.db_engine, "before_cursor_execute", note)


def in_a_job(host: CouplingState, work: object) -> SynchJob:
    """Run a job whose handler gets the running job itself."""

    def handler(context: JobContext) -> None:
        assert isinstance(context, RunningJob) and callable(work)
        work(context)

    job_id = add_job(host, handler)
    run_job(host, job_id)
    return job_row(host, job_id)


def claimed(host: CouplingState) -> RunningJob:
    """A job in this worker's hands, without the thread: the test beats itself."""
    job_id = add_job(host)
    assert take_lease(host.session, job_id, "me", host.clock(), host.settings.lease_seconds)
    host.session.commit()
    return RunningJob(host, describe_job(job_row(host, job_id)), "me")


def test_a_beat_writes_only_new_progress_and_an_aging_lease(
    host: CouplingState, clock: Clock, writes: list[str]
) -> None:
    job = claimed(host)
    writes.clear()
    assert job.beat() and writes == []
    job.report(1, 9, {"modified": 1}, 1)
    assert job.beat() and len(writes) == 1
    assert job.beat() and len(writes) == 1
    clock.advance(host.settings.lease_seconds / 3)
    assert job.beat() and len(writes) == 2
    row = job_row(host, job.job.id)
    assert (row.modified, row.total) == (1, 9)
    assert row.lease_until == clock() + timedelta(seconds=host.settings.lease_seconds)


def test_a_job_that_commits_all_the_time_needs_no_beat(host: CouplingState, clock: Clock, writes: list[str]) -> None:
    job = claimed(host)
    job.commit()
    clock.advance(BEAT_SECONDS / 2)
    job.report(1, 9, {"modified": 1}, 1)
    writes.clear()
    assert job.beat() and writes == []
    clock.advance(BEAT_SECONDS)
    assert job.beat() and len(writes) == 1


def test_a_job_keeps_its_connection_whatever_beats(host: CouplingState) -> None:
    """SQLite's cache is a connection's own, so another one would have to read all pages anew."""
    job, used = claimed(host), list[int]()

    def note(connection: object, *rest: object) -> None:
        used.append(id(connection))

    job.report(0, 9, {"modified": 0}, 1)
    assert job.beat()
    sa.event.listen(host.db_engine, "checkout", note)
    for number in range(1, 5):
        job.report(number, 9, {"modified": number}, 1)
        assert job.beat()
        job.commit()
    sa.event.remove(host.db_engine, "checkout", note)
    job._hang_up()
    assert len({*used}) == 1


def test_a_beat_without_the_lease_says_so_and_the_worker_stores_nothing_more(host: CouplingState) -> None:
    job = claimed(host)
    with host.db_engine.begin() as connection:
        connection.execute(sa.update(SynchJob).values(worker="another"))
    job.report(1, 1, {"modified": 1}, 1)
    assert job.beat() is False
    with pytest.raises(LeaseLost):
        job.commit()
    row = job_row(host, job.job.id)
    assert (row.state, row.worker, row.modified) == (JobState.IN_PROCESS, "another", 0)


def test_progress_is_seen_while_the_handler_is_busy(host: CouplingState) -> None:
    seen = Event()

    def note(connection: object, cursor: object, statement: str, *rest: object) -> None:
        if statement.startswith("UPDATE") and "unchanged=" in statement:
            seen.set()

    def work(job: RunningJob) -> None:
        sa.event.listen(host.db_engine, "after_cursor_execute", note)
        job.report(5, 10, {"unchanged": 5}, 2)
        assert seen.wait(PATIENCE), "no thread wrote the progress down"
        sa.event.remove(host.db_engine, "after_cursor_execute", note)

    assert in_a_job(host, work).unchanged == 5


def test_a_busy_database_does_not_stop_the_heart(caplog: pytest.LogCaptureFixture) -> None:
    beats, twice = [], Event()

    def beat() -> bool:
        beats.append(1)
        if len(beats) == 1:
            raise OperationalError("UPDATE", {}, Exception("database is locked"))
        twice.set()
        return True

    with Heartbeat(beat, 0.001):
        assert twice.wait(PATIENCE)
    assert "heartbeat failed" in caplog.text


def test_the_heart_stops_once_the_lease_is_lost() -> None:
    beats, stopped = [], Event()

    def beat() -> bool:
        beats.append(1)
        stopped.set()
        return False

    with Heartbeat(beat, 0.001) as heart:
        assert stopped.wait(PATIENCE)
        heart._thread.join(PATIENCE)
        assert not heart._thread.is_alive()
    assert beats == [1]
