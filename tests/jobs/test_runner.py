"""A job from its claim to its end."""

from __future__ import annotations

import logging
from threading import Barrier, Thread
from typing import Any

import pytest
import sqlalchemy as sa

from flask_coupling.errors import CredentialsRejected, ServiceThrottled
from flask_coupling.jobs.context import JobContext, LeaseLost
from flask_coupling.jobs.lease import take_lease
from flask_coupling.jobs.queue import reap
from flask_coupling.jobs.runner import run_job
from flask_coupling.jobs.wishes import cancel
from flask_coupling.models import Coupling, JobState, SynchJob
from flask_coupling.signals import job_finished
from flask_coupling.state import CouplingState

from .conftest import Clock, NotingEngine, add_job, job_row

LEASE = 60


def add_coupling(context: JobContext) -> None:
    keys = {"connection": "default", "mapping": "CUSTOMER", "created_at": Clock().now}
    context.session.execute(sa.insert(Coupling).values(bc_id="b", sales_id="s", **keys))


def seen_from_outside(host: CouplingState, model: type[Any], *columns: Any) -> list[Any]:
    """What another connection to the database sees."""
    with host.db_engine.connect() as connection:
        return [tuple(row) for row in connection.execute(sa.select(*(columns or [sa.func.count()])).select_from(model))]


def take_over(host: CouplingState, job_id: str) -> None:
    """Another worker gets the job, as after a long silence of this one."""
    with host.db_engine.begin() as connection:
        connection.execute(sa.update(SynchJob).where(SynchJob.id == job_id).values(worker="another"))


def test_a_job_runs_once_and_keeps_its_counters(host: CouplingState, clock: Clock) -> None:
    seen: list[JobContext] = []

    def work(context: JobContext) -> None:
        seen.append(context)
        context.report(3, 4, {"modified": 2, "unchanged": 1}, 5)
        clock.advance(7)

    job_id = add_job(host, work)
    assert job_row(host, job_id).state == JobState.READY
    assert run_job(host, job_id) is True
    assert run_job(host, job_id) is False, "a job that is over is not begun again"
    row = job_row(host, job_id)
    assert (row.state, row.done, row.total, row.requests) == (JobState.FINISHED, 3, 4, 5)
    assert (row.modified, row.unchanged, row.inserted, row.attempts) == (2, 1, 0, 1)
    assert (row.worker, row.lease_until, row.running_key) == (None, None, None)
    assert row.started_at is not None and row.finished_at is not None
    assert (row.finished_at - row.started_at).total_seconds() == 7
    job = seen[0].job
    assert (job.connection, job.mapping, job.requested_by, job.payload) == (
        "default", "CUSTOMER", "anna", {"coupling_ids": [1]},
    )  # fmt: skip


def test_an_unknown_job_is_not_run(host: CouplingState) -> None:
    assert run_job(host, "no such job") is False


def test_the_end_of_a_job_is_told_after_it_is_stored(host: CouplingState) -> None:
    told: list[dict[str, Any]] = []

    def listen(sender: Any, **facts: Any) -> None:
        stored = seen_from_outside(host, SynchJob, SynchJob.state)
        told.append({**facts, "sender": sender, "stored": stored})
        raise RuntimeError("a listener's mistake")

    with job_finished.connected_to(listen, sender=host.app):
        job_id = add_job(host, lambda context: context.report(1, 1, {"inserted": 1}, 1))
        run_job(host, job_id)
    assert told[0]["stored"] == [(JobState.FINISHED,)]
    assert (told[0]["job_id"], told[0]["state"], told[0]["counters"]["inserted"]) == (job_id, JobState.FINISHED, 1)
    assert job_row(host, job_id).state == JobState.FINISHED


def test_an_error_with_facts_ends_the_job_with_its_code_and_sentence(host: CouplingState) -> None:
    def work(context: JobContext) -> None:
        add_coupling(context)
        raise CredentialsRejected(service="Business Central", client_id="app", detail="the secret has expired.")

    job_id = add_job(host, work)
    run_job(host, job_id)
    row = job_row(host, job_id)
    assert (row.state, row.error_code) == (JobState.ERROR, "credentials_rejected")
    assert row.message and "expired" in row.message and "enter the client secret again" in row.message
    assert seen_from_outside(host, Coupling) == [(0,)], "what was not committed is gone"


