"""The inbox over REST."""

import pytest

from .conftest import SYNCHRONIZE, expect_problem

HOME = "/connections/default"
INBOX = f"{HOME}/inbox"


@pytest.fixture
def failure(api, world, synchronized):
    """The account has a telephone number that Business Central has no room for."""
    world.simulator.sales.update("accounts", synchronized["sales_id"], telephone1="9" * 40)
    api.post(SYNCHRONIZE, {"coupling_ids": [synchronized["id"]], "wait": True})
    return api.get(f"{HOME}/failures").json["rows"][0]


def test_causes_are_listed_with_one_problem_and_counts(api, failure):
    (cause,) = api.get(INBOX).json["rows"]
    assert (cause["kind"], cause["code"], cause["count"], cause["snoozed"]) == ("failure", "value_refused", 1, 0)
    assert cause["problem"]["facts"] == failure["problem"]["facts"]
    assert api.get(f"{INBOX}?mapping=VENDOR").json["rows"] == []


def test_failed_records_are_put_off_noted_and_shown_again(api, failure):
    chosen = {"failures": [failure["id"]]}
    assert api.post(f"{INBOX}/snooze", chosen | {"until": "2999-01-01T00:00:00Z"}).json == {"count": 1}
    assert api.post(f"{INBOX}/note", chosen | {"note": "ask Peter"}).json == {"count": 1}
    assert api.get(f"{HOME}/failures?snoozed=false").json["rows"] == []
    (row,) = api.get(f"{HOME}/failures?snoozed=true").json["rows"]
    assert (row["note"], row["snoozed_until"][:4]) == ("ask Peter", "2999")
    assert api.post(f"{INBOX}/snooze", chosen | {"until": None}).json == {"count": 1}
    assert api.get(INBOX).json["rows"][0]["snoozed"] == 0


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("snooze", {"until": None}),
        ("snooze", {"failures": [1]}),
        ("snooze", {"failures": [1], "until": "2999-01-01T00:00:00"}),
        ("snooze", {"failures": [1], "until": "2000-01-01T00:00:00Z"}),
        ("note", {"conflicts": [1], "note": "x" * 2001}),
        ("note", {"conflicts": [], "note": "x"}),
    ],
)
def test_nonsense_is_refused(api, failure, path, body):
    expect_problem(api.post(f"{INBOX}/{path}", body), 422, "input_invalid")
