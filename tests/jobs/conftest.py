"""A host with one connection, a job engine that only takes notes, and a clock that a test moves."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask

from flask_coupling.jobs.context import Handler
from flask_coupling.jobs.engine import EngineHealth, Reap, Run
from flask_coupling.jobs.queue import enqueue
from flask_coupling.models import Connection, JobKind, SynchJob
from flask_coupling.state import CouplingState
from tests.conftest import MakeApp


class NotingEngine:
    """Takes ids and runs nothing, as a queue whose workers are busy."""

    in_background = True

    def __init__(self) -> None:
        self.delivered: list[tuple[str, datetime | None]] = []

    def bind(self, app: Flask, run: Run, reap: Reap) -> None:
        self.run = run

    def start(self) -> None:
        pass

    def deliver(self, job_id: str, eta: datetime | None = None) -> None:
        self.delivered.append((job_id, eta))

    def stop(self) -> None:
        pass

    def health(self) -> EngineHealth:
        return EngineHealth("noting", is_running=True, waiting=len(self.delivered))

    @property
    def ids(self) -> list[str]:
        return [job_id for job_id, _ in self.delivered]


class Clock:
    """A clock that stands still until a test moves it."""

    def __init__(self) -> None:
        self.now = datetime(2026, 3, 1, 8, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def advance(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def noting() -> NotingEngine:
    return NotingEngine()


@pytest.fixture(params=["sqlite", "postgres"])
def any_database(request: pytest.FixtureRequest, database_url: str) -> str:
    """A SQLite file, and a PostgreSQL database, both with our tables."""
    url: str = database_url if request.param == "sqlite" else request.getfixturevalue("migrated_postgres")
    return url


@pytest.fixture
def host(
    make_app: MakeApp, any_database: str, noting: NotingEngine, clock: Clock, request: pytest.FixtureRequest
) -> Iterator[CouplingState]:
    """The state of an app with the connection `default`, inside an app context; marked settings apply."""
    marker = request.node.get_closest_marker("settings")
    own = {"SQLALCHEMY_DATABASE_URI": any_database, "COUPLING_JOB_ENGINE": noting, "COUPLING_CLOCK": clock}
    app = make_app(**own, **(marker.kwargs if marker else {}))
    with app.app_context():
        yield with_connection(app)


def with_connection(app: Flask) -> CouplingState:
    """The app's state, with a connection that jobs may belong to; within an app context."""
    state: CouplingState = app.extensions["coupling"]
    state.session.add(Connection(name="default", enabled=True))
    state.session.commit()
    return state


def add_job(state: CouplingState, handler: Handler | None = None, *, whole: bool = False, deliver: bool = True) -> str:
    """Enqueue a job that runs this handler, and return its id."""
    if handler is not None:
        state.handlers[JobKind.SYNCHRONIZATION] = handler
    row = enqueue(
        state,
        connection="default",
        mapping="CUSTOMER",
        kind=JobKind.SYNCHRONIZATION,
        direction="bidirectional",
        payload={} if whole else {"coupling_ids": [1]},
        requested_by="anna",
        deliver=deliver,
    )
    return row.id


def job_row(state: CouplingState, job_id: str) -> SynchJob:
    """The job's row as it is in the database now."""
    row = state.session.get(SynchJob, job_id, populate_existing=True)
    assert row is not None
    return row
