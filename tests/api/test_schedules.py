"""Schedules and webhooks over REST."""

import pytest

from .conftest import expect_problem

HOME = "/connections/default"
SCHEDULES = f"{HOME}/schedules"
WEBHOOKS = f"{HOME}/webhooks"
PUBLIC = pytest.mark.settings(COUPLING_PUBLIC_URL="https://host.example")


def test_a_schedule_is_set_listed_and_ticked(api, world):
    answer = api.put(f"{SCHEDULES}/CURRENCY", {"minutes": 5, "enabled": True})
    assert (answer.status_code, answer.json["minutes"], answer.json["enabled"]) == (200, 5, True)
    rows = {row["mapping"]: row for row in api.get(SCHEDULES).json["rows"]}
    assert rows["CURRENCY"] == answer.json and not rows["CUSTOMER"]["enabled"]

    (job,) = api.post("/schedules/tick", {}).json["jobs"]
    assert (job["mapping"], job["state"], job["requested_by"]) == ("CURRENCY", "finished", "schedule")
    assert api.post("/schedules/tick", {}).json["jobs"] == []


@pytest.mark.parametrize("body", [{}, {"minutes": 0}, {"minutes": "5"}, {"minutes": 20000}, {"enabled": "yes"}])
def test_a_schedule_that_makes_no_sense_is_refused(api, world, body):
    expect_problem(api.put(f"{SCHEDULES}/CUSTOMER", body), 422, "input_invalid")


def test_a_schedule_of_no_table_mapping_is_refused(api, world):
    expect_problem(api.put(f"{SCHEDULES}/NONE", {"enabled": True}), 404, "mapping_not_found")


@PUBLIC
def test_webhooks_are_subscribed_renewed_and_ended(api, world, client):
    def send(url, headers, body):
        answer = client.post(url.removeprefix("https://host.example"), headers=dict(headers), data=body)
        return answer.status_code, answer.data

    world.simulator.notifier.send = send
    (row,) = api.post(f"{WEBHOOKS}/subscribe", {"mapping": "CUSTOMER"}).json["rows"]
    assert (row["side"], row["mapping"], row["state"]) == ("bc", "CUSTOMER", "active")
    assert api.get(WEBHOOKS).json["rows"] == [row]
    assert api.post(f"{WEBHOOKS}/renew", {}).json == {"renewed": 0}
    assert api.post(f"{WEBHOOKS}/unsubscribe", {}).json["rows"] == []


@PUBLIC
def test_the_key_for_sales_is_told_once(api, world):
    made = api.post(f"{WEBHOOKS}/sales-key", {}).json
    assert made["url"] == "https://host.example/coupling/webhooks/default/sales"
    assert len(made["key"]) >= 43
    assert made["key"] not in api.get(WEBHOOKS).text


def test_without_a_public_address_webhooks_are_refused_by_name(api, world):
    expect_problem(api.post(f"{WEBHOOKS}/subscribe", {}), 409, "webhooks_off")
    expect_problem(api.post(f"{WEBHOOKS}/sales-key", {}), 409, "webhooks_off")


@PUBLIC
def test_a_table_without_webhooks_is_named(api, world):
    world.simulator.notifier.send = lambda url, headers, body: (0, b"")
    problem = expect_problem(api.post(f"{WEBHOOKS}/subscribe", {"mapping": "CONTACT"}), 409, "webhooks_unsupported")
    assert "contacts" in problem["detail"]
