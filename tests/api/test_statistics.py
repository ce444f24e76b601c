"""Statistics over REST."""

from __future__ import annotations

import pytest

from .conftest import expect_problem

HOME = "/connections/default"

pytestmark = pytest.mark.usefixtures("world")


def test_statistics_are_updated_in_a_job_or_at_once(api, world):
    answer = api.post(f"{HOME}/statistics/update", {})
    assert answer.status_code == 202 and answer.json["kind"] == "statistics"
    waited = api.post(f"{HOME}/statistics/update", {"wait": True})
    assert waited.status_code == 200 and waited.json["is_over"]


def test_activity_is_counted_for_one_coupling_and_for_many(api, coupling_id):
    rows = api.post(f"{HOME}/statistics/activity", {"coupling_ids": [coupling_id]}).json["rows"]
    assert [row["coupling_id"] for row in rows] == [coupling_id]
    assert api.get(f"{HOME}/couplings/{coupling_id}/activity").json == rows[0]
    expect_problem(api.get(f"{HOME}/couplings/999/activity"), 404, "coupling_not_found")


@pytest.mark.parametrize("body", [{}, {"coupling_ids": []}, {"coupling_ids": ["x"]}, {"coupling_ids": [0]}, {"x": 1}])
def test_nonsense_is_refused(api, body):
    assert api.post(f"{HOME}/statistics/activity", body).status_code == 422