def test_a_mistake_is_logged_whole_and_shown_without_its_text(
    host: CouplingState, caplog: pytest.LogCaptureFixture
) -> None:
    def work(context: JobContext) -> None:
        context.report(1, 2, {"failed": 1}, 3)
        raise KeyError("a customer's name")

    job_id = add_job(host, work)
    run_job(host, job_id)
    row = job_row(host, job_id)
    assert (row.state, row.error_code, row.failed) == (JobState.ERROR, "unexpected", 1)
    assert row.message and "KeyError" in row.message and job_id in row.message
    assert "customer" not in row.message
    assert "a customer's name" in caplog.text and "Traceback" in caplog.text


def test_a_counter_that_no_job_has_is_the_handlers_mistake(host: CouplingState) -> None:
    job_id = add_job(host, lambda context: context.report(1, 1, {"invented": 1}, 0))
    run_job(host, job_id)
    assert job_row(host, job_id).error_code == "unexpected"


def test_a_kind_without_handler_is_said(host: CouplingState) -> None:
    host.handlers.clear()
    job_id = add_job(host)
    run_job(host, job_id)
    assert job_row(host, job_id).error_code == "not_configured"


def test_a_commit_stores_the_step_and_its_counters_together(host: CouplingState) -> None:
    between: list[Any] = []

    def work(context: JobContext) -> None:
        add_coupling(context)
        context.report(1, 2, {"coupled": 1}, 1)
        context.commit()
        between.append((seen_from_outside(host, Coupling), seen_from_outside(host, SynchJob, SynchJob.coupled)))
        context.report(2, 2, {"coupled": 2}, 2)
        raise RuntimeError("before the second step is stored")

    job_id = add_job(host, work)
    run_job(host, job_id)
    assert between == [([(1,)], [(1,)])]
    row = job_row(host, job_id)
    assert (row.state, row.coupled, row.done) == (JobState.ERROR, 1, 1), "only what was stored counts"


@pytest.mark.parametrize("fence", ["commit", "assert_lease"])
def test_a_worker_without_its_lease_commits_nothing(host: CouplingState, fence: str) -> None:
    lost: list[LeaseLost] = []

    def work(context: JobContext) -> None:
        take_over(host, context.job.id)
        add_coupling(context)
        try:
            getattr(context, fence)()
        except LeaseLost as error:
            lost.append(error)
            raise

    job_id = add_job(host, work)
    run_job(host, job_id)
    assert len(lost) == 1
    assert seen_from_outside(host, Coupling) == [(0,)]
    row = job_row(host, job_id)
    assert (row.state, row.worker) == (JobState.IN_PROCESS, "another"), "the other worker's job is left alone"


def test_a_worker_that_notices_too_late_does_not_end_the_others_job(host: CouplingState) -> None:
    job_id = add_job(host, lambda context: take_over(host, context.job.id))
    run_job(host, job_id)
    assert job_row(host, job_id).state == JobState.IN_PROCESS


def test_a_silent_workers_job_is_begun_again_and_only_then(
    host: CouplingState, clock: Clock, noting: NotingEngine
) -> None:
    job_id = add_job(host, lambda context: None)
    assert take_lease(host.session, job_id, "dead", clock(), LEASE)
    host.session.commit()
    clock.advance(LEASE - 1)
    assert reap(host) == 0 and run_job(host, job_id) is False
    clock.advance(2)
    noting.delivered.clear()
    assert reap(host) == 1 and noting.ids == [job_id]
    assert reap(host) == 0, "it is delivered once, however many look"
    assert run_job(host, job_id) is True
    assert (job_row(host, job_id).state, job_row(host, job_id).attempts) == (JobState.FINISHED, 2)


def test_a_second_attempt_knows_what_the_first_one_stored(host: CouplingState, clock: Clock) -> None:
    counters: list[Any] = []

    def work(context: JobContext) -> None:
        counters.append((context.job.attempt, context.job.counters["modified"]))
        context.report(1, 2, {"modified": 1}, 1)
        context.commit()
        if context.job.attempt == 1:
            raise SystemExit("the process ends here")

    job_id = add_job(host, work)
    with pytest.raises(SystemExit):
        run_job(host, job_id)
    host.session.rollback()
    clock.advance(LEASE + 1)
    run_job(host, job_id)
    assert counters == [(1, 0), (2, 1)]


