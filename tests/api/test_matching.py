"""Match-based coupling over REST."""

import pytest

from flask_coupling.operations import matching
from flask_coupling.schemas import matching as schemas

from .conftest import expect_problem

MAPPING = "/connections/default/table-mappings/CUSTOMER"
PREVIEW, MATCHES, CRITERIA = f"{MAPPING}/matches/preview", f"{MAPPING}/matches", f"{MAPPING}/match-criteria"
BY_NAME = {"field": "displayName", "priority": 1, "case_sensitive": False, "normalize": ["trim", "accents"]}
BY_PHONE = {"field": "phoneNumber", "priority": 2, "case_sensitive": False, "normalize": ["digits"]}


@pytest.fixture
def three(world):
    """A customer with a partner by name, one with two candidates, one with none; with the accounts."""
    unique, several, none = world.customer("Café Æbe"), world.customer("Twice"), world.customer("Alone")
    return [unique, several, none], [world.account("cafe aebe"), world.account("TWICE"), world.account("Twice")]


def coupled(api):
    rows = api.get("/connections/default/couplings").json["rows"]
    return {each["bc_id"]: each["sales_id"] for each in rows}


def test_a_preview_tells_each_record_its_result_and_writes_nothing(api, three):
    (unique, several, none), accounts = three

    answer = api.post(PREVIEW, {"criteria": [BY_NAME]})

    assert answer.json["counts"] == {"coupled": 1, "no_match": 1, "ambiguous": 1, "already_coupled": 0}
    rows = {each["bc_id"]: each for each in answer.json["rows"]}
    assert {id: each["result"] for id, each in rows.items()} == {
        unique: "coupled",
        several: "ambiguous",
        none: "no_match",
    }
    assert rows[unique]["candidates"] == [{"id": accounts[0], "title": "cafe aebe"}]
    assert ({each["id"] for each in rows[several]["candidates"]}, rows[several]["count"]) == (set(accounts[1:]), 2)
    assert answer.json["rows"][0]["bc_id"] == unique
    assert coupled(api) == {} and api.get("/connections/default/jobs").json["rows"] == []


def test_a_preview_goes_on_from_its_cursor(api, three):
    seen, cursor = [], None
    for _ in range(3):
        page = api.post(PREVIEW, {"criteria": [BY_NAME], "limit": 1, **({"cursor": cursor} if cursor else {})}).json
        seen += [each["bc_id"] for each in page["rows"]]
        cursor = page["cursor"]

    assert cursor is None and sorted(seen) == sorted(three[0])


def test_a_cursor_of_another_list_is_refused(api, three):
    expect_problem(api.post(PREVIEW, {"cursor": "bm9uc2Vuc2U"}), 422, "input_invalid")


def test_a_match_is_a_job_whose_errors_tell_why(api, three):
    (unique, several, none), accounts = three

    answer = api.post(MATCHES, {"criteria": [BY_NAME, BY_PHONE]})

    assert answer.status_code == 202
    job = api.get(answer.headers["Location"]).json
    assert (job["kind"], job["counters"]["coupled"], job["counters"]["failed"]) == ("coupling", 1, 2)
    errors = api.get(f"/connections/default/jobs/{job['id']}/errors").json["rows"]
    assert {each["bc_id"]: each["problem"]["code"] for each in errors} == {
        several: "match_ambiguous",
        none: "match_not_found",
    }
    assert coupled(api) == {unique: accounts[0]}


def test_what_a_person_unticked_is_left_alone(api, three):
    api.post(MATCHES, {"criteria": [BY_NAME], "exclude": [three[0][0]]})

    assert coupled(api) == {}


def test_new_partners_and_the_synchronization_are_asked_for(api, world, three):
    (unique, _, none), accounts = three

    job = api.post(MATCHES, {"criteria": [BY_NAME], "create_new": True, "synchronize": "bc"}).json

    assert (job["counters"]["inserted"], job["counters"]["modified"], job["counters"]["failed"]) == (1, 1, 1)
    assert set(coupled(api)) == {unique, none}
    assert world.simulator.sales.get("accounts", accounts[0])["name"] == "Café Æbe"


def test_criteria_are_kept_and_restored(api, three):
    declared = api.get(CRITERIA).json["criteria"]
    assert [each["field"] for each in declared] == ["displayName", "postalCode"]

    assert api.put(CRITERIA, {"criteria": [BY_NAME]}).json["criteria"] == [BY_NAME]
    assert api.get(CRITERIA).json["criteria"] == [BY_NAME]
    assert api.post(PREVIEW, {}).json["counts"]["coupled"] == 1
    assert api.put(CRITERIA, {"criteria": []}).json["criteria"] == declared


@pytest.mark.parametrize(
    ("criteria", "named"),
    [
        ([{"field": "shoeSize"}], "criteria"),
        ([BY_NAME, BY_NAME], "criteria"),
        ([{**BY_NAME, "normalize": ["soundex"]}], "criteria.0.normalize.0"),
        ([{**BY_NAME, "priority": -1}], "criteria.0.priority"),
    ],
)
@pytest.mark.parametrize("path", [PREVIEW, MATCHES, CRITERIA])
def test_criteria_that_cannot_be_right_are_refused_by_name(api, world, path, criteria, named):
    answer = (api.put if path is CRITERIA else api.post)(path, {"criteria": criteria})

    assert list(expect_problem(answer, 422, "input_invalid")["errors"]) == [named]


def test_without_criteria_nothing_starts(api, world):
    expect_problem(api.post(MATCHES, {"criteria": []}), 422, "match_criteria_missing")
    expect_problem(api.post(PREVIEW, {"criteria": []}), 422, "match_criteria_missing")


def test_users_of_sales_are_not_created(api, world):
    path = MATCHES.replace("CUSTOMER", "SALESPEOPLE")
    expect_problem(api.post(path, {"create_new": True}), 409, "direction_not_allowed")


def test_likely_partners_come_with_score_and_reason_and_nothing_is_coupled(api, world):
    customer = world.customer("Contoso Trading A/S", phoneNumber="1")
    near, far = world.account("Contoso Tradin AS", telephone1="2"), world.account("Fabrikam")

    (row,) = api.get(f"{MAPPING}/suggestions/{customer}").json["rows"]

    assert (row["sales_id"], row["sales_title"]) == (near, "Contoso Tradin AS") and far != near
    assert 0.85 < row["score"] < 1 and [each["kind"] for each in row["reasons"]] == ["similar"]
    assert coupled(api) == {}


def test_a_coupled_account_is_not_suggested_and_a_missing_customer_is_told(api, world, pair):
    assert api.get(f"{MAPPING}/suggestions/{world.customer('Adatum')}").json["rows"] == []
    expect_problem(api.get(f"{MAPPING}/suggestions/{'0' * 8}-0000-4000-8000-{'0' * 12}"), 404, "record_not_found")


def test_the_schemas_say_what_the_operations_take():
    assert tuple(matching.SYNCHRONIZE_AFTER) == schemas.SYNCHRONIZE_AFTER
    assert matching.MOST_IDS == schemas.MOST_MATCHED
