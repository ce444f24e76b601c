"""Asking Business Central to tell of changes: made, renewed before their end, made anew when forgotten, ended."""

from __future__ import annotations

import logging
from datetime import timedelta

import pytest
import sqlalchemy as sa

from flask_coupling.errors import ServiceError, WebhooksOff, WebhooksUnsupported
from flask_coupling.globals import current_coupling
from flask_coupling.jobs.runner import run_job
from flask_coupling.operations import connections, subscriptions, synchronization
from flask_coupling.operations.views import WebhookView
from flask_coupling.state import CouplingState
from simulator.faults import FaultRule
from simulator.instance import Simulator
from tests.jobs.conftest import Clock, NotingEngine

from .conftest import BC, PUBLIC, Line, kept

pytestmark = pytest.mark.usefixtures("app_context", "line")

DAYS = timedelta(days=1)


def webhook(mapping: str) -> WebhookView:
    return {each.mapping: each for each in subscriptions.list_webhooks("default")}[mapping]


def later(simulator: Simulator, clock: Clock, by: timedelta) -> None:
    simulator.clock.advance(by)
    clock.advance(by.total_seconds())


def test_a_subscription_is_confirmed_by_a_handshake(simulator: Simulator, line: Line, clock: Clock) -> None:
    (view,) = subscriptions.subscribe_webhooks("default", "CUSTOMER")
    assert line.answers == [(BC, 200)]
    assert (view.side, view.mapping, view.state, view.problem) == ("bc", "CUSTOMER", "active", "")
    assert view.expires_at is not None and abs(view.expires_at - clock() - 3 * DAYS) < timedelta(seconds=1)
    (made,) = kept(simulator).values()
    assert made["notificationUrl"] == PUBLIC + BC
    assert made["resource"].endswith(f"/companies({simulator.config.company.id})/customers")
    assert len(made["clientState"]) >= 43, "256 bits"


