"""Business Central's webhooks: handshake, renewal, expiry, folding, retries and their faults."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import orjson
import pytest

from simulator.faults import FaultRule
from tests.simulator.protocol.service import COMPANY, Services

URL = "https://host.example/hook"


def subscribe(services: Services, **more: Any) -> Any:
    body = {"notificationUrl": URL, "resource": f"companies({COMPANY})/customers", "clientState": "s", **more}
    return services.bc_root("POST", "/subscriptions", body)


def notices(services: Services) -> list[list[dict[str, Any]]]:
    return [orjson.loads(body)["value"] for url, body in services.posted if url == URL]


def test_a_subscription_is_made_only_after_the_subscriber_answers_the_token(services: Services) -> None:
    made = subscribe(services)
    assert made.status_code == 201 and services.posted[0][0].startswith(f"{URL}?validationToken=")
    key = made.json["subscriptionId"]
    assert services.bc_root("GET", f"/subscriptions('{key}')").json["clientState"] == "s"
    assert len(services.bc_root("GET", "/subscriptions").json["value"]) == 1


@pytest.mark.parametrize(
    "more",
    [
        {"resource": f"companies({COMPANY})/contacts"},
        {"resource": "customers"},
        {"notificationUrl": "http://elsewhere.example/hook"},
        {"clientState": "x" * 2049},
        {"clientState": 5},
    ],
)
def test_a_subscription_that_cannot_be_is_refused_and_not_kept(services: Services, more: dict[str, Any]) -> None:
    assert subscribe(services, **more).status_code == 400
    assert services.bc_root("GET", "/subscriptions").json["value"] == []


def test_changes_are_folded_by_record_and_sent_after_thirty_seconds(services: Services) -> None:
    subscribe(services)
    services.clock.freeze()
    row = services.bc("POST", "/customers", {"displayName": "A"}).json
    services.bc("PATCH", f"/customers({row['id']})", {"city": "x"}, If_Match="*")
    gone = services.bc("POST", "/customers", {"displayName": "B"}).json
    services.bc("DELETE", f"/customers({gone['id']})")
    assert services.notifier.deliver() == 0
    services.clock.advance(31)
    assert services.notifier.deliver() == 1
    (sent,) = notices(services)
    assert {(one["changeType"], one["resource"].rpartition("(")[2][:-1]) for one in sent} == {
        ("created", row["id"]),
        ("deleted", gone["id"]),
    }
    assert {one["clientState"] for one in sent} == {"s"}
    assert sent[0]["resource"].startswith(f"api/v2.0/companies({COMPANY})/customers(")
    assert services.notifier.deliver(now=True) == 0


def test_more_than_a_thousand_changes_become_one_about_the_collection(services: Services) -> None:
    subscribe(services)
    with services.store.writing("bc", COMPANY) as world:
        for number in range(1_001):
            world.create("customers", {"displayName": f"A{number}"})
    services.notifier.deliver(now=True)
    ((one,),) = notices(services)
    assert one["changeType"] == "collection" and "$filter=lastModifiedDateTime gt " in one["resource"]


def test_a_subscription_expires_after_three_days_unless_it_is_renewed(services: Services) -> None:
    made = subscribe(services).json
    path = f"/subscriptions('{made['subscriptionId']}')"
    services.clock.advance(timedelta(days=2))
    assert services.bc_root("PATCH", path, {}).status_code == 400
    assert services.bc_root("PATCH", path, {}, If_Match='W/"stale"').status_code == 409
    renewed = services.bc_root("PATCH", path, {}, If_Match=made["@odata.etag"])
    assert renewed.status_code == 200 and len(services.posted) == 2
    services.clock.advance(timedelta(days=2))
    assert services.bc_root("GET", path).status_code == 200
    services.clock.advance(timedelta(days=2))
    assert services.bc_root("GET", path).status_code == 404


@pytest.mark.parametrize(("status", "is_kept"), [(503, True), (429, True), (408, True), (404, False), (410, False)])
def test_a_busy_subscriber_is_tried_again_and_a_refusing_one_is_forgotten(
    services: Services, status: int, is_kept: bool
) -> None:
    key = subscribe(services).json["subscriptionId"]
    services.bc("POST", "/customers", {"displayName": "A"})
    services.subscriber_status.append(status)
    services.notifier.deliver(now=True)
    assert (services.bc_root("GET", f"/subscriptions('{key}')").status_code == 200) == is_kept
    services.subscriber_status.append(200)
    assert services.notifier.deliver(now=True) == int(is_kept)


@pytest.mark.parametrize(
    ("effect", "posts"),
    [
        ("lost_notice", 0),
        ("repeated_notice", 2),
        ("forged_notice", 1),
        ("reordered_notices", 1),
        ("expired_subscription", 0),
    ],
)
def test_notifications_get_lost_repeated_reordered_and_forged(services: Services, effect: str, posts: int) -> None:
    subscribe(services)
    services.faults.add(FaultRule(effect))
    ids = [services.bc("POST", "/customers", {"displayName": name}).json["id"] for name in "AB"]
    services.notifier.deliver(now=True)
    sent = notices(services)
    assert len(sent) == posts and services.faults.fired(effect) == 1
    if effect == "forged_notice":
        assert {one["clientState"] for one in sent[0]} == {"forged"}
    if effect == "reordered_notices":
        assert [one["resource"][-37:-1] for one in sent[0]] == ids[::-1]
