"""Failed records over REST."""

import pytest

from .conftest import SYNCHRONIZE, expect_problem

HOME = "/connections/default"
FAILURES = f"{HOME}/failures"


@pytest.fixture
def failure(api, world, synchronized):
    """The account has a telephone number that Business Central has no room for."""
    world.simulator.sales.update("accounts", synchronized["sales_id"], telephone1="9" * 40)
    api.post(SYNCHRONIZE, {"coupling_ids": [synchronized["id"]], "wait": True})
    return api.get(FAILURES).json["rows"][0]


def mend(world, pair):
    world.simulator.sales.update("accounts", pair["sales_id"], telephone1="9")


def test_a_failed_record_tells_whose_data_did_not_get_across_and_why(api, failure, synchronized):
    assert (failure["side"], failure["record_id"]) == ("sales", synchronized["sales_id"])
    assert (failure["coupling_id"], failure["attempts"], failure["skipped"]) == (synchronized["id"], 1, False)
    assert failure["error_class"] == "permanent"
    assert failure["problem"]["code"] == "value_refused" and failure["problem"]["hint"]


def test_failures_are_grouped_by_cause(api, failure):
    (group,) = api.get(f"{FAILURES}/groups").json["rows"]

    assert (group["mapping"], group["code"], group["count"], group["skipped"]) == ("CUSTOMER", "value_refused", 1, 0)
    assert group["example"] == failure["problem"]["detail"]


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("mapping=CUSTOMER", 1),
        ("mapping=CONTACT", 0),
        ("code=value_refused", 1),
        ("code=other", 0),
        ("skipped=false", 1),
        ("skipped=true", 0),
    ],
)
def test_failures_are_found_by_what_they_are(api, failure, query, count):
    assert len(api.get(f"{FAILURES}?{query}").json["rows"]) == count


@pytest.mark.parametrize("address", ["retry", "retry-all"])
def test_a_retried_record_is_tried_with_the_next_run_or_at_once(api, world, failure, synchronized, address):
    body = {"ids": [failure["id"]]} if address == "retry" else {"code": "value_refused"}
    mend(world, synchronized)

    later = api.post(f"{FAILURES}/{address}", body).json
    assert later == {"count": 1, "jobs": []}
    assert len(api.get(FAILURES).json["rows"]) == 1
    now = api.post(f"{FAILURES}/{address}", {**body, "synchronize": True}).json

    assert (now["count"], [job["mapping"] for job in now["jobs"]]) == (1, ["CUSTOMER"])
    assert now["jobs"][0]["state"] == "finished"
    assert api.get(FAILURES).json["rows"] == []


def test_what_does_not_fit_is_not_retried(api, failure):
    assert api.post(f"{FAILURES}/retry", {"ids": [failure["id"] + 1], "synchronize": True}).json == {
        "count": 0,
        "jobs": [],
    }
    assert api.post(f"{FAILURES}/retry-all", {"error_class": "transient"}).json["count"] == 0


def test_an_unknown_table_mapping_has_no_failures_to_retry(api, failure):
    assert api.post(f"{FAILURES}/retry-all", {"mapping": "NONE", "synchronize": True}).json["jobs"] == []


def test_nothing_to_retry_is_refused(api, world):
    expect_problem(api.post(f"{FAILURES}/retry", {"ids": []}), 422, "input_invalid")


def test_the_coupling_of_a_failed_record_is_removed(api, failure, synchronized):
    assert api.post(f"{FAILURES}/uncouple", {"ids": [failure["id"], 999]}).json == {"uncoupled": 1}
    assert api.get(FAILURES).json["rows"] == []
    expect_problem(api.get(f"{HOME}/couplings/{synchronized['id']}"), 404, "coupling_not_found")


def test_the_coupling_of_a_line_of_a_jobs_log_is_removed(api, failure):
    errors = f"{HOME}/jobs/{failure['job_id']}/errors"
    (line,) = api.get(errors).json["rows"]
    assert api.post(f"{errors}/uncouple", {"ids": [line["id"]]}).json == {"uncoupled": 1}
    expect_problem(api.post(f"{HOME}/jobs/none/errors/uncouple", {"ids": [line["id"]]}), 404, "job_not_found")


@pytest.mark.parametrize("decision", ["restore_record", "delete_record"])
def test_the_lost_partner_of_a_failed_record_is_restored_or_the_record_deleted_too(
    api, world, failure, synchronized, decision
):
    world.simulator.bc.delete("customers", synchronized["bc_id"])
    mend(world, synchronized)

    answer = api.post(f"{FAILURES}/decide", {"ids": [failure["id"]], "decision": decision})
    assert (answer.status_code, len(answer.json["rows"])) == (200, 1)
    account = world.simulator.sales.get("accounts", synchronized["sales_id"])
    if decision == "delete_record":
        assert account is None
        return
    pair = api.get(f"{HOME}/couplings/{synchronized['id']}").json["coupling"]
    assert pair["bc_id"] != synchronized["bc_id"]
    assert world.simulator.bc.get("customers", pair["bc_id"])["phoneNumber"] == "9"


def test_nothing_is_decided_about_records_that_are_not_there(api, failure):
    expect_problem(api.post(f"{FAILURES}/decide", {"ids": [999], "decision": "restore_record"}), 422, "input_invalid")
    expect_problem(api.post(f"{FAILURES}/decide", {"ids": [1], "decision": "remove_coupling"}), 422, "input_invalid")
    expect_problem(api.post(f"{FAILURES}/uncouple", {"ids": []}), 422, "input_invalid")


@pytest.mark.parametrize(("skipped", "count"), [(True, 0), (False, 1)])
def test_all_that_are_set_aside_or_all_that_are_not_are_tried_again(api, failure, skipped, count):
    assert api.post(f"{FAILURES}/retry-all", {"skipped": skipped}).json["count"] == count
