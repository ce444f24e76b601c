"""Runs that start by themselves, where they read from, and when they rest."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import orjson
import pytest

from flask_coupling.endpoints.watermark import Watermark
from flask_coupling.models import IntegrationTableMapping, Schedule
from flask_coupling.operations import failures, jobs, modified_records, schedules
from flask_coupling.operations.views import ScheduleView

from .conftest import C, Stage, counted
from .test_job import TOO_LONG

LATER = timedelta(days=2)


def mark(stage: Stage, mapping: str = "CUSTOMER") -> Watermark:
    """Where Business Central is read from next."""
    row = stage.coupling.session.get(IntegrationTableMapping, (C, mapping), populate_existing=True)
    text = row.bc_cursor
    return Watermark.parse(text, "Business Central", "customers")


def shown(mapping: str = "CUSTOMER") -> ScheduleView:
    return next(each for each in schedules.list_schedules(C) if each.mapping == mapping)


def now() -> datetime:
    return datetime.now(UTC)


def test_bc_120_a_full_run_of_a_mapping_reads_all_records_wherever_it_stood(stage):
    pair = stage.pair()
    stage.run()
    stage.edit_bc(pair.bc_id, phoneNumber="2")
    row = stage.coupling.session.get(IntegrationTableMapping, (C, "CUSTOMER"), populate_existing=True)
    future = Watermark("2199-01-01T00:00:00.000Z", "2199-01-01T00:00:00.000Z", now().timestamp())
    row.bc_cursor = future.cursor
    stage.coupling.session.commit()
    assert counted(stage.run()) == {}, "nothing is as late as that"
    assert counted(stage.run(extent="full"))["modified"] == 1
    assert mark(stage).seen == stage.bc(pair.bc_id)["lastModifiedDateTime"]


def test_bc_150_after_a_run_the_next_one_reads_from_the_latest_change(stage):
    stage.set_mapping(only_coupled=False)
    customers = [stage.customer(name) for name in ("Adatum", "Fabrikam")]
    accounts = [stage.account(name) for name in ("Contoso", "Proseware")]
    assert counted(stage.run()) == {"inserted": 4}
    assert set(customers) <= set(stage.coupled()) and set(accounts) <= set(stage.coupled().values())
    before = mark(stage)
    stage.customer("Litware")
    stage.run()
    assert mark(stage).seen > before.seen


def test_bc_152_a_run_without_anything_to_do_leaves_the_mark_where_it_was(stage):
    stage.pair()
    stage.run()
    before = mark(stage)
    stage.run()
    assert mark(stage).seen == before.seen


def test_bc_159_with_a_timeout_of_0_a_schedule_that_found_nothing_waits_until_it_is_woken(stage):
    schedules.set_schedule(C, "CUSTOMER", enabled=True, idle_minutes=0)
    assert [counted(job) for job in schedules.tick()] == [{}]
    assert (shown().state, shown().next_due_at) == ("asleep", None)
    assert schedules.tick(now() + LATER) == []
    schedules.wake(C, ["CUSTOMER"])
    assert [job.requested_by for job in schedules.tick(now() + LATER)] == ["webhook"]


def test_with_a_timeout_it_sleeps_that_long(stage):
    schedules.set_schedule(C, "CUSTOMER", enabled=True, minutes=30, idle_minutes=720)
    schedules.tick()
    assert shown().state == "asleep"
    assert schedules.tick(now() + timedelta(minutes=700)) == []
    assert len(schedules.tick(now() + timedelta(minutes=725))) == 1


def test_bc_160_a_schedule_whose_run_changed_something_stays_awake(stage):
    stage.set_mapping(only_coupled=False)
    stage.customer("Adatum")
    schedules.set_schedule(C, "CUSTOMER", enabled=True, minutes=30, idle_minutes=0)
    assert counted(schedules.tick()[0]) == {"inserted": 1}
    assert shown().state == "ready" and shown().next_due_at <= now() + timedelta(minutes=30)


def test_a_persons_run_that_changed_something_wakes_a_sleeping_schedule_and_an_idle_one_does_not(stage):
    pair = stage.pair()
    stage.run()
    schedules.set_schedule(C, "CUSTOMER", enabled=True, minutes=30, idle_minutes=0)
    schedules.tick()
    assert shown().state == "asleep"
    stage.run()
    assert shown().state == "asleep"
    stage.edit_bc(pair.bc_id, phoneNumber="2")
    assert counted(stage.run()) == {"modified": 1}
    assert shown().state == "ready" and shown().next_due_at is not None


def test_a_schedule_without_a_timeout_never_sleeps(stage):
    schedules.set_schedule(C, "CUSTOMER", enabled=True, minutes=30)
    schedules.tick()
    assert shown().state == "ready" and shown().idle_minutes is None


def test_bc_175_records_set_aside_in_several_mappings_are_synchronized_by_one_run_for_each(stage):
    pairs = [stage.pair(name) for name in ("A", "B")]
    user = stage.simulator.sales.create("systemusers", {"firstname": "Bo", "lastname": "Dahl", "islicensed": True})
    person = stage.simulator.bc.create("salespeoplePurchasers", {"code": "BD", "displayName": "Bo"})
    pairs.append(stage.couple(person["id"], user["systemuserid"], synchronize="none", mapping="SALESPEOPLE"))
    for pair in pairs[:2]:
        stage.edit_sales(pair.sales_id, name=TOO_LONG)
    stage.edit_sales(user["systemuserid"], "systemusers", lastname="D" * 60)
    for _ in range(2):
        stage.run(), stage.run(mapping="SALESPEOPLE")
    assert sum(failure.skipped for failure in stage.failures()) == 3
    for pair in pairs[:2]:
        stage.edit_sales(pair.sales_id, name="Short")
    stage.edit_sales(user["systemuserid"], "systemusers", lastname="Dahl")
    retried = failures.retry_all_now(C)
    assert [job.mapping for job in retried.jobs] == ["CUSTOMER", "SALESPEOPLE"]
    assert [job.direction for job in retried.jobs] == ["bidirectional", "from_sales"]
    assert stage.failures() == []


def test_bc_295_three_of_four_schedules_are_active(stage):
    for mapping in ("CUSTOMER", "VENDOR", "CONTACT"):
        schedules.set_schedule(C, mapping, enabled=True)
    schedules.set_schedule(C, "CURRENCY", enabled=True)
    schedules.set_schedule(C, "CURRENCY", enabled=False)
    four = ("CUSTOMER", "VENDOR", "CONTACT", "CURRENCY")
    assert [each.state for each in schedules.list_schedules(C) if each.mapping in four].count("ready") == 3
    assert stage.coupling.session.query(Schedule).filter_by(enabled=True).count() == 3


@pytest.mark.parametrize("minutes", [-1, schedules.MOST_MINUTES + 1])
def test_a_timeout_that_cannot_be_is_refused(stage, minutes):
    with pytest.raises(Exception, match="inactivity timeout"):
        schedules.set_schedule(C, "CUSTOMER", idle_minutes=minutes)
    assert orjson.loads(mark_text(stage)) is None


def mark_text(stage: Stage) -> bytes:
    row = stage.coupling.session.get(IntegrationTableMapping, (C, "CUSTOMER"))
    return orjson.dumps(row.bc_cursor if row else None)


def test_bc_250_option_mappings_run_in_the_same_order_and_before_what_refers_to_them(stage):
    # Business Central leaves them out of Synchronize Modified Records: a new payment term has to be looked after there
    job = modified_records.synchronize_modified(C)
    order = [part.mapping for part in jobs.job_parts(C, job.id)]
    options = [name for name, each in stage.coupling._state.mappings.items() if each.sales.option_set is not None]
    assert options and set(options) <= set(order)
    assert max(order.index(name) for name in options) < order.index("CUSTOMER")
    lines = {name for name, each in stage.coupling._state.mappings.items() if each.parent}
    assert lines and lines.isdisjoint(order), "lines travel with their documents"
