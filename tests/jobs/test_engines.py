"""The engines deliver an id to where its job is run; conformance of each, and what only one of them has."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event, Lock, current_thread, main_thread

import pytest
from flask import Flask, current_app

from flask_coupling.errors import NotConfigured
from flask_coupling.jobs.celery import CeleryEngine
from flask_coupling.jobs.choose import make_engine
from flask_coupling.jobs.engine import JobEngine
from flask_coupling.jobs.huey import HueyEngine
from flask_coupling.jobs.inline import InlineEngine
from flask_coupling.settings import Settings
from flask_coupling.signals import job_finished
from tests.conftest import MakeApp
from tests.support import require_module

from .conftest import NotingEngine, add_job, job_row, with_connection

PATIENCE = 30


class Workplace:
    """Where delivered ids arrive."""

    def __init__(self) -> None:
        self.ids: list[str] = []
        self.threads: set[str] = set()
        self.reaped = Event()
        self._lock, self._arrived, self._wanted = Lock(), Event(), 0

    def run(self, job_id: str) -> None:
        with self._lock:
            self.ids.append(job_id)
            self.threads.add(current_thread().name)
            if len(self.ids) >= self._wanted:
                self._arrived.set()

    def reap(self) -> int:
        self.reaped.set()
        return 0

    def wait_for(self, count: int) -> list[str]:
        """The first `count` ids, once they are there."""
        with self._lock:
            self._wanted = count
            if len(self.ids) >= count:
                return self.ids
            self._arrived.clear()  # what came before anybody waited has set it
        assert self._arrived.wait(PATIENCE), f"only {self.ids} arrived"
        return self.ids


@pytest.fixture
def place() -> Workplace:
    return Workplace()


@pytest.fixture
def huey(tmp_path: Path, place: Workplace) -> Iterator[HueyEngine]:
    engine = HueyEngine(str(tmp_path / "queue.sqlite3"), workers=2)
    engine.bind(Flask("host"), place.run, place.reap)
    yield engine
    engine.stop()


def leave_logging_alone(**_: object) -> None:
    """Celery sets up logging only when nobody listens to its signal."""


@pytest.fixture(scope="module")
def celery_workplaces() -> Iterator[tuple[JobEngine, list[Workplace]]]:
    """A Celery with one worker for all tests (it takes seconds to stop); jobs arrive at the last workplace."""
    require_module("celery", "pip install 'flask-coupling[celery]'")
    from celery import Celery
    from celery.contrib.testing.worker import start_worker
    from celery.signals import setup_logging

    app, places = Celery("host", broker="memory://", backend="cache+memory://"), list[Workplace]()
    setup_logging.connect(leave_logging_alone)
    engine = CeleryEngine(app)
    engine.bind(Flask("host"), lambda job_id: places[-1].run(job_id), lambda: 0)
    with start_worker(app, pool="solo", perform_ping_check=False, shutdown_timeout=PATIENCE):
        yield engine, places


@pytest.fixture
def celery(celery_workplaces: tuple[JobEngine, list[Workplace]], place: Workplace) -> JobEngine:
    engine, places = celery_workplaces
    places.append(place)
    return engine


@pytest.fixture
def inline(place: Workplace) -> InlineEngine:
    engine = InlineEngine()
    engine.bind(Flask("host"), place.run, place.reap)
    return engine


@pytest.fixture(params=["inline", "huey", "celery"])
def engine(request: pytest.FixtureRequest) -> JobEngine:
    found: JobEngine = request.getfixturevalue(request.param)
    return found


def test_every_engine_delivers_each_id(engine: JobEngine, place: Workplace) -> None:
    assert isinstance(engine, JobEngine)
    engine.start()
    for number in range(5):
        engine.deliver(f"job-{number}")
    assert sorted(place.wait_for(5)) == [f"job-{number}" for number in range(5)]
    # a worker of Celery is asked over the queue, and a busy machine may answer after the question was given up
    assert any(engine.health().is_running for _ in range(PATIENCE))


def test_a_background_engine_runs_jobs_elsewhere_and_inline_runs_them_here(engine: JobEngine, place: Workplace) -> None:
    engine.deliver("job")
    place.wait_for(1)
    assert (main_thread().name not in place.threads) is engine.in_background


def test_a_job_with_a_time_is_delivered_once_that_has_come(engine: JobEngine, place: Workplace) -> None:
    engine.deliver("job", datetime.now(UTC) - timedelta(seconds=1))
    assert place.wait_for(1) == ["job"]


def test_huey_starts_with_the_first_delivery_and_once(huey: HueyEngine, place: Workplace) -> None:
    assert not huey.health().is_running
    huey.deliver("one")
    consumer = huey._consumer
    huey.start()
    huey.deliver("two")
    assert huey._consumer is consumer
    assert sorted(place.wait_for(2)) == ["one", "two"]
    assert place.reaped.wait(PATIENCE), "it looks for lost jobs when it starts"


def test_what_huey_did_not_get_to_waits_in_its_file(tmp_path: Path, place: Workplace) -> None:
    later = datetime.now(UTC) + timedelta(days=1)
    first = HueyEngine(str(tmp_path / "queue.sqlite3"))
    first.bind(Flask("host"), place.run, place.reap)
    first.start()
    first.stop()
    first._queue.enqueue(first._task.s("waiting"))
    first._queue.storage.close()
    second = HueyEngine(str(tmp_path / "queue.sqlite3"))
    second.bind(Flask("host"), place.run, place.reap)
    second.deliver("tomorrow", later)
    assert place.wait_for(1) == ["waiting"]
    second.stop()
    assert place.ids == ["waiting"]


def test_hueys_file_holds_json_and_only_ids(tmp_path: Path, huey: HueyEngine, place: Workplace) -> None:
    huey.deliver("tomorrow", datetime.now(UTC) + timedelta(days=1))
    huey._consumer.stop(graceful=True)
    with sqlite3.connect(tmp_path / "queue.sqlite3") as file:
        rows = file.execute("select data from schedule union all select data from task").fetchall()
    file.close()
    messages = [json.loads(data) for (data,) in rows]
    assert [message["args"] for message in messages] == [["tomorrow"]]


def test_a_stopped_huey_can_be_started_again(huey: HueyEngine, place: Workplace) -> None:
    for number in range(2):
        huey.deliver(f"job-{number}")
        place.wait_for(number + 1)
        huey.stop()
        assert not huey.health().is_running


def test_hueys_workers_run_jobs_in_an_app_context_of_their_own(make_app: MakeApp) -> None:
    app = make_app(COUPLING_JOB_ENGINE="huey")
    ended, names = Event(), []

    def work(context: object) -> None:
        names.append(current_app.name)

    with app.app_context():
        state = with_connection(app)
        with job_finished.connected_to(lambda sender, **facts: ended.set(), sender=app):
            job_id = add_job(state, work)
            assert ended.wait(PATIENCE)
        assert names == [app.name]
        assert job_row(state, job_id).finished_at is not None
    assert Path(app.instance_path, "coupling-jobs.sqlite3").exists()


@pytest.mark.parametrize(
    "wanted, message",
    [("carrier pigeon", "inline, huey, celery"), (None, "inline, huey, celery"), ("celery", "COUPLING_CELERY_APP")],
)
def test_an_engine_that_cannot_be_had_is_refused_with_those_there_are(wanted: object, message: str) -> None:
    if wanted == "celery":
        require_module("celery", "pip install 'flask-coupling[celery]'")
    with pytest.raises(NotConfigured, match=message):
        make_engine(Settings(job_engine=wanted))


def test_a_host_may_bring_an_engine_of_its_own() -> None:
    own = NotingEngine()
    assert make_engine(Settings(job_engine=own)) is own
