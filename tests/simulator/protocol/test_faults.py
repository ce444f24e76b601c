"""Fault rules: which requests they meet, what they do, how often they fired."""

from __future__ import annotations

from typing import Any

import pytest

from simulator.faults import EFFECTS, TRANSPORT_HEADER, BadRule, FaultRule
from simulator.http.effects import _BEFORE, _CHANGES, _CLOCK, _INSTEAD
from tests.simulator.protocol.service import COMPANY, Services


def rule(services: Services, effect: str, **more: Any) -> FaultRule:
    made = FaultRule(effect, **more)
    services.faults.add(made)
    return made


def customer(services: Services) -> dict[str, Any]:
    return dict(services.bc("POST", "/customers", {"displayName": "A"}).json)


def test_a_rule_meets_only_what_it_names_and_counts(services: Services) -> None:
    rule(services, "status", service="bc", entity="customers", method="GET", first=2, every=2, times=2)
    statuses = [services.bc("GET", "/customers").status_code for _ in range(7)]
    assert statuses == [200, 503, 200, 503, 200, 200, 200]
    assert services.bc("POST", "/customers", {"displayName": "A"}).status_code == 201
    assert services.sales("GET", "/accounts").status_code == 200
    assert services.faults.fired("status") == 2
    assert services.faults.rules()[0][1] == 7


def test_a_probability_is_drawn_from_the_seed(services: Services) -> None:
    def draw(seed: int) -> list[int]:
        services.faults.clear()
        rule(services, "status", probability=0.5, seed=seed)
        return [services.bc("GET", "/customers").status_code for _ in range(20)]

    assert draw(1) == draw(1) != draw(2)
    assert {200, 503} == set(draw(1))


@pytest.mark.parametrize(("retry_after", "header"), [(7, "7"), ("absent", None), (86_400, "86400"), ("soon", "soon")])
def test_throttling_is_429_with_any_retry_after(services: Services, retry_after: Any, header: str | None) -> None:
    rule(services, "throttle", parameters={"retry_after": retry_after})
    bc, sales = services.bc("GET", "/customers"), services.sales("GET", "/accounts")
    assert (bc.status_code, bc.json["error"]["code"]) == (429, "Application_TooManyRequests")
    assert (sales.status_code, sales.json["error"]["code"]) == (429, "0x80072322")
    assert bc.headers.get("Retry-After") == header
    services.faults.clear()
    rule(services, "throttle", parameters={"retry_after": "date"})
    assert services.bc("GET", "/customers").headers["Retry-After"].endswith("GMT")


def test_a_stale_row_a_vanished_row_and_odd_values_come_from_another_user(services: Services) -> None:
    row = customer(services)
    path = f"/customers({row['id']})"
    rule(services, "stale_etag", method="PATCH", times=1)
    assert services.bc("PATCH", path, {"city": "x"}, If_Match=row["@odata.etag"]).status_code == 409
    assert services.store.changes("bc")[-1].author != services.store.changes("bc")[0].author
    rule(services, "odd_values", method="GET", times=1, parameters={"values": {"city": "😀  "}})
    assert services.bc("GET", path).json["city"] == "😀  "
    rule(services, "vanish", method="PATCH", times=1)
    assert services.bc("PATCH", path, {"city": "x"}, If_Match="*").status_code == 404


def test_a_row_that_another_user_deletes_within_a_batch_is_logged_as_that_user_s_deed(services: Services) -> None:
    row = customer(services)
    rule(services, "vanish", method="PATCH", parts=True, times=1)
    path = f"companies({COMPANY})/customers({row['id']})"
    part = {"id": "1", "method": "PATCH", "url": path, "headers": {"If-Match": "*"}, "body": {"city": "x"}}
    services.bc_root("POST", "/$batch", {"requests": [part]})
    created, *_, deleted = services.store.changes("bc", entity_set="customers")
    assert deleted.kind == "deleted" and deleted.author != created.author


def test_a_lost_answer_is_marked_for_the_connection_before_or_after_the_commit(services: Services) -> None:
    rule(services, "reset_before", method="POST", times=1)
    assert services.bc("POST", "/customers", {"displayName": "A"}).headers[TRANSPORT_HEADER] == "reset"
    assert services.bc("GET", "/customers").json["value"] == []
    rule(services, "reset_after", method="POST", times=1)
    assert services.bc("POST", "/customers", {"displayName": "B"}).headers[TRANSPORT_HEADER] == "reset"
    assert [row["displayName"] for row in services.bc("GET", "/customers").json["value"]] == ["B"]
    rule(services, "cut", method="GET", times=1, parameters={"bytes": 10})
    assert services.bc("GET", "/customers").headers[TRANSPORT_HEADER] == "cut=10"


