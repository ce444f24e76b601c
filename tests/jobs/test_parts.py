"""A job of several parts: their order, what becomes of the rest when one fails, and going on after a crash."""

from __future__ import annotations

from threading import Barrier
from typing import Any

import pytest

from flask_coupling.errors import JobNotOverConflictError, JobRunningConflictError, ServiceThrottled
from flask_coupling.jobs.context import JobContext
from flask_coupling.jobs.parts import run_parts, sum_parts
from flask_coupling.jobs.queue import PartAsked, enqueue, reap
from flask_coupling.jobs.restart import restart
from flask_coupling.jobs.runner import run_job
from flask_coupling.jobs.wishes import cancel, pause, resume
from flask_coupling.models import JobKind, JobState, SynchJob
from flask_coupling.state import CouplingState

from .conftest import Clock, NotingEngine, job_row

LINES = (("CURRENCY", ()), ("CUSTOMER", ("CURRENCY",)), ("CONTACT", ("CUSTOMER",)), ("ITEM", ()))


def start(host: CouplingState, work: Any, *, side_by_side: int = 1) -> str:
    """Put in a job of four parts, each of which does `work`; its id."""

    def run_all(context: JobContext) -> None:
        def run_part(id: str) -> None:
            with host.app.app_context():
                run_job(host, id)

        run_parts(context, host, run_part, side_by_side=side_by_side)

    host.handlers[JobKind.FULL_SYNCHRONIZATION] = run_all
    host.handlers[JobKind.SYNCHRONIZATION] = work
    parts = [PartAsked(name, JobKind.SYNCHRONIZATION, "bidirectional", {}, after) for name, after in LINES]
    whole = {"connection": "default", "mapping": "", "kind": JobKind.FULL_SYNCHRONIZATION}
    row = enqueue(host, **whole, direction="bidirectional", payload={}, parts=parts)  # type: ignore[arg-type]
    return row.id


def parts(host: CouplingState, job_id: str) -> dict[str, SynchJob]:
    rows = host.session.query(SynchJob).filter_by(parent_id=job_id).populate_existing().order_by(SynchJob.place)
    return {row.mapping: row for row in rows}


def states(host: CouplingState, job_id: str) -> list[str]:
    return [row.state for row in parts(host, job_id).values()]


def test_parts_run_in_the_order_of_what_they_wait_for_and_the_job_tells_their_sums(host: CouplingState) -> None:
    ran = []

    def work(context: JobContext) -> None:
        ran.append(context.job.mapping)
        context.report(2, 2, {"inserted": 1, "unchanged": 1}, 3)

    job_id = start(host, work)
    run_job(host, job_id)
    assert ran == ["CURRENCY", "CUSTOMER", "CONTACT", "ITEM"]
    row = job_row(host, job_id)
    assert (row.state, row.done, row.total, row.inserted, row.requests) == ("finished", 8, 8, 4, 12)
    assert states(host, job_id) == ["finished"] * 4


def test_the_engine_is_given_the_job_and_never_a_part(host: CouplingState, noting: NotingEngine, clock: Clock) -> None:
    job_id = start(host, lambda context: None)
    clock.advance(3600)
    reap(host)
    assert noting.ids == [job_id, job_id]


def test_what_waits_for_a_failed_part_is_not_begun_and_all_else_is(host: CouplingState) -> None:
    def work(context: JobContext) -> None:
        if context.job.mapping == "CUSTOMER":
            raise ValueError("it does not work")

    job_id = start(host, work)
    run_job(host, job_id)
    assert states(host, job_id) == ["finished", "error", "canceled", "finished"]
    row = job_row(host, job_id)
    assert (row.state, row.error_code) == ("error", "job_parts_failed")
    assert "CUSTOMER" in (row.message or "") and "CONTACT" in (row.message or "")
    assert all(part.running_key is None for part in parts(host, job_id).values()), "the mappings are free again"


def test_a_restart_runs_what_is_left_and_nothing_twice(host: CouplingState) -> None:
    ran, broken = [], ["CUSTOMER"]

    def work(context: JobContext) -> None:
        ran.append(context.job.mapping)
        if context.job.mapping in broken:
            raise ValueError("it does not work")

    job_id = start(host, work)
    run_job(host, job_id)
    broken.clear()
    ran.clear()
    assert restart(host, job_id) == job_id
    run_job(host, job_id)
    assert ran == ["CUSTOMER", "CONTACT"] and job_row(host, job_id).state == "finished"


def test_one_finished_part_can_be_run_again(host: CouplingState) -> None:
    ran: list[str] = []
    job_id = start(host, lambda context: ran.append(context.job.mapping))
    run_job(host, job_id)
    ran.clear()
    restart(host, parts(host, job_id)["CUSTOMER"].id)
    run_job(host, job_id)
    assert ran == ["CUSTOMER"] and states(host, job_id) == ["finished"] * 4


def test_a_job_under_way_is_not_restarted(host: CouplingState) -> None:
    job_id = start(host, lambda context: None)
    with pytest.raises(JobNotOverConflictError):
        restart(host, job_id)


