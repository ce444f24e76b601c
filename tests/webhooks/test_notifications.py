"""Notifications as they come in: checked, and nothing but a run woken."""

from __future__ import annotations

import json
from typing import Any

import pytest
from cryptography.fernet import Fernet, MultiFernet
from flask import Flask
from flask.testing import FlaskClient
from flask_wtf import CSRFProtect

from flask_coupling.operations import connections, jobs, schedules, subscriptions
from flask_coupling.operations.views import JobView
from simulator.faults import FaultRule
from simulator.instance import Simulator
from tests.jobs.conftest import Clock

from .conftest import BC, SALES, Line, kept

pytestmark = pytest.mark.usefixtures("app_context", "line")

TEXT = {"content_type": "text/plain"}


@pytest.fixture
def subscribed(simulator: Simulator, line: Line) -> dict[str, Any]:
    """Business Central's subscription of customers."""
    subscriptions.subscribe_webhooks("default", "CUSTOMER")
    line.answers.clear()
    (made,) = kept(simulator).values()
    return dict(made)


def notice(subscribed: dict[str, Any], **changes: Any) -> dict[str, Any]:
    names = ("subscriptionId", "clientState", "expirationDateTime")
    return {**{name: subscribed[name] for name in names}, "resource": "x", "changeType": "updated", **changes}


def tell(client: FlaskClient, *notices: Any) -> int:
    return client.post(BC, json={"value": list(notices)}).status_code


def runs() -> list[JobView]:
    return list(jobs.list_jobs("default").rows)


def test_a_change_wakes_one_run_of_its_table_mapping(
    simulator: Simulator, subscribed: dict[str, Any], line: Line
) -> None:
    before = len(simulator.requests)
    simulator.bc.create("customers", {"displayName": "A"})
    assert simulator.notifier.deliver(now=True) == 1
    assert line.answers == [(BC, 200)]
    (job,) = runs()
    assert (job.mapping, job.state, job.requested_by) == ("CUSTOMER", "ready", "webhook")
    assert len(simulator.requests) == before, "nothing is fetched while the service waits for its answer"
    (listed,) = subscriptions.list_webhooks("default")
    assert listed.notified_at is not None


def test_a_burst_makes_one_run_and_another_after_a_while(
    client: FlaskClient, subscribed: dict[str, Any], clock: Clock
) -> None:
    for _ in range(20):
        assert tell(client, notice(subscribed), notice(subscribed)) == 200
    (first,) = runs()
    jobs.cancel_job("default", first.id)  # it is over
    assert tell(client, notice(subscribed)) == 200
    assert len(runs()) == 1, "one was started a moment ago"
    clock.advance(31)
    assert [job.mapping for job in schedules.tick()] == ["CUSTOMER"]
    assert len(runs()) == 2
    clock.advance(31)
    assert schedules.tick() == [], "all that was told is taken care of"


def test_what_is_told_during_a_run_is_not_forgotten(
    client: FlaskClient, subscribed: dict[str, Any], clock: Clock
) -> None:
    tell(client, notice(subscribed))
    (first,) = runs()
    clock.advance(31)
    tell(client, notice(subscribed))
    assert [job.id for job in runs()] == [first.id], "it is still under way"
    jobs.cancel_job("default", first.id)
    clock.advance(31)
    assert len(schedules.tick()) == 1


@pytest.mark.settings(COUPLING_JOB_ENGINE="inline")
def test_where_jobs_have_no_workers_the_next_tick_starts_the_run(
    client: FlaskClient, subscribed: dict[str, Any], clock: Clock
) -> None:
    assert tell(client, notice(subscribed)) == 200
    assert runs() == []
    schedule = {each.mapping: each for each in schedules.list_schedules("default")}["CUSTOMER"]
    assert schedule.is_woken and not schedule.enabled
    assert [job.state for job in schedules.tick()] == ["finished"]


@pytest.mark.parametrize(
    "changes",
    [
        {"clientState": "forged"},
        {"clientState": ""},
        {"clientState": "\x00unreadable"},
        {"clientState": None},
        {"clientState": "x" * 10_000},
        {"clientState": "\ud800"},
        {"subscriptionId": "unknown"},
        {"subscriptionId": 5},
        {"subscriptionId": "x" * 101},
    ],
)
def test_a_forged_or_unknown_notification_is_refused(
    client: FlaskClient, subscribed: dict[str, Any], changes: dict[str, Any]
) -> None:
    body = b'{"value":[' + _dump(notice(subscribed, **changes)) + b"]}"
    answer = client.post(BC, data=body, content_type="application/json")
    assert (answer.status_code, answer.text) == (403, "webhook_refused")
    assert runs() == []


def _dump(value: dict[str, Any]) -> bytes:
    return json.dumps(value).encode()  # orjson would refuse what a forger may send


def test_a_forgery_beside_a_true_one_wakes_only_what_is_true(client: FlaskClient, subscribed: dict[str, Any]) -> None:
    assert tell(client, notice(subscribed, subscriptionId="unknown"), notice(subscribed), 5) == 200
    assert len(runs()) == 1


