"""How a connection does: what it is told from, and what is found worth a look."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import delete, insert

from flask_coupling.core.side import Side
from flask_coupling.endpoints.transport import Exchange
from flask_coupling.endpoints.usage import UsageMeter
from flask_coupling.errors import ConnectionNotFound
from flask_coupling.models import FailedRecord, ServiceUsage, SynchJob, table_of
from flask_coupling.operations import connections, health, schedules, synchronization
from flask_coupling.operations.usage import store_usage
from simulator.faults import FaultRule
from tests.conftest import connection_values

NOW = datetime(2026, 5, 4, 12, 30, 15, tzinfo=UTC)


class Watch:
    """A clock that is set by hand."""

    now = NOW

    def __call__(self):
        return self.now


@pytest.fixture
def watch(app):
    watch = Watch()
    state = app.extensions["coupling"]
    object.__setattr__(state.settings, "clock", watch)
    state.usage._clock = watch
    return watch


@pytest.fixture
def healthy(app_context, watch, connected):
    return connected


def codes(found=None):
    found = found or health.get_health("default")
    return [(each.problem.code, each.mapping) for each in found.findings]


def of(mapping):
    return next(each for each in health.get_health("default").mappings if each.mapping == mapping)


def test_a_connection_that_does_well_has_nothing_to_look_at(healthy):
    found = health.get_health("default")
    assert (found.state, found.findings, found.enabled) == ("good", (), True)


def test_a_connection_that_does_not_exist_is_named(healthy):
    with pytest.raises(ConnectionNotFound):
        health.get_health("other")


def test_health_is_told_while_the_connection_is_disabled(healthy):
    connections.disable_connection("default", "moving house")
    assert health.get_health("default").state == "bad"
    assert codes() == [("connection_off", "")]


def test_asking_for_health_asks_no_service(healthy, simulator):
    before = len(simulator.requests)
    health.get_health("default")
    assert len(simulator.requests) == before


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ("2026-05-03", ["secret_expired"]),
        ("2026-05-04", ["secret_expires"]),
        ("2026-06-03", ["secret_expires"]),
        ("2026-06-04", []),
        ("", []),
    ],
)
def test_the_end_of_the_secret_is_spoken_of_a_month_ahead(healthy, day, expected):
    connections.save_connection("default", {"secret_expires_on": day})
    assert [code for code, _ in codes()] == expected
    assert connections.get_connection("default").enabled, "saying when a secret ends is no change of the connection"


def test_a_new_secret_forgets_when_the_old_one_ended(healthy):
    connections.save_connection("default", {"secret_expires_on": "2026-05-03"})
    connections.save_connection("default", {"client_secret": "another"})
    assert connections.get_connection("default").secret_expires_on == ""


def test_a_scheduled_table_is_late_after_two_intervals(healthy, watch):
    synchronization.synchronize("default", "CUSTOMER", wait=True)
    schedules.set_schedule("default", "CUSTOMER", minutes=10, enabled=True)
    watch.now = NOW + timedelta(minutes=20)
    assert of("CUSTOMER").lag == 1200 and codes() == []

    watch.now = NOW + timedelta(minutes=20, seconds=1)
    assert codes() == [("run_late", "CUSTOMER")]
    schedules.set_schedule("default", "CUSTOMER", enabled=False)
    assert codes() == [], "a table on hold is not expected"


def test_the_last_run_of_a_table_is_shown_and_spoken_of_when_it_failed(healthy, watch, simulator):
    job = synchronization.synchronize("default", "CUSTOMER", wait=True)
    assert of("CUSTOMER").last_run.id == job.id
    watch.now += timedelta(minutes=1)
    simulator.faults.add(FaultRule("status", service="bc", parameters={"status": 403}))
    failed = synchronization.synchronize("default", "CUSTOMER", wait=True)
    assert failed.state == "error"
    (finding,) = health.get_health("default").findings
    assert (finding.level, finding.problem.code, finding.problem.facts["job"]) == ("bad", "run_failed", failed.id)


def test_records_that_fail_are_counted_by_table(healthy, db):
    row = {"connection": "default", "mapping": "CUSTOMER", "code": "x", "message": "x", "hint": "", "etag": ""}
    more = {"error_class": "permanent", "title": "", "first_failed_at": NOW, "last_failed_at": NOW, "job_id": ""}
    rows = [
        {**row, **more, "side": "bc", "record_id": str(number), "skipped": number < 2, "attempts": 1, "repeats": 1}
        for number in range(3)
    ]
    db.session.execute(insert(table_of(FailedRecord)), rows)
    assert (of("CUSTOMER").failed, of("CUSTOMER").skipped) == (3, 2)
    assert codes() == [("records_failed", "CUSTOMER")]


def test_jobs_that_nobody_takes_are_spoken_of(healthy, db, watch):
    job = SynchJob(id="j", connection="default", mapping="CUSTOMER", direction="bidirectional", payload={})
    job.created_at = NOW
    db.session.add(job)
    db.session.commit()
    assert codes() == []
    watch.now = NOW + timedelta(minutes=3)
    assert codes() == [("jobs_wait", "")]


def use(db, minutes_ago, requests, throttled=0, side="sales"):
    row = {"connection": "default", "side": side, "minute": NOW - timedelta(minutes=minutes_ago), "requests": requests}
    values = {**row, "throttled": throttled, "failed": 0, "seconds": requests * 0.25}
    db.session.execute(insert(table_of(ServiceUsage)), values)


def test_requests_are_held_against_what_a_service_allows_in_five_minutes(healthy, db):
    store_usage()
    db.session.execute(delete(table_of(ServiceUsage)))
    current = health.get_health("default").services
    assert [each.limit for each in current] == [6000, 6000]
    for minutes_ago, requests in ((1, 2000), (4, 2799), (6, 5000), (60, 10)):
        use(db, minutes_ago, requests)
    sales = health.get_health("default").services[1]
    assert (sales.requests, sales.requests_day, sales.busiest, sales.latency) == (4799, 9809, 7799, 0.25)
    assert codes() == []
    use(db, 2, 1)
    assert codes() == [("service_busy", "")]
    use(db, 2, 1, throttled=1)
    assert codes() == [("service_slowed_down", "")]


def test_what_a_run_asks_of_the_services_is_counted_by_side(healthy, simulator):
    store_usage()
    before = {each.side: each.requests for each in health.get_health("default").services}
    seen = {side: simulator.requests.count(service=side) for side in ("bc", "sales")}
    synchronization.synchronize("default", "CUSTOMER", wait=True)
    after = {each.side: each.requests for each in health.get_health("default").services}
    for side in ("bc", "sales"):
        assert after[side] - before[side] == simulator.requests.count(service=side) - seen[side] > 0


def test_counts_older_than_a_day_are_forgotten(healthy, db, watch):
    use(db, 0, 5)
    watch.now = NOW + timedelta(days=1, minutes=1)
    connections.test_connection("default")
    health.get_health("default")
    rows = db.session.scalars(table_of(ServiceUsage).select().with_only_columns(table_of(ServiceUsage).c.minute)).all()
    assert rows and min(rows) > NOW + timedelta(days=1)


def exchange(status):
    return Exchange("x", "GET", "/", status, 0.5, "", "")


def test_a_meter_counts_by_minute_and_gives_back_what_could_not_be_stored():
    meter = UsageMeter(lambda: NOW)
    tell = meter.listener("default", Side.BC)
    for status in (200, 429, 503, 0):
        tell(exchange(status))
    (used,) = meter.take()
    assert (used.requests, used.throttled, used.failed, used.seconds) == (4, 1, 2, 2.0)
    assert used.minute == NOW.replace(second=0) and meter.take() == []
    tell(exchange(200))
    meter.give_back([used])
    assert [each.requests for each in meter.take()] == [5]


def test_a_connection_that_is_only_tried_is_not_counted(app_context, simulator, app):
    assert connections.test_connection("tried", connection_values(simulator)).is_ok
    store_usage()
    assert not app.extensions["coupling"].usage.has_counted
