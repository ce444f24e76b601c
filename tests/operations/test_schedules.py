"""Runs that start by themselves."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from threading import Barrier, Thread

import pytest
import sqlalchemy as sa
from flask import Flask

from flask_coupling.errors import ConnectionNotFound, InputInvalid, MappingNotFound
from flask_coupling.globals import find_state
from flask_coupling.jobs.runner import run_job
from flask_coupling.models import Connection, Schedule
from flask_coupling.operations import connections, jobs, schedules
from flask_coupling.operations.views import ScheduleView
from flask_coupling.state import CouplingState
from tests.conftest import MakeApp
from tests.jobs.conftest import Clock, NotingEngine

EVERY = timedelta(minutes=10)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(params=["sqlite", "postgres"])
def host(make_app: MakeApp, database_url: str, clock: Clock, request: pytest.FixtureRequest) -> Iterator[CouplingState]:
    """A host with an enabled connection and workers that are busy, inside an app context."""
    url = database_url if request.param == "sqlite" else request.getfixturevalue("migrated_postgres")
    app = make_app(SQLALCHEMY_DATABASE_URI=url, COUPLING_JOB_ENGINE=NotingEngine(), COUPLING_CLOCK=clock)
    with app.app_context():
        state = find_state()
        state.session.add(Connection(name="default", enabled=True))
        state.session.commit()
        for kind in state.handlers:
            state.handlers[kind] = lambda context: None
        yield state


def schedule(mapping: str = "CUSTOMER") -> ScheduleView:
    return {each.mapping: each for each in schedules.list_schedules("default")}[mapping]


def started(now: datetime | None = None) -> list[str]:
    return [job.mapping for job in schedules.tick(now)]


def finish(host: CouplingState) -> None:
    for job in jobs.list_jobs("default", state="ready").rows:
        run_job(host, job.id)


@pytest.mark.usefixtures("host")
def test_every_table_mapping_has_a_schedule_that_is_on_hold_at_first() -> None:
    found = schedules.list_schedules("default")
    assert {each.mapping for each in found} >= {"CUSTOMER", "CONTACT", "CURRENCY"}
    assert {(each.minutes, each.enabled, each.next_due_at) for each in found} == {(30, False, None)}
    assert started() == []


def test_customer_statistics_run_by_a_schedule_behind_the_customers_own(host: CouplingState, clock: Clock) -> None:
    names = [each.mapping for each in schedules.list_schedules("default")]
    assert names[names.index("CUSTOMER") + 1] == "CUSTOMER STATISTICS"
    schedules.set_schedule("default", "CUSTOMER STATISTICS", minutes=10, enabled=True)
    assert started() == ["CUSTOMER"]
    clock.advance(600)
    assert started() == [], "those of the turn before are still under way"
    (job,) = jobs.list_jobs("default").rows
    assert (job.kind, job.requested_by) == ("statistics", "schedule")
    finish(host)
    clock.advance(600)
    assert started() == ["CUSTOMER"]
    schedules.set_schedule("default", "CUSTOMER", enabled=True)
    assert [job.kind for job in schedules.tick()] == ["synchronization"]


def test_an_enabled_one_starts_at_once_and_then_at_its_interval(host: CouplingState, clock: Clock) -> None:
    view = schedules.set_schedule("default", "CUSTOMER", minutes=10, enabled=True)
    assert (view.minutes, view.enabled, view.next_due_at) == (10, True, clock())
    assert started() == ["CUSTOMER"]
    assert schedule().next_due_at == clock() + EVERY and schedule().last_started_at == clock()
    (job,) = jobs.list_jobs("default").rows
    assert job.requested_by == "schedule"
    finish(host)
    clock.advance(599)
    assert started() == []
    clock.advance(1)
    assert started() == ["CUSTOMER"]


def test_times_that_were_missed_are_not_made_up_for(host: CouplingState, clock: Clock) -> None:
    schedules.set_schedule("default", "CUSTOMER", minutes=10, enabled=True)
    clock.advance(24 * 3600)
    assert started() == ["CUSTOMER"]
    finish(host)
    assert started() == []
    assert schedule().next_due_at == clock() + EVERY


def test_a_run_that_is_under_way_is_not_started_twice(host: CouplingState, clock: Clock) -> None:
    schedules.set_schedule("default", "CUSTOMER", minutes=10, enabled=True)
    assert started() == ["CUSTOMER"]
    clock.advance(600)
    assert started() == []
    assert schedule().next_due_at == clock() + EVERY, "its turn comes again"
    assert len(jobs.list_jobs("default").rows) == 1


@pytest.mark.usefixtures("host")
def test_records_that_others_refer_to_come_first() -> None:
    for name in ("CONTACT", "CUSTOMER", "CURRENCY"):
        schedules.set_schedule("default", name, enabled=True)
    assert started() == ["CURRENCY", "CUSTOMER", "CONTACT"]


@pytest.mark.usefixtures("host")
def test_one_put_on_hold_starts_nothing_and_keeps_its_interval(clock: Clock) -> None:
    schedules.set_schedule("default", "CUSTOMER", minutes=10, enabled=True)
    view = schedules.set_schedule("default", "CUSTOMER", enabled=False)
    assert (view.minutes, view.next_due_at) == (10, None)
    clock.advance(3600)
    assert started() == []


def test_a_shorter_interval_counts_from_now(host: CouplingState, clock: Clock) -> None:
    schedules.set_schedule("default", "CUSTOMER", minutes=600, enabled=True)
    started()
    view = schedules.set_schedule("default", "CUSTOMER", minutes=10)
    assert view.next_due_at == clock() + EVERY
    assert schedules.set_schedule("default", "CUSTOMER", minutes=600).next_due_at == clock() + EVERY


@pytest.mark.usefixtures("host")
def test_a_disabled_connection_starts_nothing() -> None:
    schedules.set_schedule("default", "CUSTOMER", enabled=True)
    connections.disable_connection("default")
    assert started() == []


def test_a_table_mapping_the_host_no_longer_declares_is_passed_over(host: CouplingState) -> None:
    host.session.execute(
        sa.insert(Schedule).values(connection="default", mapping="GONE", enabled=True, next_due_at=host.clock())
    )
    host.session.commit()
    schedules.set_schedule("default", "CUSTOMER", enabled=True)
    assert started() == ["CUSTOMER"]


def test_of_several_processes_that_tick_at_once_one_starts_the_run(host: CouplingState) -> None:
    schedules.set_schedule("default", "CUSTOMER", enabled=True)
    now, begin, found = host.clock(), Barrier(5), []

    def ask() -> None:
        with host.app.app_context():
            begin.wait()
            found.extend(started(now))

    threads = [Thread(target=ask) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == ["CUSTOMER"]
    assert len(jobs.list_jobs("default").rows) == 1


@pytest.mark.usefixtures("host")
@pytest.mark.parametrize("minutes", [0, -1, 10081])
def test_an_interval_that_cannot_be_is_refused(minutes: int) -> None:
    with pytest.raises(InputInvalid):
        schedules.set_schedule("default", "CUSTOMER", minutes=minutes)


@pytest.mark.usefixtures("host")
def test_what_is_not_there_has_no_schedule() -> None:
    with pytest.raises(MappingNotFound):
        schedules.set_schedule("default", "NONE", enabled=True)
    with pytest.raises(ConnectionNotFound):
        schedules.list_schedules("other")


def test_the_job_engine_ticks_by_itself(app: Flask, make_app: MakeApp, clock: Clock) -> None:
    noting = NotingEngine()
    looked: list[object] = []
    noting.bind = lambda app, run, reap: looked.append(reap)  # type: ignore[method-assign]
    host = make_app(COUPLING_JOB_ENGINE=noting, COUPLING_CLOCK=clock)
    with host.app_context():
        find_state().session.add(Connection(name="default", enabled=True))
        find_state().session.commit()
        schedules.set_schedule("default", "CUSTOMER", enabled=True)
    looked[0]()  # type: ignore[operator]
    with host.app_context():
        assert [job.mapping for job in jobs.list_jobs("default").rows] == ["CUSTOMER"]
