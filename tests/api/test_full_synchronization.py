"""Full synchronization over REST."""

from __future__ import annotations

from .conftest import expect_problem

HOME = "/connections/default"
FULL = f"{HOME}/full-synchronization"


def test_a_review_is_made_and_shown(api, world):
    world.customer("Adatum")
    before = api.get(FULL).json
    assert before["reviewed_at"] is None and {line["recommendation"] for line in before["lines"]} == {None}
    started = api.post(f"{FULL}/review", {})
    assert started.status_code == 202 and started.json["kind"] == "review"
    lines = {line["mapping"]: line for line in api.get(FULL).json["lines"]}
    assert lines["CUSTOMER"]["recommendation"] == "full" and lines["CUSTOMER"]["counts"]["new_in_sales"] == 1
    assert lines["VENDOR"]["recommendation"] == "nothing"


def test_a_full_synchronization_is_started_followed_and_its_parts_are_listed(api, world):
    world.customer("Adatum")
    answer = api.post(FULL, {"lines": {"CUSTOMER": "full", "CURRENCY": "couple"}})
    assert answer.status_code == 202
    job = api.get(answer.headers["Location"]).json
    assert (job["state"], job["kind"], job["mapping"]) == ("finished", "full_synchronization", "")
    parts = api.get(f"{HOME}/jobs/{job['id']}/parts").json["rows"]
    assert [part["mapping"] for part in parts] == ["CURRENCY", "CUSTOMER"]
    assert {part["parent_id"] for part in parts} == {job["id"]}
    assert [row["id"] for row in api.get(f"{HOME}/jobs").json["rows"]] == [job["id"]], "parts are not listed"
    assert [row["id"] for row in api.get(f"{HOME}/jobs?mapping=CUSTOMER").json["rows"]] == [parts[1]["id"]]


def test_what_cannot_be_done_is_refused_by_name(api, world):
    expect_problem(api.post(FULL, {"lines": {"CUSTOMER": "everything"}}), 422, "input_invalid")
    expect_problem(api.post(FULL, {"lines": {"BASE UNIT": "full"}}), 422, "input_invalid")
    expect_problem(api.post(FULL, {"lines": {"CUSTOMER": "none"}}), 422, "input_invalid")
    expect_problem(api.post(FULL, {"lines": {"NOTHING": "full"}}), 404, "mapping_not_found")
    problem = expect_problem(api.post(FULL, {"lines": {"CONTACT": "full"}}), 409, "dependency_missing")
    assert "CUSTOMER" in problem["detail"]


def test_afterwards_ordinary_runs_may_be_allowed_to_create(api, world):
    world.customer("Adatum")
    api.post(FULL, {"lines": {"CUSTOMER": "full"}, "couple_dependencies": True})
    assert api.get(FULL).json["may_allow"] == ["CUSTOMER"]
    assert api.post(f"{FULL}/allow-creation", {"mappings": ["CUSTOMER"]}).json == {"mappings": ["CUSTOMER"]}
    assert api.get(FULL).json["may_allow"] == []
    assert not api.get(f"{HOME}/table-mappings/CUSTOMER").json["only_coupled"]


def test_modified_records_of_all_mappings_are_one_job(api, synchronized):
    answer = api.post(f"{HOME}/synchronize", {})
    assert answer.status_code == 202
    job = api.get(answer.headers["Location"]).json
    assert (job["kind"], job["state"], job["counters"]["modified"]) == ("modified_records", "finished", 1)


def test_a_line_can_be_run_again_and_a_single_mappings_job_not(api, world):
    job = api.post(FULL, {"lines": {"CUSTOMER": "full"}}).json
    (part,) = api.get(f"{HOME}/jobs/{job['id']}/parts").json["rows"]
    again = api.post(f"{HOME}/jobs/{part['id']}/restart", {})
    assert again.status_code == 202 and again.json["id"] == job["id"]
    one = api.post(f"{HOME}/table-mappings/CUSTOMER/synchronize", {}).json
    expect_problem(api.post(f"{HOME}/jobs/{one['id']}/restart", {}), 422, "input_invalid")


def test_a_mapping_that_goes_both_ways_is_never_synchronized_unconditionally(api, world):
    body = {"extent": "unconditional"}
    ask = f"{HOME}/table-mappings/CUSTOMER/synchronize"
    expect_problem(api.post(ask, body), 409, "direction_not_allowed")
    assert api.post(ask, {"extent": "full"}).status_code == 202
    expect_problem(api.post(ask, {"extent": "full", "coupling_ids": [1]}), 422, "input_invalid")


def test_the_log_is_emptied_of_jobs_that_nothing_points_to(api, world):
    for _ in range(2):
        api.post(FULL, {"lines": {"CUSTOMER": "full"}})
    assert api.delete(f"{HOME}/jobs?older_than_days=7").json == {"deleted": 0}
    assert api.delete(f"{HOME}/jobs").json == {"deleted": 4}
    assert api.get(f"{HOME}/jobs").json["rows"] == []
    expect_problem(api.delete(f"{HOME}/jobs?older_than_days=-1"), 422, "input_invalid")
