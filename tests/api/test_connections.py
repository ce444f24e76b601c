"""Connections over REST."""

import pytest

from tests.conftest import connection_values

from .conftest import expect_problem

HOME = "/connections/default"


@pytest.fixture
def values(simulator):
    return connection_values(simulator)


def test_a_connection_is_created_and_then_changed_at_the_same_address(api, values):
    created = api.put(HOME, values)
    changed = api.put(HOME, {"environment": "Sandbox"})

    assert (created.status_code, changed.status_code) == (201, 200)
    assert changed.json == created.json | {"environment": "Sandbox"}
    assert api.get(HOME).json == changed.json
    assert api.get("/connections").json == {"rows": [changed.json]}


def test_the_secret_is_said_to_be_there_and_nothing_more(api, values):
    api.put(HOME, values)

    told = [api.get(HOME), api.get("/connections"), api.post(f"{HOME}/test", {}), api.post(f"{HOME}/enable", {})]

    assert api.get(HOME).json["secret_set"] is True
    assert values["client_secret"] not in "".join(each.get_data(as_text=True) for each in told)


def test_testing_and_enabling_tell_what_is_behind_the_connection(api, values):
    api.put(HOME, values)

    report = api.post(f"{HOME}/test", {})
    enabled = api.post(f"{HOME}/enable", {})

    assert report.json["is_ok"] is True
    assert enabled.json["enabled"] is True
    assert enabled.json["facts"]["company_name"] == values["company"]
    assert api.get(f"{HOME}/table-mappings").status_code == 200


def test_unsaved_values_can_be_tested_before_anything_is_saved(api, values):
    wrong = api.post(f"{HOME}/test", values | {"client_secret": "wrong"})
    right = api.post(f"{HOME}/test", values)

    assert wrong.json["is_ok"] is False
    assert wrong.json["bc"]["problem"]["code"] == "credentials_rejected"
    assert "client secret" in wrong.json["bc"]["problem"]["hint"]
    assert right.json["is_ok"] is True
    assert api.get("/connections").json["rows"] == []


def test_a_wrong_secret_keeps_a_connection_from_being_enabled(api, values):
    api.put(HOME, values | {"client_secret": "wrong"})

    expect_problem(api.post(f"{HOME}/enable", {}), 409, "credentials_rejected")

    assert api.get(HOME).json["enabled"] is False


def test_a_disabled_connection_says_why_and_offers_nothing(api, values):
    api.put(HOME, values)
    api.post(f"{HOME}/enable", {})

    disabled = api.post(f"{HOME}/disable", {"reason": "Moving to another company"})

    assert disabled.json["enabled"] is False
    problem = expect_problem(api.get(f"{HOME}/table-mappings"), 409, "connection_not_enabled")
    assert "Moving to another company" in problem["detail"]


def test_a_deleted_connection_is_gone(api, values):
    api.put(HOME, values)

    assert api.delete(HOME).status_code == 204
    expect_problem(api.get(HOME), 404, "connection_not_found")


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", ""),
        ("DELETE", ""),
        ("POST", "/test"),
        ("POST", "/enable"),
        ("POST", "/disable"),
        ("GET", "/table-mappings"),
    ],
)
def test_a_connection_nobody_set_up_is_not_found(api, method, path):
    options = {"json": {}} if method == "POST" else {}

    expect_problem(api.call(method, f"/connections/elsewhere{path}", **options), 404, "connection_not_found")


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"tenant": 5}, "tenant"),
        ({"tennant": "x"}, "tennant"),
        ({"client_id": "x" * 81}, "client_id"),
        ({"company": None}, "company"),
        ({"environment": "a\nb"}, "environment"),
    ],
)
def test_a_wrong_value_is_refused_by_name_and_nothing_is_saved(api, values, field):
    problem = expect_problem(api.put(HOME, values), 422, "input_invalid")

    assert list(problem["errors"]) == [field]
    assert api.get("/connections").json == {"rows": []}


@pytest.mark.parametrize(
    "address", ["http://api.businesscentral.dynamics.com", "https://10.0.0.1", "https://evil.example"]
)
def test_an_address_that_credentials_may_not_go_to_is_refused(api, values, address):
    expect_problem(api.put(HOME, values | {"bc_url": address}), 422, "address_refused")


def test_a_name_that_cannot_be_one_is_refused(api):
    expect_problem(api.put("/connections/Not a name!", {}), 422, "input_invalid")


def test_what_has_not_changed_is_not_sent_again(api, values):
    api.put(HOME, values)
    etag = api.get(HOME).headers["ETag"]

    assert api.get(HOME, headers={"If-None-Match": etag}).status_code == 304
    api.put(HOME, {"environment": "Sandbox"})
    assert api.get(HOME, headers={"If-None-Match": etag}).status_code == 200
