"""Which permission each route asks for; nothing is done or told without it."""

from dataclasses import dataclass, field

import pytest

from .conftest import Caller, expect_problem

HOME = "/connections/default"
CUSTOMERS = f"{HOME}/table-mappings/CUSTOMER"
FULL = f"{HOME}/full-synchronization"
SETUP = f"{HOME}/synchronization-setup"
ID = "00000000-0000-4000-8000-000000000000"
METRICS = "/metrics"
TICK = "/schedules/tick"
RULE = {"kind": "update", "resolution": "newest"}

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
    ("GET", f"{CUSTOMERS}/settings", None, "view", "get_settings"),
    ("PUT", f"{CUSTOMERS}/settings", {"version": 0, "settings": {}}, "administer", "save_settings"),
    ("POST", f"{CUSTOMERS}/settings/check", {}, "administer", "check_settings"),
    ("POST", f"{CUSTOMERS}/settings/try", {"side": "bc", "id": ID}, "administer", "try_settings"),
    ("POST", f"{CUSTOMERS}/settings/restore", {}, "administer", "restore_settings"),
    ("GET", f"{CUSTOMERS}/columns", None, "view", "list_columns"),
    ("GET", f"{CUSTOMERS}/changes", None, "view", "list_mapping_changes"),
    ("GET", f"{HOME}/mapping-changes", None, "view", "list_all_mapping_changes"),
    ("GET", f"{HOME}/transformations", None, "view", "list_transformations"),
    ("GET", SETUP, None, "view", "export_setup"),
    ("PUT", SETUP, {"setup": {}}, "administer", "import_setup"),
    ("POST", f"{SETUP}/restore", {}, "administer", "restore_setup"),
    ("GET", f"{CUSTOMERS}/records/bc", None, "view", "list_records"),
    ("GET", f"{CUSTOMERS}/records/sales/{ID}", None, "view", "get_record"),
    ("GET", f"{CUSTOMERS}/filters", None, "view", "list_saved_filters"),
    ("POST", f"{CUSTOMERS}/filters", {"side": "bc", "name": "x", "query": {}}, "view", "save_filter"),
    ("DELETE", f"{CUSTOMERS}/filters/1", None, "view", "delete_filter"),
    ("GET", f"{CUSTOMERS}/comparison?bc_id={ID}&sales_id={ID}", None, "view", "compare_records"),
    ("GET", f"{HOME}/couplings", None, "view", "list_couplings"),
    ("POST", f"{HOME}/couplings", {"mapping": "CUSTOMER", "bc_id": ID, "sales_id": ID}, "couple", "couple"),
    ("POST", f"{HOME}/couplings/uncouple", {"ids": [1]}, "couple", "uncouple_many"),
    ("POST", f"{HOME}/couplings/pause", {"ids": [1]}, "couple", "pause_couplings"),
    ("POST", f"{HOME}/couplings/resume", {"ids": [1]}, "couple", "resume_couplings"),
    ("POST", f"{CUSTOMERS}/couplings", {"pairs": [{"bc_id": ID, "sales_id": ID}]}, "couple", "couple_many"),
    ("POST", f"{CUSTOMERS}/uncouple", {}, "couple", "delete_couplings"),
    ("POST", f"{CUSTOMERS}/partners", {"side": "bc", "ids": [ID]}, "couple", "create_partners"),
    ("POST", f"{CUSTOMERS}/partners", {"side": "bc", "ids": [ID, ID]}, "couple", "create_partners"),
    ("POST", f"{CUSTOMERS}/partners", {"side": "bc", "search": ""}, "couple", "create_partners"),
    ("GET", f"{HOME}/couplings/1", None, "view", "get_coupling"),
    ("DELETE", f"{HOME}/couplings/1", None, "couple", "uncouple"),
    ("POST", f"{CUSTOMERS}/synchronize", {}, "synchronize", "synchronize"),
    ("POST", f"{CUSTOMERS}/synchronize", {"coupling_ids": [1], "wait": True}, "synchronize", "synchronize"),
    ("POST", f"{CUSTOMERS}/synchronize", {"coupling_ids": [1], "preview": True}, "view", "synchronize"),
    ("POST", f"{CUSTOMERS}/synchronize", {"confirm": True}, "synchronize", "synchronize"),
    ("POST", f"{CUSTOMERS}/compare", {}, "view", "compare"),
    ("POST", f"{HOME}/statistics/update", {}, "synchronize", "update_statistics"),
    ("POST", f"{HOME}/statistics/activity", {"coupling_ids": [1]}, "view", "count_activities"),
    ("GET", f"{HOME}/couplings/1/activity", None, "view", "count_activity"),
    ("GET", f"{CUSTOMERS}/match-criteria", None, "view", "get_criteria"),
    ("PUT", f"{CUSTOMERS}/match-criteria", {"criteria": []}, "administer", "save_criteria"),
    ("POST", f"{CUSTOMERS}/matches/preview", {}, "view", "preview_matches"),
    ("POST", f"{CUSTOMERS}/matches", {}, "couple", "match"),
    ("GET", f"{CUSTOMERS}/suggestions/{ID}", None, "view", "list_suggestions"),
    ("GET", f"{HOME}/conflicts", None, "view", "list_conflicts"),
    ("GET", f"{HOME}/conflicts/1", None, "view", "get_conflict"),
    ("POST", f"{HOME}/conflicts/1/resolve", {"choices": {"city": "bc"}}, "synchronize", "resolve_conflict"),
    ("POST", f"{CUSTOMERS}/conflicts/resolve", RULE, "synchronize", "resolve_conflicts"),
    ("GET", f"{HOME}/inbox", None, "view", "list_causes"),
    ("POST", f"{HOME}/inbox/snooze", {"failures": [1], "until": None}, "synchronize", "snooze"),
    ("POST", f"{HOME}/inbox/note", {"conflicts": [1], "note": "x"}, "synchronize", "annotate"),
    ("GET", f"{HOME}/failures", None, "view", "list_failures"),
    ("GET", f"{HOME}/failures/groups", None, "view", "list_failure_groups"),
    ("POST", f"{HOME}/failures/retry", {"ids": [1]}, "synchronize", "retry"),
    ("POST", f"{HOME}/failures/retry", {"ids": [1], "synchronize": True}, "synchronize", "retry"),
    ("POST", f"{HOME}/failures/retry-all", {}, "synchronize", "retry_all"),
    ("POST", f"{HOME}/failures/retry-all", {"synchronize": True}, "synchronize", "retry_all"),
    ("POST", f"{HOME}/failures/uncouple", {"ids": [1]}, "couple", "uncouple_failed"),
    ("POST", f"{HOME}/failures/decide", {"ids": [1], "decision": "restore_record"}, "synchronize", "decide_failed"),
    ("POST", f"{HOME}/jobs/{ID}/errors/uncouple", {"ids": [1]}, "couple", "uncouple_lines"),
    ("GET", f"{CUSTOMERS}/records/bc/{ID}/history", None, "view", "list_record_history"),
    ("GET", f"{HOME}/jobs/{ID}/history", None, "view", "list_job_history"),
    ("POST", f"{HOME}/history/undo", {"ids": [1]}, "synchronize", "undo_entries"),
    ("POST", f"{HOME}/jobs/{ID}/undo", {}, "synchronize", "undo_job"),
    ("POST", f"{HOME}/jobs/{ID}/pause", {}, "synchronize", "pause_job"),
    ("POST", f"{HOME}/jobs/{ID}/resume", {}, "synchronize", "resume_job"),
    ("GET", f"{HOME}/schedules", None, "view", "list_schedules"),
    ("PUT", f"{HOME}/schedules/CUSTOMER", {"minutes": 5}, "administer", "set_schedule"),
    ("POST", TICK, {}, "synchronize", "tick"),
    ("GET", f"{HOME}/webhooks", None, "view", "list_webhooks"),
    ("POST", f"{HOME}/webhooks/subscribe", {}, "administer", "subscribe_webhooks"),
    ("POST", f"{HOME}/webhooks/renew", {}, "synchronize", "renew_webhooks"),
    ("POST", f"{HOME}/webhooks/unsubscribe", {}, "administer", "unsubscribe_webhooks"),
    ("POST", f"{HOME}/webhooks/sales-key", {}, "administer", "make_sales_key"),
    ("GET", f"{HOME}/health", None, "view", "get_health"),
    ("GET", METRICS, None, "view", "get_metrics"),
    ("GET", f"{HOME}/jobs", None, "view", "list_jobs"),
    ("GET", f"{HOME}/jobs/{ID}", None, "view", "get_job"),
    ("GET", f"{HOME}/jobs/{ID}/errors", None, "view", "list_job_errors"),
    ("POST", f"{HOME}/jobs/{ID}/cancel", {}, "synchronize", "cancel_job"),
    ("GET", f"{HOME}/jobs/{ID}/parts", None, "view", "list_job_parts"),
    ("POST", f"{HOME}/jobs/{ID}/restart", {}, "synchronize", "restart_job"),
    ("DELETE", f"{HOME}/jobs", None, "administer", "delete_jobs"),
    ("POST", f"{HOME}/synchronize", {}, "synchronize", "synchronize_modified"),
    ("GET", FULL, None, "view", "get_review"),
    ("POST", f"{FULL}/review", {}, "view", "start_review"),
    ("POST", FULL, {}, "synchronize", "start_full_synchronization"),
    ("POST", f"{FULL}/allow-creation", {"mappings": ["CUSTOMER"]}, "administer", "allow_creation"),
]