def test_the_secret_is_encrypted_at_rest_and_never_shown(
    simulator: Simulator, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    subscriptions.subscribe_webhooks("default", "CUSTOMER")
    key = subscriptions.make_sales_key("default").key
    simulator.bc.create("customers", {"displayName": "A"})
    simulator.notifier.deliver(now=True)
    (made,) = kept(simulator).values()
    stored = current_coupling.session.execute(sa.text("SELECT * FROM coupling_webhook_subscription")).all()
    told = [repr(stored), repr(subscriptions.list_webhooks("default")), caplog.text]
    assert len(stored) == 2
    for secret in (made["clientState"], key):
        assert not any(secret in each for each in told)


def test_all_tables_are_asked_for_and_those_without_webhooks_are_listed_as_failed(simulator: Simulator) -> None:
    found = {each.mapping: each for each in subscriptions.subscribe_webhooks("default")}
    assert found["CUSTOMER"].state == "active" and found["CURRENCY"].state == "active"
    assert found["CONTACT"].state == "failed" and "does not tell of changes" in found["CONTACT"].problem
    states = [each.state for each in found.values()]
    assert len(kept(simulator)) == states.count("active")


def test_a_table_without_webhooks_named_alone_is_an_error() -> None:
    with pytest.raises(WebhooksUnsupported, match="contacts"):
        subscriptions.subscribe_webhooks("default", "CONTACT")


def test_a_host_that_cannot_be_reached_is_told(line: Line, simulator: Simulator) -> None:
    line.is_cut = True
    with pytest.raises(WebhooksUnsupported, match="cannot be validated"):
        subscriptions.subscribe_webhooks("default", "CUSTOMER")
    assert webhook("CUSTOMER").state == "failed"
    assert kept(simulator) == {}


def test_subscribing_again_renews(simulator: Simulator, clock: Clock) -> None:
    subscriptions.subscribe_webhooks("default", "CUSTOMER")
    before = kept(simulator)
    later(simulator, clock, DAYS)
    (view,) = subscriptions.subscribe_webhooks("default", "CUSTOMER")
    assert kept(simulator).keys() == before.keys()
    assert view.expires_at is not None and view.expires_at - clock() > 2.9 * DAYS


def test_it_is_renewed_after_half_a_day_and_not_before(simulator: Simulator, clock: Clock) -> None:
    subscriptions.subscribe_webhooks("default", "CUSTOMER")
    later(simulator, clock, 0.4 * DAYS)
    assert subscriptions.renew_webhooks() == 0
    later(simulator, clock, 0.2 * DAYS)
    assert subscriptions.renew_webhooks("other") == 0
    assert subscriptions.renew_webhooks("default") == 1
    assert subscriptions.renew_webhooks() == 0
    assert webhook("CUSTOMER").state == "active"


def test_one_the_service_has_forgotten_is_made_anew(simulator: Simulator, clock: Clock) -> None:
    subscriptions.subscribe_webhooks("default", "CUSTOMER")
    before = kept(simulator)
    later(simulator, clock, 4 * DAYS)
    assert webhook("CUSTOMER").state == "expired"
    assert subscriptions.renew_webhooks() == 1
    assert len(kept(simulator).keys() - before.keys()) == 1
    assert webhook("CUSTOMER").state == "active"


def test_one_that_the_service_ended_early_is_made_anew_within_half_a_day(simulator: Simulator, clock: Clock) -> None:
    subscriptions.subscribe_webhooks("default", "CUSTOMER")
    simulator.store.put_state("subscriptions", {})
    later(simulator, clock, 0.6 * DAYS)
    assert subscriptions.renew_webhooks() == 1
    assert len(kept(simulator)) == 1


def test_a_run_renews_what_is_about_to_end(simulator: Simulator, clock: Clock, noting: NotingEngine) -> None:
    subscriptions.subscribe_webhooks("default", "CUSTOMER")
    later(simulator, clock, 2.5 * DAYS)
    job = synchronization.synchronize("default", "CURRENCY")
    state: CouplingState = current_coupling._get_current_object()  # type: ignore[attr-defined]
    run_job(state, job.id)
    view = webhook("CUSTOMER")
    assert view.expires_at is not None and view.expires_at - clock() > 2.9 * DAYS


def test_a_renewal_that_fails_is_listed_and_tried_again_later(simulator: Simulator, clock: Clock) -> None:
    subscriptions.subscribe_webhooks("default", "CUSTOMER")
    later(simulator, clock, 2.5 * DAYS)
    simulator.faults.add(FaultRule("status", service="bc", parameters={"status": 500}))
    assert subscriptions.renew_webhooks() == 0
    assert webhook("CUSTOMER").state == "failed"
    simulator.faults.clear()
    assert subscriptions.renew_webhooks() == 0, "not at once"
    later(simulator, clock, timedelta(minutes=11))
    assert subscriptions.renew_webhooks() == 1
    assert (webhook("CUSTOMER").state, webhook("CUSTOMER").problem) == ("active", "")


def test_a_subscription_can_be_ended_alone_or_with_all(simulator: Simulator) -> None:
    for name in ("CUSTOMER", "CURRENCY"):
        subscriptions.subscribe_webhooks("default", name)
    subscriptions.make_sales_key("default")
    left = subscriptions.unsubscribe_webhooks("default", "CUSTOMER")
    assert [(each.side, each.mapping) for each in left] == [("bc", "CURRENCY"), ("sales", "")]
    assert len(kept(simulator)) == 1
    assert subscriptions.unsubscribe_webhooks("default") == []
    assert kept(simulator) == {}


def test_one_that_could_not_be_ended_is_kept(simulator: Simulator) -> None:
    subscriptions.subscribe_webhooks("default", "CUSTOMER")
    simulator.faults.add(FaultRule("status", service="bc", parameters={"status": 500}))
    with pytest.raises(ServiceError):
        subscriptions.unsubscribe_webhooks("default")
    assert webhook("CUSTOMER").mapping == "CUSTOMER"


def test_a_deleted_connection_leaves_no_secret() -> None:
    subscriptions.subscribe_webhooks("default", "CUSTOMER")
    connections.delete_connection("default")
    count = sa.text("SELECT count(*) FROM coupling_webhook_subscription")
    assert current_coupling.session.scalar(count) == 0


@pytest.mark.settings(COUPLING_PUBLIC_URL="")
def test_without_a_public_address_there_are_no_webhooks(client: object) -> None:
    with pytest.raises(WebhooksOff, match="COUPLING_PUBLIC_URL"):
        subscriptions.subscribe_webhooks("default")
    with pytest.raises(WebhooksOff):
        subscriptions.make_sales_key("default")
    assert client.post(BC).status_code == 404  # type: ignore[attr-defined]
