"""Registering the extension: one entry in the app, loud when something cannot work, several apps beside each other."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask_sqlalchemy import SQLAlchemy

from flask_coupling import FieldMapping, FlaskCoupling, Reference
from flask_coupling.errors import MappingInvalid, NotConfigured, SchemaOutdated
from flask_coupling.globals import current_coupling
from flask_coupling.mappings import default_setup
from flask_coupling.models import Connection
from flask_coupling.operations import connections
from flask_coupling.state import CouplingState
from tests.conftest import SECRET_KEY, MakeApp
from tests.jobs.conftest import NotingEngine


def bare_app(tmp_path: Path, **config: object) -> Flask:
    app = Flask("bare", instance_path=str(tmp_path))
    app.config.update(SQLALCHEMY_DATABASE_URI="sqlite://", COUPLING_JOB_ENGINE="inline", **config)
    return app


def test_the_app_has_one_entry_with_its_state(app: Flask) -> None:
    assert isinstance(app.extensions["coupling"], CouplingState)
    with app.app_context():
        assert current_coupling.app is app
        assert current_coupling.session is app.extensions["sqlalchemy"].session
        assert list(current_coupling.mappings) == list(default_setup())


def test_registering_twice_is_refused(app: Flask, db: SQLAlchemy) -> None:
    with pytest.raises(NotConfigured, match="already"):
        FlaskCoupling(app, db)


def test_the_host_may_make_its_app_later(tmp_path: Path) -> None:
    db, coupling = SQLAlchemy(), FlaskCoupling()
    app = bare_app(tmp_path)
    db.init_app(app)
    coupling.init_app(app, db)
    coupling.upgrade_db()
    with app.app_context():
        assert coupling.session.get(Connection, "default") is None


def test_without_flask_sqlalchemy_it_says_what_comes_first(tmp_path: Path) -> None:
    app, stranger = bare_app(tmp_path), SQLAlchemy()
    for attempt in (lambda: FlaskCoupling(app), lambda: FlaskCoupling(app, stranger)):
        with pytest.raises(NotConfigured, match="before FlaskCoupling"):
            attempt()
    assert "coupling" not in app.extensions


def test_an_app_without_the_extension_is_said_to_have_none(tmp_path: Path) -> None:
    with bare_app(tmp_path).app_context(), pytest.raises(NotConfigured, match="has no FlaskCoupling"):
        _ = current_coupling.settings


def test_until_the_tables_are_there_the_missing_revision_is_named(tmp_path: Path) -> None:
    app = bare_app(tmp_path)
    coupling = FlaskCoupling(app, SQLAlchemy(app))
    with app.app_context():
        for _ in range(2):
            with pytest.raises(SchemaOutdated, match=r"revision none.*upgrade_db"):
                connections.list_connections()
        coupling.upgrade_db()
        assert connections.list_connections() == []


def test_outside_debug_a_secret_needs_a_key_and_the_error_tells_how_to_make_one(make_app: MakeApp) -> None:
    app = make_app(TESTING=False, COUPLING_SECRET_KEYS=[])
    with app.app_context(), pytest.raises(NotConfigured, match="generate_key") as caught:
        connections.save_connection("default", {"client_secret": "hush"})
    assert "hush" not in str(caught.value)


@pytest.mark.parametrize("mode", ["DEBUG", "TESTING"])
def test_in_debug_and_testing_a_key_is_derived_with_a_warning(
    make_app: MakeApp, mode: str, caplog: pytest.LogCaptureFixture
) -> None:
    for _ in range(2):
        app = make_app(**{"TESTING": False, mode: True, "COUPLING_SECRET_KEYS": []})
        with app.app_context():
            connections.save_connection("default", {"client_secret": "hush"})
            row = current_coupling.session.get(Connection, "default", populate_existing=True)
            assert row is not None and row.client_secret == "hush", "the same SECRET_KEY gives the same key"
    assert "derived from SECRET_KEY" in caplog.text


def test_a_malformed_key_is_told_when_the_app_is_made(make_app: MakeApp) -> None:
    with pytest.raises(NotConfigured, match="malformed"):
        make_app(COUPLING_SECRET_KEYS=["too short"])


def test_a_host_adds_mappings_and_replaces_shipped_ones_only_on_purpose(
    coupling: FlaskCoupling, app: Flask, make_app: MakeApp
) -> None:
    shipped = default_setup()["CUSTOMER"]
    own = shipped.replaced(name="OWN")
    coupling.add_mapping(own)
    with pytest.raises(MappingInvalid, match="already"):
        coupling.add_mapping(shipped)
    coupling.add_mapping(shipped.replaced(only_coupled=not shipped.only_coupled), replace=True)
    mappings = app.extensions["coupling"].mappings
    assert mappings["OWN"] is own
    assert mappings["CUSTOMER"].only_coupled is not shipped.only_coupled
    assert "OWN" not in make_app().extensions["coupling"].mappings, "another extension object has its own"


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"depends_on": ("NOPE",)}, "NOPE, which is not declared"),
        ({"depends_on": ("OWN",)}, "in a circle: OWN -> OWN"),
        ({"parent": "NOPE"}, "NOPE, which is not declared"),
        (
            {"fields": (FieldMapping(bc="currencyId", sales="transactioncurrencyid", reference=Reference("NOPE")),)},
            "NOPE, which is not declared",
        ),
    ],
    ids=["dependency", "itself", "parent", "reference"],
)
def test_a_mapping_that_cannot_stand_among_the_others_is_refused_when_it_is_added(
    coupling: FlaskCoupling, app: Flask, changes: dict[str, Any], reason: str
) -> None:
    own = default_setup()["PAYMENT TERMS"].replaced(name="OWN", match_on=(), **changes)
    with pytest.raises(MappingInvalid, match=reason):
        coupling.add_mapping(own)
    assert "OWN" not in app.extensions["coupling"].mappings


def test_a_circle_is_refused_though_each_mapping_is_declared(coupling: FlaskCoupling) -> None:
    customer = default_setup()["CUSTOMER"]
    with pytest.raises(MappingInvalid, match="CONTACT"):
        coupling.add_mapping(customer.replaced(depends_on=(*customer.depends_on, "CONTACT")), replace=True)


@pytest.mark.parametrize("name", ["", " ", "a/b", "a?b", " a", "x" * 51, "a\nb"])
def test_a_name_that_no_address_can_hold_is_refused(name: str) -> None:
    with pytest.raises(MappingInvalid, match="a name is 1 to 50"):
        default_setup()["CUSTOMER"].replaced(name=name)


def test_two_apps_of_a_process_keep_their_rows_and_keys_apart(make_app: MakeApp, tmp_path: Path) -> None:
    one = make_app()
    other_key = SECRET_KEY[::-1].lstrip("=") + "="
    two = make_app(SQLALCHEMY_DATABASE_URI=f"sqlite:///{tmp_path / 'two.sqlite3'}", COUPLING_SECRET_KEYS=[other_key])
    two.extensions["test_coupling"].upgrade_db()
    with one.app_context():
        connections.save_connection("first", {"client_secret": "one's"})
        with two.app_context():
            connections.save_connection("second", {"client_secret": "two's"})
            assert [each.name for each in connections.list_connections()] == ["second"]
        assert [each.name for each in connections.list_connections()] == ["first"]


def test_one_extension_may_serve_two_apps_and_asks_which_is_meant(tmp_path: Path) -> None:
    db = SQLAlchemy()
    coupling = FlaskCoupling(db=db)
    for name in ("one", "two"):
        app = bare_app(tmp_path / name)
        db.init_app(app)
        coupling.init_app(app)
    with pytest.raises(NotConfigured, match="which app"):
        coupling.upgrade_db()
    with app.app_context():
        coupling.upgrade_db()
        assert connections.list_connections() == []


def bind_config(folder: Path, key: str | None) -> dict[str, object]:
    return {
        "SQLALCHEMY_DATABASE_URI": f"sqlite:///{folder / 'main.sqlite3'}",
        "SQLALCHEMY_BINDS": {"side": f"sqlite:///{folder / 'side.sqlite3'}"},
        "COUPLING_BIND_KEY": key,
    }


def test_the_tables_may_live_in_another_bind_and_another_app_in_its_default_one(
    make_app: MakeApp, tmp_path: Path
) -> None:
    apps = []
    for name, key in (("a", "side"), ("b", None)):
        (tmp_path / name).mkdir()
        apps.append(make_app(**bind_config(tmp_path / name, key)))
        apps[-1].extensions["test_coupling"].upgrade_db()
    for app in apps:
        with app.app_context():
            connections.save_connection("default", {"client_secret": app.name})
    for name, has_tables in (("a/side", True), ("a/main", False), ("b/main", True), ("b/side", False)):
        engine = sa.create_engine(f"sqlite:///{tmp_path / name}.sqlite3")
        assert sa.inspect(engine).has_table("coupling_connection") is has_tables
        engine.dispose()


def test_the_session_of_another_bind_ends_with_its_app_context(make_app: MakeApp, tmp_path: Path) -> None:
    app = make_app(**bind_config(tmp_path, "side"))
    app.extensions["test_coupling"].upgrade_db()
    with app.app_context():
        first = current_coupling.session()
        current_coupling.session.add(Connection(name="never committed"))
        current_coupling.session.flush()
    with app.app_context():
        assert current_coupling.session() is not first
        assert connections.list_connections() == []


def test_an_unknown_bind_is_refused(make_app: MakeApp) -> None:
    with pytest.raises(NotConfigured, match=r"SQLALCHEMY_BINDS\['nowhere'\]"):
        make_app(COUPLING_BIND_KEY="nowhere")


class CountingEngine(NotingEngine):
    """Counts how often it is started."""

    starts = 0

    def start(self) -> None:
        self.starts += 1


def test_the_job_engine_starts_with_the_first_use_and_not_with_the_hosts_own_pages(make_app: MakeApp) -> None:
    engine = CountingEngine()
    app = make_app(COUPLING_JOB_ENGINE=engine)
    app.add_url_rule("/", view_func=lambda: "the host's own page")
    client = app.test_client()
    assert client.get("/").status_code == 200
    assert engine.starts == 0
    client.get("/coupling/api/connections")
    assert engine.starts == 1


@pytest.mark.parametrize("key, has_api, has_pages", [("API", False, True), ("WEB", True, False)])
def test_a_host_may_do_without_pages_or_api(make_app: MakeApp, key: str, has_api: bool, has_pages: bool) -> None:
    rules = [str(rule) for rule in make_app(**{f"COUPLING_REGISTER_{key}": False}).url_map.iter_rules()]
    ours = [rule for rule in rules if rule.startswith("/coupling")]
    assert any(rule.startswith("/coupling/api") for rule in ours) is has_api
    assert any(not rule.startswith("/coupling/api") for rule in ours) is has_pages


def test_everything_is_below_the_configured_address(make_app: MakeApp) -> None:
    app = make_app(COUPLING_URL_PREFIX="/erp")
    rules = [str(rule) for rule in app.url_map.iter_rules() if not str(rule).startswith("/static")]
    assert rules and all(rule.startswith("/erp") for rule in rules)
