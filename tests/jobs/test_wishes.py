"""Pausing, resuming and canceling: the state follows what people want, whatever the worker does meanwhile."""

from __future__ import annotations

import pytest

from flask_coupling.errors import JobRunningConflictError, NotConfigured, ServiceThrottled
from flask_coupling.jobs.context import JobContext
from flask_coupling.jobs.inline import InlineEngine
from flask_coupling.jobs.lease import take_lease
from flask_coupling.jobs.queue import reap
from flask_coupling.jobs.runner import run_job
from flask_coupling.jobs.wishes import cancel, pause, resume
from flask_coupling.models import JobState
from flask_coupling.signals import job_finished
from flask_coupling.state import CouplingState

from .conftest import Clock, NotingEngine, add_job, job_row


def work_in_two_steps(host: CouplingState, clock: Clock) -> None:
    """The first attempt is paused by somebody after one record of two; the second does the other."""

    def work(context: JobContext) -> None:
        done = context.job.done
        clock.advance(10)
        context.report(done + 1, 2, {"modified": context.job.counters["modified"] + 1}, context.job.requests + 3)
        context.commit()
        if not done:
            pause(host, context.job.id)
            assert context.stop_requested()

    from_kind = dict.fromkeys(host.handlers, work)
    host.handlers.update(from_kind)


def test_a_running_job_rests_after_its_step_and_goes_on_with_its_counters(
    host: CouplingState, clock: Clock, noting: NotingEngine
) -> None:
    work_in_two_steps(host, clock)
    job_id = add_job(host, whole=True)
    run_job(host, job_id)
    row = job_row(host, job_id)
    assert (row.state, row.worker, row.lease_until, row.finished_at) == (JobState.PAUSED, None, None, None)
    assert (row.done, row.modified, row.requests) == (1, 1, 3)
    with pytest.raises(JobRunningConflictError):
        add_job(host, whole=True)

    clock.advance(3600)
    assert reap(host) == 0, "nobody delivers a paused job"
    assert run_job(host, job_id) is False, "and its old id leads to nothing"
    assert resume(host, job_id).state == JobState.READY
    assert noting.ids == [job_id, job_id]
    assert run_job(host, job_id)
    row = job_row(host, job_id)
    assert (row.state, row.running_key, row.pause_requested) == (JobState.FINISHED, None, False)
    assert (row.done, row.modified, row.requests, row.attempts) == (2, 2, 6, 1)
    assert row.started_at and row.finished_at
    assert (row.finished_at - row.started_at).total_seconds() - row.paused_seconds == 20


def test_a_job_that_waits_rests_at_once(host: CouplingState, noting: NotingEngine) -> None:
    job_id = add_job(host)
    assert pause(host, job_id).state == JobState.PAUSED
    assert run_job(host, job_id) is False
    assert resume(host, job_id).state == JobState.READY
    assert noting.ids == [job_id, job_id]


def test_a_paused_job_can_be_canceled(host: CouplingState) -> None:
    ended: list[str] = []

    def listen(sender: object, **facts: object) -> None:
        ended.append(str(facts["state"]))

    job_id = add_job(host, whole=True)
    pause(host, job_id)
    with job_finished.connected_to(listen, sender=host.app):
        row = cancel(host, job_id)
    assert (row.state, row.running_key, ended) == (JobState.CANCELED, None, ["canceled"])
    assert resume(host, job_id).state == JobState.CANCELED, "it is over"


@pytest.mark.parametrize("wish, state", [(cancel, JobState.CANCELED), (resume, JobState.READY)])
def test_the_last_wish_counts_while_a_job_is_about_to_rest(
    host: CouplingState, wish: object, state: JobState, noting: NotingEngine
) -> None:
    def work(context: JobContext) -> None:
        pause(host, context.job.id)
        assert context.stop_requested()
        context.session.rollback()
        wish(host, context.job.id)  # type: ignore[operator]

    job_id = add_job(host, work)
    run_job(host, job_id)
    assert job_row(host, job_id).state == state
    assert len(noting.ids) == (2 if state is JobState.READY else 1)


def test_a_withdrawn_pause_that_was_not_noticed_changes_nothing(host: CouplingState) -> None:
    def work(context: JobContext) -> None:
        pause(host, context.job.id)
        resume(host, context.job.id)
        assert not context.stop_requested()

    job_id = add_job(host, work)
    run_job(host, job_id)
    assert job_row(host, job_id).state == JobState.FINISHED


def test_a_job_that_waits_for_a_service_rests_instead(host: CouplingState, noting: NotingEngine) -> None:
    def work(context: JobContext) -> None:
        pause(host, context.job.id)
        raise ServiceThrottled(service="Sales", seconds=90, retry_after=90.0)

    job_id = add_job(host, work)
    run_job(host, job_id)
    assert job_row(host, job_id).state == JobState.PAUSED
    assert run_job(host, noting.ids[-1]) is False


def test_a_job_whose_worker_died_rests_when_that_was_wanted(host: CouplingState, clock: Clock) -> None:
    job_id = add_job(host)
    take_lease(host.session, job_id, "dead", clock(), 60)
    host.session.commit()
    assert pause(host, job_id).state == JobState.IN_PROCESS
    clock.advance(61)
    reap(host)
    assert job_row(host, job_id).state == JobState.PAUSED


def test_a_job_that_is_over_is_not_paused(host: CouplingState) -> None:
    job_id = add_job(host, lambda context: None)
    run_job(host, job_id)
    row = pause(host, job_id)
    assert (row.state, row.pause_requested) == (JobState.FINISHED, False)


def test_an_engine_that_does_not_take_a_resumed_job_is_told(host: CouplingState) -> None:
    class Broken(InlineEngine):
        def deliver(self, job_id: str, eta: object = None) -> None:
            raise OSError("the disk is full")

    job_id = add_job(host)
    pause(host, job_id)
    host.engine = Broken()
    with pytest.raises(NotConfigured, match="did not take the job"):
        resume(host, job_id)
    assert job_row(host, job_id).state == JobState.ERROR
