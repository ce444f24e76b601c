"""Putting jobs in, taking them back, and finding those that nobody works on."""

from __future__ import annotations

from threading import Barrier, Thread

import pytest
from sqlalchemy.exc import IntegrityError

from flask_coupling.errors import JobNotFound, JobRunningConflictError, NotConfigured
from flask_coupling.jobs.inline import InlineEngine
from flask_coupling.jobs.lease import take_lease
from flask_coupling.jobs.queue import enqueue, reap
from flask_coupling.jobs.runner import run_job
from flask_coupling.jobs.wishes import cancel
from flask_coupling.models import JobKind, JobState
from flask_coupling.signals import job_finished
from flask_coupling.state import CouplingState
from tests.conftest import MakeApp

from .conftest import Clock, NotingEngine, add_job, job_row, with_connection


def kill_worker_of(host: CouplingState, job_id: str, clock: Clock) -> None:
    """A worker begins the job and is never heard of again."""
    assert take_lease(host.session, job_id, "dead", clock(), 60)
    host.session.commit()
    clock.advance(61)


def test_a_job_is_stored_before_its_id_is_handed_over(host: CouplingState, noting: NotingEngine) -> None:
    job_id = add_job(host)
    assert noting.delivered == [(job_id, None)]
    assert job_row(host, job_id).state == JobState.READY


def test_a_job_that_its_caller_runs_is_not_handed_over(host: CouplingState, noting: NotingEngine) -> None:
    job_id = add_job(host, lambda context: None, deliver=False)
    assert noting.delivered == []
    assert run_job(host, job_id)


def test_a_mapping_has_one_run_at_a_time_and_single_records_beside_it(host: CouplingState) -> None:
    whole = add_job(host, lambda context: None, whole=True)
    with pytest.raises(JobRunningConflictError) as caught:
        add_job(host, whole=True)
    assert caught.value.facts == {"mapping": "CUSTOMER", "id": whole}
    single = add_job(host)
    assert job_row(host, single).state == JobState.READY
    run_job(host, whole)
    assert add_job(host, whole=True) != whole


def test_the_running_job_may_be_another_mappings(host: CouplingState) -> None:
    add_job(host, whole=True)
    asked = {"connection": "default", "kind": JobKind.SYNCHRONIZATION, "direction": "to_sales", "payload": {}}
    assert enqueue(host, mapping="CONTACT", **asked).state == JobState.READY


