"""History and undo over REST, and the drift report."""

import pytest

from .conftest import SYNCHRONIZE, expect_problem

HOME = "/connections/default"
CUSTOMERS = f"{HOME}/table-mappings/CUSTOMER"
NO_JOB = "00000000-0000-4000-8000-000000000000"


@pytest.fixture
def written(api, synchronized):
    """The job that carried the edit of the city to Sales."""
    return api.post(SYNCHRONIZE, {"coupling_ids": [synchronized["id"]], "wait": True}).json


def city(world, pair):
    return world.simulator.sales.get("accounts", pair["sales_id"]).get("address1_city")


def history_of(api, job):
    return api.get(f"{HOME}/jobs/{job['id']}/history").json["rows"]


def test_a_job_tells_every_field_it_wrote(api, synchronized, written):
    (entry,) = history_of(api, written)

    assert (entry["side"], entry["action"], entry["sales_id"]) == ("sales", "modify", synchronized["sales_id"])
    assert entry["fields"] == [{"property": "address1_city", "before": None, "after": "Aarhus"}]
    assert (entry["reason"], entry["job_id"], entry["undone_by"]) == ("changed", written["id"], None)


@pytest.mark.parametrize(("side", "key"), [("bc", "bc_id"), ("sales", "sales_id")])
def test_a_records_history_is_the_same_from_either_side_newest_first(api, synchronized, written, side, key):
    path = f"{CUSTOMERS}/records/{side}/{synchronized[key]}/history"

    api.post(f"{HOME}/jobs/{written['id']}/undo", {})

    first = api.get(f"{path}?limit=1").json
    rest = api.get(path, query_string={"cursor": first["cursor"]}).json

    assert [row["reason"] for row in first["rows"]] == ["undo"]
    assert rest == {"rows": history_of(api, written), "cursor": None}


def test_a_write_is_undone_at_once(api, world, synchronized, written):
    answer = api.post(f"{HOME}/history/undo", {"ids": [history_of(api, written)[0]["id"]]})

    assert (answer.status_code, answer.json["counters"]["modified"]) == (200, 1)
    assert city(world, synchronized) is None
    assert history_of(api, written)[0]["undone_by"] == answer.json["id"]


def test_a_job_is_undone_by_a_job_and_only_once(api, world, synchronized, written):
    answer = api.post(f"{HOME}/jobs/{written['id']}/undo", {})

    assert answer.status_code == 202
    assert api.get(answer.headers["Location"]).json["state"] == "finished"
    assert city(world, synchronized) is None
    expect_problem(api.post(f"{HOME}/jobs/{written['id']}/undo", {}), 409, "undo_impossible")


def test_what_was_edited_since_stays_and_is_told(api, world, synchronized, written):
    world.simulator.sales.update("accounts", synchronized["sales_id"], address1_city="Ribe")

    job = api.post(f"{HOME}/history/undo", {"ids": [history_of(api, written)[0]["id"]]}).json

    assert city(world, synchronized) == "Ribe"
    (error,) = api.get(f"{HOME}/jobs/{job['id']}/errors").json["rows"]
    assert error["problem"]["code"] == "edited_since"


def test_several_writes_are_undone_by_a_job(api, world, synchronized, written):
    world.simulator.bc.update("customers", synchronized["bc_id"], city="Ribe")
    again = api.post(SYNCHRONIZE, {"coupling_ids": [synchronized["id"]], "wait": True}).json
    ids = [history_of(api, job)[0]["id"] for job in (written, again)]

    assert api.post(f"{HOME}/history/undo", {"ids": ids}).status_code == 202
    assert city(world, synchronized) is None


def test_an_unknown_job_has_no_history(api, world):
    expect_problem(api.get(f"{HOME}/jobs/{NO_JOB}/history"), 404, "job_not_found")
    expect_problem(api.post(f"{HOME}/jobs/{NO_JOB}/undo", {}), 404, "job_not_found")
    expect_problem(api.post(f"{HOME}/history/undo", {"ids": [1]}), 409, "undo_impossible")


def test_a_drift_report_lists_what_differs_and_writes_nothing(api, world, synchronized):
    before = len(world.simulator.sales.changes())

    answer = api.post(f"{CUSTOMERS}/compare", {})

    assert answer.status_code == 202
    job = api.get(answer.headers["Location"]).json
    assert (job["kind"], job["counters"]["skipped"], job["counters"]["unchanged"]) == ("comparison", 1, 0)
    (row,) = api.get(f"{HOME}/jobs/{job['id']}/errors").json["rows"]
    assert row["problem"]["code"] == "records_differ" and "City" in row["problem"]["detail"]
    assert len(world.simulator.sales.changes()) == before


def test_a_drift_report_counts_a_pair_of_which_one_is_gone(api, world, synchronized):
    world.simulator.sales.delete("accounts", synchronized["sales_id"])

    job = api.get(api.post(f"{CUSTOMERS}/compare", {}).headers["Location"]).json

    assert (job["state"], job["differences"]) == ("finished", {"gone": 1})
    (row,) = api.get(f"{HOME}/jobs/{job['id']}/errors").json["rows"]
    assert row["problem"]["code"] == "deletion_conflict"


@pytest.mark.settings(COUPLING_BRAKE_SHARE=0.1, COUPLING_BRAKE_MINIMUM=1)
def test_a_run_that_would_change_too_much_waits_to_be_confirmed(api, world, synchronized):
    api.post(SYNCHRONIZE, {"confirm": True})
    world.simulator.bc.update("customers", synchronized["bc_id"], city="Ribe")

    stopped = api.post(SYNCHRONIZE, {}).json

    assert (stopped["state"], stopped["problem"]["code"]) == ("error", "mass_change")
    assert city(world, synchronized) == "Aarhus"
    api.post(SYNCHRONIZE, {"confirm": True})
    assert city(world, synchronized) == "Ribe"