def test_a_canceled_job_stops_at_its_next_step(host: CouplingState) -> None:
    def work(context: JobContext) -> None:
        assert not context.stop_requested()
        context.session.rollback()
        cancel(host, context.job.id)
        assert context.stop_requested()
        context.report(1, 9, {"modified": 1}, 1)

    job_id = add_job(host, work)
    run_job(host, job_id)
    row = job_row(host, job_id)
    assert (row.state, row.modified) == (JobState.CANCELED, 1)


def test_a_job_whose_handler_did_not_stop_is_finished(host: CouplingState) -> None:
    def work(context: JobContext) -> None:
        cancel(host, context.job.id)

    job_id = add_job(host, work)
    run_job(host, job_id)
    assert job_row(host, job_id).state == JobState.FINISHED


def test_a_throttled_job_waits_and_goes_on(host: CouplingState, clock: Clock, noting: NotingEngine) -> None:
    answers = iter([ServiceThrottled(service="Sales", seconds=90, retry_after=90.0), None])

    def work(context: JobContext) -> None:
        if error := next(answers):
            raise error

    job_id = add_job(host, work, whole=True)
    run_job(host, job_id)
    row = job_row(host, job_id)
    assert row.state == JobState.READY and row.message and "90 seconds" in row.message
    assert row.running_key is not None, "it still is the mapping's one run"
    (_, eta) = noting.delivered[-1]
    assert eta is not None and (eta - clock()).total_seconds() == 90
    clock.advance(90)
    assert reap(host) == 0, "it is not lost while it waits"
    run_job(host, job_id)
    row = job_row(host, job_id)
    assert (row.state, row.message, row.error_code) == (JobState.FINISHED, None, None)


@pytest.mark.settings(COUPLING_JOB_ATTEMPTS=2)
def test_a_service_that_always_asks_to_wait_is_given_up(host: CouplingState) -> None:
    def work(context: JobContext) -> None:
        raise ServiceThrottled(service="Sales", seconds=9, retry_after=9.0)

    job_id = add_job(host, work)
    for _ in range(host.settings.job_attempts):
        assert job_row(host, job_id).state == JobState.READY
        run_job(host, job_id)
    assert job_row(host, job_id).state == JobState.ERROR


BUSY = {
    "sqlite": ("PRAGMA busy_timeout = 0", "BEGIN IMMEDIATE"),
    "postgresql": ("SET LOCAL lock_timeout = '1ms'", f"LOCK TABLE {Coupling.__tablename__} IN EXCLUSIVE MODE"),
}


def test_a_job_whose_database_is_busy_for_too_long_waits_and_goes_on(
    host: CouplingState, clock: Clock, noting: NotingEngine
) -> None:
    def work(context: JobContext) -> None:
        if context.job.attempt > 1:
            return add_coupling(context)
        with host.db_engine.connect() as other:
            impatient, occupied = BUSY[host.db_engine.dialect.name]
            context.session.execute(sa.text(impatient))
            other.execute(sa.text(occupied))
            add_coupling(context)

    job_id = add_job(host, work)
    run_job(host, job_id)
    row = job_row(host, job_id)
    assert (row.state, row.error_code) == (JobState.READY, "database_unavailable")
    (_, eta) = noting.delivered[-1]
    assert eta is not None and eta > clock()
    clock.advance((eta - clock()).total_seconds())
    run_job(host, job_id)
    assert (job_row(host, job_id).state, seen_from_outside(host, Coupling)) == (JobState.FINISHED, [(1,)])


def test_a_table_that_is_not_there_is_no_busy_database(host: CouplingState) -> None:
    job_id = add_job(host, lambda context: context.session.execute(sa.text("SELECT * FROM nowhere")))
    run_job(host, job_id)
    assert (job_row(host, job_id).state, job_row(host, job_id).error_code) == (JobState.ERROR, "unexpected")


def test_many_threads_that_want_one_job_run_it_once(host: CouplingState) -> None:
    ran: list[int] = []
    job_id = add_job(host, lambda context: ran.append(context.job.attempt))
    start, results = Barrier(6), []

    def race() -> None:
        with host.app.app_context():
            start.wait()
            results.append(run_job(host, job_id))

    threads = [Thread(target=race) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert ran == [1] and sorted(results) == [False] * 5 + [True]


def test_a_run_is_logged_with_its_facts(host: CouplingState, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    job_id = add_job(host, lambda context: None)
    run_job(host, job_id)
    assert f"job ended job_id={job_id} state=finished" in caplog.text