def test_a_second_job_over_the_same_mappings_is_refused_and_stores_nothing(host: CouplingState) -> None:
    job_id = start(host, lambda context: None)
    with pytest.raises(JobRunningConflictError):
        start(host, lambda context: None)
    assert host.session.query(SynchJob).count() == 5
    cancel(host, job_id)
    one = {"connection": "default", "mapping": "ITEM", "kind": JobKind.SYNCHRONIZATION}
    enqueue(host, **one, direction="bidirectional", payload={})  # type: ignore[arg-type]
    with pytest.raises(JobRunningConflictError, match="ITEM"):
        start(host, lambda context: None)


def test_a_job_paused_and_resumed_goes_on_with_the_part_it_was_at(host: CouplingState, noting: NotingEngine) -> None:
    ran: list[str] = []

    def work(context: JobContext) -> None:
        ran.append(context.job.mapping)
        if ran == ["CURRENCY", "CUSTOMER"]:
            with host.app.app_context():
                pause(host, parts(host, job_id)["CUSTOMER"].id)  # a part's pause is the whole job's
            assert context.stop_requested()

    job_id = start(host, work)
    run_job(host, job_id)
    assert job_row(host, job_id).state == "paused"
    assert states(host, job_id) == ["finished", "paused", "paused", "paused"]
    resume(host, job_id)
    assert noting.ids == [job_id, job_id]
    run_job(host, job_id)
    assert ran == ["CURRENCY", "CUSTOMER", "CUSTOMER", "CONTACT", "ITEM"]
    assert job_row(host, job_id).state == "finished"


def test_a_job_taken_back_takes_its_parts_with_it(host: CouplingState) -> None:
    def work(context: JobContext) -> None:
        with host.app.app_context():
            cancel(host, job_id)
        context.stop_requested()

    job_id = start(host, work)
    run_job(host, job_id)
    assert job_row(host, job_id).state == "canceled" and set(states(host, job_id)) == {"canceled"}


def test_one_part_alone_can_be_taken_back(host: CouplingState) -> None:
    job_id = start(host, lambda context: None)
    cancel(host, parts(host, job_id)["ITEM"].id)
    run_job(host, job_id)
    assert states(host, job_id) == ["finished", "finished", "finished", "canceled"]
    assert job_row(host, job_id).error_code == "job_parts_failed"


def test_a_part_that_a_service_holds_up_holds_up_the_job_which_then_goes_on(
    host: CouplingState, noting: NotingEngine, clock: Clock
) -> None:
    ran: list[str] = []

    def work(context: JobContext) -> None:
        ran.append(context.job.mapping)
        if ran == ["CURRENCY", "CUSTOMER"]:
            raise ServiceThrottled(service="Sales", seconds=120, retry_after=120)

    job_id = start(host, work)
    run_job(host, job_id)
    assert ran == ["CURRENCY", "CUSTOMER", "ITEM"]
    assert job_row(host, job_id).state == "ready" and states(host, job_id)[:2] == ["finished", "ready"]
    assert [eta for _, eta in noting.delivered][1] is not None
    clock.advance(121)
    run_job(host, job_id)
    assert ran == ["CURRENCY", "CUSTOMER", "ITEM", "CUSTOMER", "CONTACT"]
    assert job_row(host, job_id).state == "finished"


class Killed(BaseException):
    """The process ends here."""


def test_a_worker_that_dies_leaves_a_job_that_goes_on_where_it_was(
    host: CouplingState, noting: NotingEngine, clock: Clock
) -> None:
    ran: list[str] = []

    def work(context: JobContext) -> None:
        ran.append(context.job.mapping)
        if ran == ["CURRENCY", "CUSTOMER"]:
            raise Killed

    job_id = start(host, work)
    with pytest.raises(Killed):
        run_job(host, job_id)
    host.session.rollback()
    assert (job_row(host, job_id).state, states(host, job_id)[1]) == ("in_process", "in_process")
    clock.advance(host.settings.lease_seconds + 1)
    assert reap(host) == 1
    run_job(host, job_id)
    assert ran == ["CURRENCY", "CUSTOMER", "CUSTOMER", "CONTACT", "ITEM"]
    assert job_row(host, job_id).state == "finished"


def test_parts_that_do_not_wait_for_one_another_run_side_by_side_where_the_database_allows(host: CouplingState) -> None:
    shared = host.db_engine.dialect.name != "sqlite"
    meeting = Barrier(2, timeout=10)

    def work(context: JobContext) -> None:
        if shared and context.job.mapping in ("CURRENCY", "ITEM"):
            meeting.wait()

    job_id = start(host, work, side_by_side=2)
    run_job(host, job_id)
    assert states(host, job_id) == ["finished"] * 4


def test_the_sums_of_parts_know_no_total_until_all_do(host: CouplingState) -> None:
    job_id = start(host, lambda context: None)
    rows = list(parts(host, job_id).values())
    for row in rows[:3]:
        row.total, row.done = 10, 4
    host.session.commit()
    assert (
        sum_parts(host.session, [job_id])[job_id] | {"total": None, "done": 12}
        == sum_parts(host.session, [job_id])[job_id]
    )
    rows[3].total = 2
    host.session.commit()
    assert sum_parts(host.session, [job_id])[job_id]["total"] == 32
    assert job_row(host, job_id).state == JobState.READY