def test_the_simulators_forged_notices_end_nothing_but_themselves(
    simulator: Simulator, subscribed: dict[str, Any], line: Line
) -> None:
    simulator.faults.add(FaultRule("forged_notice"))
    simulator.bc.create("customers", {"displayName": "A"})
    simulator.notifier.deliver(now=True)
    assert line.answers == [(BC, 403)]
    assert runs() == []


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'{"value": 5}', b'{"value": []}', b'{"value": [5]}', b"\xff"])
def test_a_body_that_makes_no_sense_is_refused(client: FlaskClient, subscribed: dict[str, Any], body: bytes) -> None:
    answer = client.post(BC, data=body, content_type="application/json")
    assert (answer.status_code, answer.text) == (403, "webhook_refused")


@pytest.mark.parametrize("address", [BC, SALES])
def test_a_body_above_one_mebibyte_is_not_read(client: FlaskClient, subscribed: dict[str, Any], address: str) -> None:
    key = subscriptions.make_sales_key("default").key
    body = b" " * (1 << 20) + b"{}"
    answer = client.post(address, data=body, headers={"X-Coupling-Key": key}, content_type="application/json")
    assert answer.status_code == 413


# --- the handshake


def test_the_token_is_echoed_as_plain_text_and_nothing_else(client: FlaskClient, subscribed: dict[str, Any]) -> None:
    token = "<script>alert(1)</script>"
    answer = client.post(BC, query_string={"validationToken": token}, **TEXT)
    assert (answer.status_code, answer.text, answer.mimetype) == (200, token, "text/plain")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize("token", ["", "x" * 1025, "a\r\nSet-Cookie: b=c", "a\0b", "é"])
def test_an_odd_token_is_not_echoed(client: FlaskClient, subscribed: dict[str, Any], token: str) -> None:
    answer = client.post(BC, query_string={"validationToken": token}, **TEXT)
    assert (answer.status_code, answer.text) == (403, "webhook_refused")


def test_a_token_is_not_echoed_while_nobody_asked_for_a_subscription(client: FlaskClient, line: Line) -> None:
    asked = {"query_string": {"validationToken": "t"}, **TEXT}
    assert client.post(BC, **asked).status_code == 403
    assert client.post(BC.replace("default", "other"), **asked).status_code == 403
    line.is_cut = True
    subscriptions.subscribe_webhooks("default")
    assert client.post(BC, **asked).status_code == 403, "all of them failed"


# --- Sales


def told_by_sales(client: FlaskClient, key: str, entity: str = "account", **options: Any) -> int:
    body = {"MessageName": "Update", "PrimaryEntityName": entity, "PrimaryEntityId": "x"}
    return client.post(SALES, json=body, **(options or {"headers": {"X-Coupling-Key": key}})).status_code


def test_sales_wakes_the_table_mapping_of_its_table(client: FlaskClient) -> None:
    made = subscriptions.make_sales_key("default")
    assert made.url == f"https://host.example{SALES}"
    assert told_by_sales(client, made.key) == 200
    woken = {job.mapping for job in runs()}
    assert "CUSTOMER" in woken and "CONTACT" not in woken


def test_the_key_may_come_as_a_parameter_and_the_table_as_a_header(client: FlaskClient) -> None:
    made = subscriptions.make_sales_key("default")
    headers = {"x-ms-dynamics-entity-name": "contact", "x-ms-dynamics-msg-size-exceeded": "true"}
    assert told_by_sales(client, "", query_string={made.parameter: made.key}, headers=headers) == 200
    assert [job.mapping for job in runs()] == ["CONTACT"]


@pytest.mark.parametrize("key", ["", "forged", "\x00unreadable"])
def test_sales_without_the_key_is_refused(client: FlaskClient, key: str) -> None:
    assert told_by_sales(client, "", query_string={"code": key}) == 403, "no key was made"
    subscriptions.make_sales_key("default")
    assert told_by_sales(client, "", query_string={"code": key}) == 403
    assert runs() == []


def test_a_new_key_ends_the_one_before(client: FlaskClient) -> None:
    old, new = (subscriptions.make_sales_key("default").key for _ in range(2))
    assert (told_by_sales(client, old), told_by_sales(client, new)) == (403, 200)


def test_a_table_that_no_mapping_has_wakes_nothing(client: FlaskClient) -> None:
    assert told_by_sales(client, subscriptions.make_sales_key("default").key, "systemform") == 200
    assert runs() == []


# --- the host


def test_a_disabled_connection_takes_notifications_and_starts_nothing(
    client: FlaskClient, subscribed: dict[str, Any]
) -> None:
    connections.disable_connection("default")
    assert tell(client, notice(subscribed)) == 200
    assert runs() == []


def test_a_key_that_was_lost_refuses_everything(app: Flask, client: FlaskClient, subscribed: dict[str, Any]) -> None:
    app.extensions["coupling"].cipher = MultiFernet([Fernet(Fernet.generate_key())])
    for state in (subscribed["clientState"], "\x00unreadable"):
        assert tell(client, notice(subscribed, clientState=state)) == 403


@pytest.mark.settings(WTF_CSRF_ENABLED=True, COUPLING_PERMISSION=lambda action, resource: False)
def test_neither_a_form_token_nor_a_permission_is_asked_of_a_service(
    app: Flask, client: FlaskClient, simulator: Simulator
) -> None:
    CSRFProtect(app)
    subscriptions.subscribe_webhooks("default", "CUSTOMER")
    (made,) = kept(simulator).values()
    assert tell(client, notice(made)) == 200
    assert len(runs()) == 1


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_other_methods_are_refused(client: FlaskClient, method: str) -> None:
    assert client.open(BC, method=method).status_code == 405