def test_a_request_may_be_delivered_twice(services: Services) -> None:
    rule(services, "repeat", method="POST", times=1)
    assert services.bc("POST", "/customers", {"displayName": "A"}).status_code == 201
    assert len(services.bc("GET", "/customers").json["value"]) == 2


def test_one_part_of_a_batch_can_be_poisoned_or_throttled(services: Services) -> None:
    rule(services, "poison", parts=True, first=2, times=1)
    rule(services, "throttle", parts=True, first=3, times=1)
    part = {"method": "POST", "url": f"companies({COMPANY})/customers", "body": {"displayName": "A"}}
    answer = services.bc_root(
        "POST", "/$batch", {"requests": [{"id": str(n), **part} for n in range(3)]}, Prefer="odata.continue-on-error"
    )
    assert [one["status"] for one in answer.json["responses"]] == [201, 400, 429]


def test_the_parts_of_a_batch_can_be_missing_or_in_another_order(services: Services) -> None:
    part = {"method": "GET", "url": f"companies({COMPANY})/customers"}
    body = {"requests": [{"id": str(n), **part} for n in range(6)]}
    rule(services, "drop_parts", entity="$batch", times=1, parameters={"count": 2})
    assert len(services.bc_root("POST", "/$batch", body).json["responses"]) == 4
    rule(services, "shuffle_parts", entity="$batch", times=1)
    order = [one["id"] for one in services.bc_root("POST", "/$batch", body).json["responses"]]
    assert order != sorted(order) and sorted(order) == ["0", "1", "2", "3", "4", "5"]


def test_a_row_can_move_behind_the_reader_and_links_can_loop_or_expire(services: Services) -> None:
    services.store.load("bc", "customers", [{"displayName": f"A{n}"} | {"number": f"C{n}"} for n in range(4)], COMPANY)
    rule(services, "move_row", method="GET", times=1)
    page = services.bc("GET", "/customers?$orderby=lastModifiedDateTime", Prefer="odata.maxpagesize=2").json
    assert len(services.store.changes("bc")) == 1
    rule(services, "looping_link", method="GET", times=1)
    looped = services.follow(page["@odata.nextLink"], Prefer="odata.maxpagesize=1").json
    assert looped["@odata.nextLink"] == page["@odata.nextLink"]
    rule(services, "expired_cursor", method="GET", times=1)
    assert services.follow(page["@odata.nextLink"]).json["error"]["code"] == "SkipTokenIsNoLongerValid"


def test_a_clock_can_be_off_and_a_row_be_stamped_in_the_past(services: Services) -> None:
    services.clock.freeze()
    honest = customer(services)["lastModifiedDateTime"]
    rule(services, "late_visible", method="POST", times=1, parameters={"seconds": 3600.0})
    early = customer(services)["lastModifiedDateTime"]
    rule(services, "skew", service="bc", method="POST", times=1, parameters={"seconds": 600.0})
    late = customer(services)["lastModifiedDateTime"]
    assert early < honest < late
    assert customer(services)["lastModifiedDateTime"] == honest


def test_a_schema_can_change_under_the_client(services: Services) -> None:
    row = customer(services)
    rule(services, "missing_property", parameters={"name": "city"})
    rule(services, "renamed_value", parameters={"before": "Company", "after": "Organization"})
    shown = services.bc("GET", f"/customers({row['id']})").json
    assert "city" not in shown and shown["type"] == "Organization"


@pytest.mark.parametrize(
    "values",
    [
        {"effect": "nope"},
        {"effect": "cut", "parameters": {"size": 1}},
        {"effect": "cut", "nth": 3},
        {"effect": "cut", "probability": 2},
        {"effect": "cut", "first": "1"},
        {"effect": "cut", "times": True},
        {"name": "x"},
    ],
)
def test_a_rule_that_cannot_be_is_refused_by_name(values: dict[str, Any]) -> None:
    with pytest.raises(BadRule):
        FaultRule.from_mapping(values)


def test_a_rule_survives_the_way_through_json() -> None:
    made = FaultRule("throttle", name="slow down", service="bc", parameters={"retry_after": 3})
    assert FaultRule.from_mapping(made.as_mapping()) == made


def test_every_declared_effect_is_played_somewhere() -> None:
    notices = {name for name in EFFECTS if "notice" in name or "subscription" in name}
    played = {*_BEFORE, *_CHANGES, *_CLOCK, *_INSTEAD, *notices, "latency", "repeat"}
    assert played == set(EFFECTS)