ACTIONS = {"view", "couple", "synchronize", "administer"}


@dataclass
class Gate:
    """A host's permission callback which keeps what it was asked."""

    denied: set[str] = field(default_factory=set)
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    def __call__(self, action, resource):
        self.asked.append((str(action), resource))
        return action not in self.denied


@pytest.fixture
def gate():
    return Gate()


@pytest.fixture
def caller(make_app, contract, gate):
    return Caller(make_app(COUPLING_PERMISSION=gate).test_client(), contract)


@pytest.mark.parametrize(("method", "path", "body", "action", "operation"), TABLE)
def test_a_route_is_closed_without_its_permission_and_open_with_it(caller, gate, method, path, body, action, operation):
    options = {} if body is None else {"json": body}

    gate.denied = {action}
    problem = expect_problem(caller.call(method, path, **options), 403, "not_permitted")
    asked_action, resource = gate.asked[-1]
    gate.denied = ACTIONS - {action, "view"}
    allowed = caller.call(method, path, **options)

    assert problem["hint"] == "Ask an administrator for the permission."
    assert asked_action == action
    assert path in ("/connections", METRICS, TICK) or resource["connection"] == "default"
    assert allowed.status_code in (200, 201, 404)


def test_the_table_covers_every_operation(api):
    operations = [each for item in api.contract.document["paths"].values() for each in item.values()]

    assert {each["operationId"] for each in operations if "operationId" in each} == {row[4] for row in TABLE}


@pytest.mark.settings(TESTING=False, DEBUG=False)
def test_without_a_callback_everything_is_closed_outside_debug(client):
    for method, path, body, _, _ in TABLE:
        options = {} if body is None else {"json": body}
        expect_problem(client.open(f"/coupling/api{path}", method=method, **options), 403, "not_permitted")
