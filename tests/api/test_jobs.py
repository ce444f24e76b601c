"""Jobs over REST."""

import csv
from io import StringIO

import pytest

from flask_coupling.spreadsheet import escape_cell
from tests.jobs.conftest import NotingEngine

from .conftest import expect_problem

HOME = "/connections/default"
JOBS = f"{HOME}/jobs"
SYNCHRONIZE = f"{HOME}/table-mappings/CUSTOMER/synchronize"
NO_JOB = "00000000-0000-4000-8000-000000000000"


@pytest.fixture
def failed_job(api, world):
    """A job that failed on three records, the first with a number like a formula."""
    ids = []
    for number, name in (("=1+1", "Formula"), ("C2", "Adatum"), ("C3", "Grøn Energi")):
        bc_id, sales_id = world.customer(name, number=number), world.account(f"{name} A/S")
        body = {"mapping": "CUSTOMER", "bc_id": bc_id, "sales_id": sales_id}
        ids.append(api.post(f"{HOME}/couplings", body).json["coupling"]["id"])
    return api.post(SYNCHRONIZE, {"coupling_ids": ids}).json["id"]


def test_jobs_are_listed_newest_first_and_by_page(api, world):
    ids = [api.post(SYNCHRONIZE, {}).json["id"] for _ in range(3)]

    first = api.get(f"{JOBS}?limit=2").json
    second = api.get(JOBS, query_string={"limit": 2, "cursor": first["cursor"]}).json

    assert [row["id"] for row in first["rows"] + second["rows"]] == ids[::-1]


def test_jobs_are_found_by_table_mapping_and_state(api, world):
    id = api.post(SYNCHRONIZE, {}).json["id"]

    def found(query):
        return [row["id"] for row in api.get(f"{JOBS}?{query}").json["rows"]]

    assert found("mapping=CUSTOMER&state=finished") == [id]
    assert found("mapping=CONTACT") == []
    assert found("state=error") == []


def test_the_records_a_job_failed_on_are_told_with_what_to_do(api, failed_job):
    rows = api.get(f"{JOBS}/{failed_job}/errors").json["rows"]

    assert {row["title"] for row in rows} == {"=1+1 Formula", "C2 Adatum", "C3 Grøn Energi"}
    assert all(row["job_id"] == failed_job and row["problem"]["hint"] for row in rows)


def test_errors_come_by_page(api, failed_job):
    first = api.get(f"{JOBS}/{failed_job}/errors?limit=2").json
    second = api.get(f"{JOBS}/{failed_job}/errors", query_string={"limit": 2, "cursor": first["cursor"]}).json

    assert len({row["id"] for row in first["rows"] + second["rows"]}) == 3
    assert second["cursor"] is None


def test_all_errors_come_as_a_spreadsheet_in_which_nothing_is_a_formula(api, failed_job):
    answer = api.get(f"{JOBS}/{failed_job}/errors", headers={"Accept": "text/csv"})

    text = answer.get_data(as_text=True)
    assert text.startswith("\ufeff")
    head, *rows = csv.reader(StringIO(text.removeprefix("\ufeff")))
    shown = [dict(zip(head, row, strict=True)) for row in rows]
    assert {row["title"] for row in shown} == {"'=1+1 Formula", "C2 Adatum", "C3 Grøn Energi"}
    assert {row["code"] for row in shown} == {"update_conflict"}
    assert "attachment" in answer.headers["Content-Disposition"]
    assert answer.headers["Vary"] == "Accept"


@pytest.mark.parametrize("accept", ["application/json", "*/*", "text/html", "application/json, text/csv;q=0.5"])
def test_errors_come_as_json_unless_a_spreadsheet_is_preferred(api, failed_job, accept):
    assert api.get(f"{JOBS}/{failed_job}/errors", headers={"Accept": accept}).mimetype == "application/json"


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1"])
def test_what_a_spreadsheet_would_run_is_written_as_text(text):
    assert escape_cell(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "Adatum", "1-2", "a=b", "'quoted"])
def test_other_cells_stay_as_they_are(text):
    assert escape_cell(text) == text


def test_a_finished_job_cannot_be_taken_back(api, failed_job):
    assert api.post(f"{JOBS}/{failed_job}/cancel", {}).json["state"] == "finished"


@pytest.mark.parametrize("accept", ["application/json", "text/csv"])
@pytest.mark.parametrize(("method", "path"), [("GET", ""), ("GET", "/errors"), ("POST", "/cancel")])
def test_an_unknown_job_is_named(api, connected, method, path, accept):
    options = {"json": {}} if method == "POST" else {}

    answer = api.call(method, f"{JOBS}/{NO_JOB}{path}", headers={"Accept": accept}, **options)

    assert NO_JOB in expect_problem(answer, 404, "job_not_found")["detail"]


@pytest.mark.parametrize("query", ["state=done", "cursor=a%00", "limit=1000", "page=2"])
def test_a_list_that_makes_no_sense_is_refused(api, query):
    expect_problem(api.get(f"{JOBS}?{query}"), 422, "input_invalid")


def test_a_cursor_of_nobodys_making_is_refused(api, failed_job):
    for path in (JOBS, f"{JOBS}/{failed_job}/errors"):
        problem = expect_problem(api.get(f"{path}?cursor=abc"), 422, "input_invalid")
        assert list(problem["errors"]) == ["cursor"]


def test_jobs_can_be_looked_at_while_the_connection_is_disabled(api, failed_job):
    api.post(f"{HOME}/disable", {})

    assert [row["id"] for row in api.get(JOBS).json["rows"]] == [failed_job]
    assert api.get(f"{JOBS}/{failed_job}/errors").status_code == 200


@pytest.mark.settings(COUPLING_JOB_ENGINE=NotingEngine())
def test_a_job_is_paused_resumed_and_canceled(api, world):
    job = f"{JOBS}/{api.post(SYNCHRONIZE, {}).json['id']}"

    paused = api.post(f"{job}/pause", {}).json
    assert (paused["state"], paused["pause_requested"], paused["is_over"]) == ("paused", True, False)
    assert [row["id"] for row in api.get(f"{JOBS}?state=paused").json["rows"]] == [paused["id"]]
    expect_problem(api.post(SYNCHRONIZE, {}), 409, "job_running")
    assert api.post(f"{job}/resume", {}).json["state"] == "ready"
    assert api.post(f"{job}/cancel", {}).json["state"] == "canceled"
    assert api.post(f"{job}/resume", {}).json["state"] == "canceled"


@pytest.mark.settings(COUPLING_JOB_ENGINE=NotingEngine())
def test_disabling_a_connection_ends_its_paused_jobs(api, world):
    job = f"{JOBS}/{api.post(SYNCHRONIZE, {}).json['id']}"
    api.post(f"{job}/pause", {})

    api.post(f"{HOME}/disable", {})

    assert api.get(job).json["state"] == "canceled"
    expect_problem(api.post(f"{job}/resume", {}), 409, "connection_not_enabled")


def test_a_job_tells_how_fast_it_went(api, failed_job):
    job = api.get(f"{JOBS}/{failed_job}").json

    assert job["rate"] > 0
    assert job["eta"] is None, "it is over"