def test_of_simultaneous_requests_for_a_mapping_one_gets_its_job(host: CouplingState) -> None:
    start, got = Barrier(5), []

    def ask() -> None:
        with host.app.app_context():
            start.wait()
            try:
                got.append(add_job(host, whole=True))
            except JobRunningConflictError as error:
                got.append(error.facts["id"])

    threads = [Thread(target=ask) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(got) == 5 and len(set(got)) == 1, "the others are told its id"


def test_a_dead_run_does_not_block_its_mapping_for_ever(host: CouplingState, clock: Clock) -> None:
    host.engine = InlineEngine()
    host.engine.bind(host.app, lambda job_id: None, lambda: 0)
    dead = add_job(host, whole=True)
    kill_worker_of(host, dead, clock)
    assert add_job(host, whole=True) != dead
    row = job_row(host, dead)
    assert (row.state, row.error_code, row.running_key) == (JobState.ERROR, "worker_died", None)


def test_a_job_of_an_unknown_connection_is_refused_by_the_database(make_app: MakeApp, migrated_postgres: str) -> None:
    app = make_app(SQLALCHEMY_DATABASE_URI=migrated_postgres)
    with app.app_context(), pytest.raises(IntegrityError):
        add_job(app.extensions["coupling"], whole=True)


def test_a_job_that_no_engine_takes_ends_and_frees_its_mapping(host: CouplingState) -> None:
    class Broken(NotingEngine):
        def deliver(self, job_id: str, eta: object = None) -> None:
            self.delivered.append((job_id, None))
            raise OSError("no space left on device")

    working, host.engine = host.engine, (broken := Broken())
    with pytest.raises(NotConfigured, match="OSError"):
        add_job(host, whole=True)
    row = job_row(host, broken.ids[0])
    assert (row.state, row.error_code) == (JobState.ERROR, "not_delivered")
    host.engine = working
    assert add_job(host, whole=True)


def test_a_waiting_job_is_canceled_at_once_and_said_to_be_over(host: CouplingState) -> None:
    told: list[str] = []

    def listen(sender: object, *, job_id: str, **facts: object) -> None:
        told.append(job_id)

    job_id = add_job(host, lambda context: None, whole=True)
    with job_finished.connected_to(listen, sender=host.app):
        row = cancel(host, job_id)
        cancel(host, job_id)
    assert (row.state, row.running_key) == (JobState.CANCELED, None)
    assert row.finished_at is not None and told == [job_id]
    assert run_job(host, job_id) is False


def test_canceling_a_finished_job_changes_nothing(host: CouplingState) -> None:
    job_id = add_job(host, lambda context: None)
    run_job(host, job_id)
    row = cancel(host, job_id)
    assert (row.state, row.cancel_requested) == (JobState.FINISHED, False)
    with pytest.raises(JobNotFound):
        cancel(host, "no such job")


def test_a_job_whose_id_was_lost_is_delivered_again(host: CouplingState, clock: Clock, noting: NotingEngine) -> None:
    job_id = add_job(host)
    noting.delivered.clear()
    assert reap(host) == 0
    clock.advance(61)
    assert reap(host) == 1 and noting.ids == [job_id]
    assert reap(host) == 0
    assert job_row(host, job_id).attempts == 0, "nobody has begun it yet"


@pytest.mark.settings(COUPLING_JOB_ATTEMPTS=2)
def test_a_job_that_kills_its_workers_is_given_up(host: CouplingState, clock: Clock, noting: NotingEngine) -> None:
    job_id = add_job(host)
    for delivered in (1, 0):
        kill_worker_of(host, job_id, clock)
        assert reap(host) == delivered
    row = job_row(host, job_id)
    assert (row.state, row.error_code) == (JobState.ERROR, "worker_died")
    assert row.message and "2 times" in row.message


def test_without_workers_in_the_background_a_dead_job_is_ended(host: CouplingState, clock: Clock) -> None:
    job_id = add_job(host)
    kill_worker_of(host, job_id, clock)
    host.engine = InlineEngine()
    assert reap(host) == 0
    assert job_row(host, job_id).state == JobState.ERROR


def test_of_many_who_look_for_dead_jobs_one_delivers_each(
    host: CouplingState, clock: Clock, noting: NotingEngine
) -> None:
    jobs = [add_job(host) for _ in range(3)]
    noting.delivered.clear()
    clock.advance(61)
    start = Barrier(4)

    def look() -> None:
        with host.app.app_context():
            start.wait()
            reap(host)

    threads = [Thread(target=look) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(noting.ids) == sorted(jobs)


def test_jobs_in_the_background_need_a_database_that_threads_can_share(make_app: MakeApp, noting: NotingEngine) -> None:
    app = make_app(SQLALCHEMY_DATABASE_URI="sqlite://", COUPLING_JOB_ENGINE=noting)
    app.extensions["test_coupling"].upgrade_db()
    with app.app_context(), pytest.raises(NotConfigured, match="'inline'"):
        add_job(with_connection(app))


def test_in_memory_databases_work_with_jobs_run_inline(make_app: MakeApp) -> None:
    app = make_app(SQLALCHEMY_DATABASE_URI="sqlite://")
    app.extensions["test_coupling"].upgrade_db()
    with app.app_context():
        state = with_connection(app)
        job_id = add_job(state, lambda context: context.report(1, 1, {"inserted": 1}, 1), whole=True)
        row = job_row(state, job_id)
        assert (row.state, row.inserted) == (JobState.FINISHED, 1)
