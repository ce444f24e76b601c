"""Set up a connection against the in-process simulator."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select

from flask_coupling import FlaskCoupling
from flask_coupling.errors import (
    AddressRefused,
    CompanyUnknown,
    ConnectionIncomplete,
    ConnectionNotFound,
    ConnectionOccupied,
    CredentialsRejected,
    InputInvalid,
    SecretUnreadable,
)
from flask_coupling.globals import current_coupling
from flask_coupling.models import Connection, Coupling, IntegrationTableMapping, JobKind, JobState, SynchJob
from flask_coupling.operations import connections
from flask_coupling.operations.views import ConnectionView
from simulator.instance import Simulator
from tests.conftest import MakeApp, connection_values

pytestmark = pytest.mark.usefixtures("app_context")

UNKNOWN_TENANT = "11111111-2222-3333-4444-555555555555"


def save(simulator: Simulator, **changes: str) -> ConnectionView:
    return connections.save_connection("default", {**connection_values(simulator), **changes})


def test_a_saved_connection_is_shown_without_its_secret(simulator: Simulator) -> None:
    view = save(simulator)
    assert view.secret_set and view.secret_set_at is not None
    assert simulator.config.client_secret not in repr(view)
    assert not view.enabled and view.missing == ()
    assert connections.list_connections() == [view]


def test_an_absent_value_and_an_empty_secret_leave_what_is_saved(simulator: Simulator) -> None:
    before = save(simulator)
    after = connections.save_connection("default", {"client_secret": "", "company": " My Company "})
    assert (after.company, after.tenant, after.secret_set_at) == ("My Company", before.tenant, before.secret_set_at)
    row = current_coupling.session.get(Connection, "default")
    assert row is not None and row.client_secret == simulator.config.client_secret


def test_a_new_connection_says_what_it_lacks() -> None:
    view = connections.save_connection("default", {"tenant": "contoso.onmicrosoft.com"})
    assert view.missing == ("client_id", "client_secret", "environment", "company", "sales_url")
    report = connections.test_connection("default")
    assert report.bc.problem and report.bc.problem.code == "connection_incomplete"
    assert report.sales.problem and "environment" not in report.sales.problem.message


@pytest.mark.parametrize(
    "key, value",
    [
        ("tenant", "contoso/../other"),
        ("environment", "Production?x=1"),
        ("client_id", "id with blanks"),
        ("company", "x" * 81),
        ("company", "CRONUS\r\nX-Injected: 1"),
        ("client_secret", "half a character \ud83d"),
        ("color", "blue"),
        ("company", 7),
    ],
)
def test_a_value_that_cannot_be_right_is_refused_by_its_name_and_nothing_is_saved(key: str, value: str) -> None:
    with pytest.raises(InputInvalid) as caught:
        connections.save_connection("default", {"tenant": "contoso.onmicrosoft.com", key: value})
    assert list(caught.value.facts["errors"]) == [key]
    assert connections.list_connections() == []


@pytest.mark.parametrize("name", ["", "Default", "a b", "../x", "x" * 51, "-x"])
def test_a_name_that_cannot_stand_in_an_address_is_refused(name: str) -> None:
    with pytest.raises(InputInvalid):
        connections.save_connection(name, {})


@pytest.mark.parametrize(
    "url",
    ["http://contoso.crm4.dynamics.com", "https://evil.example.com", "https://127.0.0.1", "https://a@b.dynamics.com"],
)
def test_an_address_that_is_no_service_is_refused_when_saving_and_when_testing(url: str) -> None:
    for attempt in (connections.save_connection, connections.test_connection):
        with pytest.raises(AddressRefused) as caught:
            attempt("default", {"sales_url": url})
        assert caught.value.facts["field"] == "sales_url"


def test_an_address_may_be_typed_without_its_scheme_and_with_a_slash() -> None:
    view = connections.save_connection("default", {"sales_url": " contoso.crm4.dynamics.com/ "})
    assert view.sales_url == "https://contoso.crm4.dynamics.com"


def test_a_working_connection_tells_the_facts_of_both_services(simulator: Simulator) -> None:
    save(simulator)
    report = connections.test_connection("default")
    assert report.is_ok
    assert report.bc.facts["company_name"] == simulator.config.company.name
    assert report.sales.facts["organization_id"]
    assert connections.get_connection("default").tested_at is not None


def test_unsaved_values_are_tested_over_the_saved_ones_and_stored_nowhere(simulator: Simulator) -> None:
    before = save(simulator, client_secret="wrong")
    report = connections.test_connection("default", {"client_secret": simulator.config.client_secret})
    assert report.is_ok
    assert connections.get_connection("default") == before
    assert not connections.test_connection("default").is_ok
    fresh = connections.test_connection("second", connection_values(simulator))
    assert fresh.is_ok and len(connections.list_connections()) == 1


@pytest.mark.parametrize(
    "changes, bc_code, sales_code",
    [
        ({"client_secret": "wrong"}, "credentials_rejected", "credentials_rejected"),
        ({"client_id": "22222222-2222-3333-4444-555555555555"}, "credentials_rejected", "credentials_rejected"),
        ({"tenant": UNKNOWN_TENANT}, "tenant_unknown", "tenant_unknown"),
        ({"environment": "Nowhere"}, "environment_unknown", None),
        ({"company": "Nobody Ltd."}, "company_unknown", None),
        ({"sales_url": "https://fabrikam.crm4.dynamics.com"}, None, "permission_missing"),
        ({"token_url": "https://login.microsoftonline.us"}, "service_unreachable", "service_unreachable"),
    ],
)
def test_each_service_says_what_is_wrong_with_it(
    simulator: Simulator, make_app: MakeApp, changes: dict[str, str], bc_code: str | None, sales_code: str | None
) -> None:
    with make_app(COUPLING_RETRIES=0).app_context():
        save(simulator, **changes)
        report = connections.test_connection("default")
    assert (report.bc.problem and report.bc.problem.code) == bc_code
    assert (report.sales.problem and report.sales.problem.code) == sales_code
    for problem in (report.bc.problem, report.sales.problem):
        assert problem is None or problem.hint


def test_the_unknown_company_is_answered_with_those_there_are(simulator: Simulator) -> None:
    save(simulator, company="Nobody Ltd.")
    with pytest.raises(CompanyUnknown) as caught:
        connections.enable_connection("default")
    assert simulator.config.company.name in str(caught.value)
    assert not connections.is_enabled("default")


def test_enabling_stores_the_facts_and_a_row_for_each_table_mapping(connected: ConnectionView) -> None:
    assert connected.enabled and connections.is_enabled("default")
    assert {"company_id", "company_name", "organization_id", "base_currency_id", "bc_version"} <= connected.facts.keys()
    rows = current_coupling.session.scalars(select(IntegrationTableMapping.name)).all()
    assert sorted(rows) == sorted(current_coupling.mappings)
    connections.enable_connection("default")  # a second time changes nothing, and raises nothing
    assert len(current_coupling.session.scalars(select(IntegrationTableMapping)).all()) == len(rows)


def test_a_connection_that_does_not_work_cannot_be_enabled(simulator: Simulator) -> None:
    save(simulator, client_secret="wrong")
    with pytest.raises(CredentialsRejected):
        connections.enable_connection("default")
    connections.save_connection("empty", {})
    with pytest.raises(ConnectionIncomplete):
        connections.enable_connection("empty")
    with pytest.raises(ConnectionNotFound):
        connections.enable_connection("missing")


def test_new_credentials_leave_it_enabled_and_a_changed_company_does_not(connected: ConnectionView) -> None:
    assert connections.save_connection("default", {"client_secret": "another"}).enabled
    assert connections.save_connection("default", {"company": connected.company}).enabled
    after = connections.save_connection("default", {"company": "Another"})
    assert not after.enabled and "test" in after.disabled_reason


def test_the_services_are_opened_anew_after_saving_and_only_then(connected: ConnectionView) -> None:
    def opened() -> object:
        row = current_coupling.session.get(Connection, "default")
        assert row is not None
        return current_coupling.endpoints(row)

    first = opened()
    assert opened() is first
    connections.save_connection("default", {"client_secret": "another"})
    assert opened() is not first


def test_a_connection_with_couplings_cannot_be_pointed_at_another_company(connected: ConnectionView) -> None:
    session, now = current_coupling.session, current_coupling.clock()
    keys = {"connection": "default", "mapping": "CUSTOMER", "created_at": now}
    session.add(Coupling(bc_id="b", sales_id="s", **keys))
    row = session.get(Connection, "default")
    assert row is not None
    row.facts = {**connected.facts, "company_id": UNKNOWN_TENANT, "company_name": "Before A/S"}
    session.commit()
    with pytest.raises(ConnectionOccupied, match="Before A/S"):
        connections.enable_connection("default")
    session.query(Coupling).delete()
    assert connections.enable_connection("default").enabled


def add_job(state: JobState) -> str:
    session, now = current_coupling.session, current_coupling.clock()
    job = SynchJob(id=f"job-{state}", connection="default", mapping="CUSTOMER", kind=JobKind.SYNCHRONIZATION)
    job.direction, job.payload, job.state, job.created_at = "to_sales", {}, state, now
    session.add(job)
    session.commit()
    return job.id


def test_disabling_keeps_couplings_and_takes_back_its_jobs(connected: ConnectionView) -> None:
    waiting, running, done = (add_job(state) for state in (JobState.READY, JobState.IN_PROCESS, JobState.FINISHED))
    view = connections.disable_connection("default", "moving to a new tenant")
    assert (view.enabled, view.disabled_reason) == (False, "moving to a new tenant")
    jobs = {job.id: job for job in current_coupling.session.scalars(select(SynchJob))}
    assert jobs[waiting].state == JobState.CANCELED
    assert jobs[running].cancel_requested and not jobs[done].cancel_requested


def test_a_deleted_connection_leaves_no_row_behind(connected: ConnectionView, coupling: FlaskCoupling) -> None:
    add_job(JobState.READY)
    connections.delete_connection("default")
    assert connections.list_connections() == []
    for model in (IntegrationTableMapping, SynchJob, Connection):
        assert current_coupling.session.scalars(select(model)).first() is None
    assert not connections.is_enabled("default")
    with pytest.raises(ConnectionNotFound):
        connections.delete_connection("default")


def test_the_secret_is_nowhere_in_plain_text(
    connected: ConnectionView, simulator: Simulator, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    secret = simulator.config.client_secret
    connections.test_connection("default")
    row = current_coupling.session.get(Connection, "default")
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert any(b"CRONUS" in path.read_bytes() for path in files), "the search looks where the row is"
    assert not any(secret.encode() in path.read_bytes() for path in files)
    assert secret not in caplog.text and secret not in repr(row)
    assert secret not in repr(current_coupling.endpoints(row)) if row else False


def test_a_secret_is_read_with_an_old_key_and_without_it_asked_for_anew(
    connected: ConnectionView, make_app: MakeApp, simulator: Simulator
) -> None:
    old = current_coupling.settings.secret_keys[0]
    new = "bmV3bmV3bmV3bmV3bmV3bmV3bmV3bmV3bmV3bmV3bmU="
    with make_app(COUPLING_SECRET_KEYS=[new, old]).app_context():
        assert connections.test_connection("default").is_ok
    with make_app(COUPLING_SECRET_KEYS=[new]).app_context():
        view = connections.get_connection("default")
        assert not view.secret_set and view.missing == ("client_secret",)
        with pytest.raises(SecretUnreadable):
            connections.enable_connection("default")
        again = connections.save_connection("default", {"client_secret": simulator.config.client_secret})
        assert again.secret_set and connections.test_connection("default").is_ok


def test_on_postgresql_a_connection_lives_from_its_first_value_to_its_last_row(
    simulator: Simulator, make_app: MakeApp, migrated_postgres: str
) -> None:
    with make_app(SQLALCHEMY_DATABASE_URI=migrated_postgres).app_context():
        save(simulator)
        assert connections.enable_connection("default").enabled
        session, now = current_coupling.session, current_coupling.clock()
        session.add(Coupling(connection="default", mapping="CUSTOMER", bc_id="b", sales_id="s", created_at=now))
        session.commit()
        add_job(JobState.READY)
        connections.delete_connection("default")
        assert connections.list_connections() == []
        assert session.scalars(select(Coupling)).first() is None
