"""Which permission each route asks for; nothing is done or told without it."""

import pytest

from .conftest import Caller, expect_problem

HOME = "/connections/default"
CUSTOMERS = f"{HOME}/table-mappings/CUSTOMER"
ID = "00000000-0000-4000-8000-000000000000"

TABLE = [
    ("GET", "/connections", None, "view", "list_connections"),
    ("GET", HOME, None, "view", "get_connection"),
    ("PUT", HOME, {"tenant": "x"}, "administer", "save_connection"),
    ("DELETE", HOME, None, "administer", "delete_connection"),
    ("POST", f"{HOME}/test", {}, "administer", "test_connection"),
    ("POST", f"{HOME}/enable", {}, "administer", "enable_connection"),
    ("POST", f"{HOME}/disable", {}, "administer", "disable_connection"),
    ("GET", f"{HOME}/table-mappings", None, "view", "list_table_mappings"),
    ("GET", CUSTOMERS, None, "view", "get_table_mapping"),
    ("GET", f"{CUSTOMERS}/records/bc", None, "view", "list_records"),
    ("GET", f"{CUSTOMERS}/records/sales/{ID}", None, "view", "get_record"),
    ("GET", f"{HOME}/couplings", None, "view", "list_couplings"),
    ("POST", f"{HOME}/couplings", {"mapping": "CUSTOMER", "bc_id": ID, "sales_id": ID}, "couple", "couple"),
    ("POST", f"{HOME}/couplings/uncouple", {"ids": [1]}, "couple", "uncouple_many"),
    ("POST", f"{CUSTOMERS}/couplings", {"pairs": [{"bc_id": ID, "sales_id": ID}]}, "couple", "couple_many"),
    ("POST", f"{CUSTOMERS}/partners", {"side": "bc", "ids": [ID]}, "couple", "create_partners"),
    ("POST", f"{CUSTOMERS}/partners", {"side": "bc", "ids": [ID, ID]}, "couple", "create_partners"),
    ("GET", f"{HOME}/couplings/1", None, "view", "get_coupling"),
    ("DELETE", f"{HOME}/couplings/1", None, "couple", "uncouple"),
    ("POST", f"{CUSTOMERS}/synchronize", {}, "synchronize", "synchronize"),
    ("POST", f"{CUSTOMERS}/synchronize", {"coupling_ids": [1], "wait": True}, "synchronize", "synchronize"),
    ("POST", f"{CUSTOMERS}/synchronize", {"coupling_ids": [1], "preview": True}, "view", "synchronize"),
    ("GET", f"{HOME}/jobs", None, "view", "list_jobs"),
    ("GET", f"{HOME}/jobs/{ID}", None, "view", "get_job"),
    ("GET", f"{HOME}/jobs/{ID}/errors", None, "view", "list_job_errors"),
    ("POST", f"{HOME}/jobs/{ID}/cancel", {}, "synchronize", "cancel_job"),
]

ACTIONS = {"view", "couple", "synchronize", "administer"}


@pytest.fixture
def asker(make_app, simulator, api):
    """Make a caller who has all permissions but one, and the list of what was asked about."""

    def make(denied):
        asked = []

        def decide(action, resource):
            asked.append((str(action), resource))
            return action not in denied

        client = make_app(COUPLING_PERMISSION=decide).test_client()
        return Caller(client, api.contract), asked

    return make


@pytest.mark.parametrize(("method", "path", "body", "action", "operation"), TABLE)
def test_a_route_is_closed_without_its_permission_and_open_with_it(
    asker, connected, method, path, body, action, operation
):
    options = {} if body is None else {"json": body}
    without, asked = asker({action})
    only_that, _ = asker(ACTIONS - {action, "view"})

    problem = expect_problem(without.call(method, path, **options), 403, "not_permitted")

    assert problem["hint"] == "Ask an administrator for the permission."
    assert asked[-1][0] == action
    assert path == "/connections" or asked[-1][1]["connection"] == "default"
    assert only_that.call(method, path, **options).status_code != 403


def test_the_table_covers_every_operation(api):
    operations = [each for item in api.contract.document["paths"].values() for each in item.values()]

    assert {each["operationId"] for each in operations if "operationId" in each} == {row[4] for row in TABLE}


@pytest.mark.settings(TESTING=False, DEBUG=False)
def test_without_a_callback_everything_is_closed_outside_debug(client):
    for method, path, body, _, _ in TABLE:
        options = {} if body is None else {"json": body}
        expect_problem(client.open(f"/coupling/api{path}", method=method, **options), 403, "not_permitted")
