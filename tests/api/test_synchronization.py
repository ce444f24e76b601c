"""Synchronize Now over REST."""

import pytest

from .conftest import expect_problem

HOME = "/connections/default"
SYNCHRONIZE = f"{HOME}/table-mappings/CUSTOMER/synchronize"


def city(world, pair):
    return world.simulator.sales.get("accounts", pair["sales_id"]).get("address1_city")


def test_one_record_can_be_waited_for(api, world, synchronized):
    answer = api.post(SYNCHRONIZE, {"coupling_ids": [synchronized["id"]], "wait": True})

    assert answer.status_code == 200
    assert (answer.json["state"], answer.json["counters"]["modified"]) == ("finished", 1)
    assert city(world, synchronized) == "Aarhus"


@pytest.mark.parametrize("body", [{}, {"coupling_ids": "the pair"}], ids=["all", "selected"])
def test_more_than_one_record_is_a_job_with_an_address(api, world, synchronized, body):
    body = {"coupling_ids": [synchronized["id"]]} if body else {}

    answer = api.post(SYNCHRONIZE, body)

    assert answer.status_code == 202
    job = api.get(answer.headers["Location"]).json
    assert (job["id"], job["state"]) == (answer.json["id"], "finished")
    assert city(world, synchronized) == "Aarhus"


def test_a_preview_shows_what_would_be_written_and_writes_nothing(api, world, synchronized):
    before = len(world.simulator.sales.changes())

    answer = api.post(SYNCHRONIZE, {"coupling_ids": [synchronized["id"]], "preview": True})

    assert answer.status_code == 200
    (plan,) = answer.json["plans"]
    modify = next(action for action in plan["actions"] if action["kind"] == "modify")
    assert (modify["side"], modify["id"]) == ("sales", synchronized["sales_id"])
    assert [(each["property"], each["after"]) for each in modify["fields"]] == [("address1_city", "Aarhus")]
    assert plan["newer"] == "bc"
    assert len(world.simulator.sales.changes()) == before
    assert len(api.get(f"{HOME}/jobs").json["rows"]) == 1


def test_a_direction_narrows_what_is_written(api, world, synchronized):
    api.post(SYNCHRONIZE, {"coupling_ids": [synchronized["id"]], "wait": True, "direction": "from_sales"})

    assert city(world, synchronized) != "Aarhus"


@pytest.mark.parametrize(("resolution", "winner"), [("send_to_sales", "Aarhus"), ("get_from_sales", "Odense")])
def test_a_resolution_decides_a_conflict(api, world, synchronized, resolution, winner):
    world.simulator.sales.update("accounts", synchronized["sales_id"], address1_city="Odense")

    job = api.post(SYNCHRONIZE, {"coupling_ids": [synchronized["id"]], "wait": True, "resolution": resolution})

    assert job.json["counters"]["modified"] == 1
    assert city(world, synchronized) == winner


def test_a_conflict_is_left_to_a_person_and_told(api, world, synchronized):
    world.simulator.sales.update("accounts", synchronized["sales_id"], address1_city="Odense")

    job = api.post(SYNCHRONIZE, {"coupling_ids": [synchronized["id"]], "wait": True}).json

    assert job["counters"]["failed"] == 1
    (row,) = api.get(f"{HOME}/jobs/{job['id']}/errors").json["rows"]
    assert row["problem"]["code"] == "update_conflict"
    assert city(world, synchronized) == "Odense"
    assert api.get(f"{HOME}/couplings?state=conflict").json["rows"][0]["problem"]["code"] == "update_conflict"


@pytest.mark.parametrize(
    "body",
    [
        {"wait": True},
        {"wait": True, "coupling_ids": [1, 2]},
        {"preview": True},
        {"preview": True, "wait": True, "coupling_ids": [1]},
        {"coupling_ids": []},
        {"coupling_ids": ["1"]},
        {"coupling_ids": [0]},
        {"direction": "up"},
        {"resolution": "mine"},
        {"dry_run": True},
        {"confirm": "yes"},
        {"confirm": True, "coupling_ids": [1]},
    ],
)
def test_a_request_that_makes_no_sense_is_refused(api, body):
    expect_problem(api.post(SYNCHRONIZE, body), 422, "input_invalid")


@pytest.mark.parametrize("extra", [{}, {"wait": True}, {"preview": True}])
def test_an_unknown_coupling_is_named(api, world, extra):
    problem = expect_problem(api.post(SYNCHRONIZE, {"coupling_ids": [4711], **extra}), 404, "coupling_not_found")

    assert "4711" in problem["detail"]


def test_a_direction_the_mapping_does_not_allow_is_refused(api, world):
    answer = api.post(f"{HOME}/table-mappings/CURRENCY/synchronize", {"direction": "from_sales"})

    expect_problem(answer, 409, "direction_not_allowed")


def test_couplings_are_chosen_by_what_a_list_is_narrowed_by(api, world, synchronized):
    title = world.simulator.bc.get("customers", synchronized["bc_id"])["displayName"]
    answer = api.post(SYNCHRONIZE, {"search": title, "state": "synchronized", "preview": True})
    assert [plan["bc_id"] for plan in answer.json["plans"]] == [synchronized["bc_id"]]
    assert city(world, synchronized) != "Aarhus"

    answer = api.post(SYNCHRONIZE, {"search": title})
    assert answer.status_code == 202
    assert api.get(answer.headers["Location"]).json["counters"]["modified"] == 1
    assert city(world, synchronized) == "Aarhus"


@pytest.mark.parametrize("body", [{"search": "nobody is called so"}, {"state": "conflict"}])
def test_a_search_that_finds_nothing_starts_nothing(api, world, synchronized, body):
    expect_problem(api.post(SYNCHRONIZE, body), 422, "input_invalid")
    assert len(api.get(f"{HOME}/jobs").json["rows"]) == 1


@pytest.mark.parametrize(
    "body", [{"search": "a", "coupling_ids": [1]}, {"search": "a", "confirm": True}, {"state": "x"}]
)
def test_a_search_goes_with_nothing_that_is_of_another_extent(api, world, body):
    assert api.post(SYNCHRONIZE, body).status_code == 422
