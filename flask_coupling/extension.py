"""FlaskCoupling: put the extension together for an app; no rules of its own."""

from __future__ import annotations

from functools import partial
from typing import cast

from flask import Flask, Response, current_app, has_app_context, request
from flask.globals import app_ctx
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import Engine
from sqlalchemy.orm import Session, scoped_session, sessionmaker

from flask_coupling import migrations
from flask_coupling.api import init_api, init_notifications
from flask_coupling.core.mapping import TableMapping
from flask_coupling.core.order import check_declared
from flask_coupling.endpoints.usage import UsageMeter
from flask_coupling.errors import MappingInvalid, NotConfigured
from flask_coupling.jobs.choose import make_engine
from flask_coupling.jobs.delivery import can_share_database
from flask_coupling.jobs.queue import reap
from flask_coupling.jobs.runner import run_job
from flask_coupling.mappings import default_setup
from flask_coupling.models import JobKind
from flask_coupling.operations.full_synchronization import run_full_synchronization
from flask_coupling.operations.matching import run_matching
from flask_coupling.operations.modified_records import run_modified_records
from flask_coupling.operations.review import run_review
from flask_coupling.operations.runs import run_synchronization
from flask_coupling.operations.schedules import tick
from flask_coupling.operations.statistics import run_statistics
from flask_coupling.operations.subscriptions import renew_due
from flask_coupling.operations.uncoupling import run_uncoupling
from flask_coupling.operations.usage import store_usage
from flask_coupling.services import Services, connector
from flask_coupling.settings import Settings
from flask_coupling.state import CouplingState
from flask_coupling.web import init_web


class FlaskCoupling:
    """The extension: `FlaskCoupling(app, db)`, or `FlaskCoupling(db=db)` and later `init_app(app)`.

    One object may serve several apps; what belongs to one app is in `app.extensions["coupling"]`.
    """

    def __init__(self, app: Flask | None = None, db: SQLAlchemy | None = None) -> None:
        self._db = db
        self._mappings = default_setup()
        self._states: list[CouplingState] = []
        if app is not None:
            self.init_app(app)

    def init_app(self, app: Flask, db: SQLAlchemy | None = None) -> None:
        """Set the extension up for an app whose SQLAlchemy is initialized already.

        `db` is the host's SQLAlchemy; without it the one of the constructor, else the one the app has. Raises
        NotConfigured when there is none, when a COUPLING_* key cannot be right, or when the app has us already.
        """
        if "coupling" in app.extensions:
            raise NotConfigured(detail=f"the app {app.name} has a FlaskCoupling already", remedy="Register it once")
        settings = Settings.read(app.config)
        usage = UsageMeter(settings.clock)
        session, engine = _open_database(app, db or self._db, settings.bind_key)
        state = CouplingState(
            app=app,
            settings=settings,
            db_session=session,
            db_engine=engine,
            engine=make_engine(settings),
            endpoints=Services(connector(settings, usage)),
            usage=usage,
            check_schema=migrations.check_schema,
            mappings=self._mappings,
            handlers={
                JobKind.SYNCHRONIZATION: run_synchronization,
                JobKind.COMPARISON: run_synchronization,
                JobKind.COUPLING: run_matching,
                JobKind.UNCOUPLING: run_uncoupling,
                JobKind.REVIEW: run_review,
                JobKind.FULL_SYNCHRONIZATION: run_full_synchronization,
                JobKind.MODIFIED_RECORDS: run_modified_records,
                JobKind.STATISTICS: run_statistics,
            },
        )
        if settings.secret_keys:
            _ = state.cipher  # a malformed key is told now, not when the first secret is saved
        state.engine.bind(app, partial(_run_job, state), partial(_look_after, state))
        app.extensions["coupling"] = state
        for is_wanted, register in ((settings.register_api, init_api), (settings.register_web, init_web)):
            if is_wanted:
                register(app, state)
        if settings.public_url:
            init_notifications(app, state)
        app.before_request(partial(_wake_engine, state))
        app.after_request(partial(_remember_usage, state))
        app.teardown_appcontext(partial(_end_transaction, state))
        self._states.append(state)

    def add_mapping(self, mapping: TableMapping, *, replace: bool = False) -> None:
        """Declare a table mapping of the host's own; `replace` must say so when it takes a shipped one's place.

        What it depends on and refers to is declared before it. Raises MappingInvalid when it is not, when there is a
        mapping of that name, and when the dependencies would go in a circle.
        """
        if mapping.name in self._mappings and not replace:
            raise MappingInvalid(mapping=mapping.name, detail="there is one of that name already (replace=True?)")
        check_declared(mapping, self._mappings)
        self._mappings[mapping.name] = mapping

    def upgrade_db(self) -> None:
        """Create or upgrade the extension's tables; to be called at deployment, harmless when nothing is to do."""
        migrations.upgrade(self._state.db_engine)

    @property
    def session(self) -> scoped_session[Session]:
        """The session that holds the extension's tables."""
        return self._state.session

    @property
    def _state(self) -> CouplingState:
        if has_app_context():
            state: CouplingState | None = current_app.extensions.get("coupling")
            if state in self._states and state is not None:
                return state
        elif len(self._states) == 1:
            return self._states[0]
        raise NotConfigured(detail="it is not clear which app is meant", remedy="Use it within an app context")


def _wake_engine(state: CouplingState) -> None:
    """Go on with what an earlier process left, as soon as someone uses the extension in this one."""
    if (request.blueprint or "").startswith("coupling") and can_share_database(state):
        state.engine.start()


def _remember_usage(state: CouplingState, response: Response) -> Response:
    """Store what the request asked of the services; what it left uncommitted is not meant to stay."""
    if (request.blueprint or "").startswith("coupling") and state.usage.has_counted:
        state.db_session.rollback()
        store_usage()
    return response


def _end_transaction(state: CouplingState, _: BaseException | None) -> None:
    """Roll back before the session is removed.

    After a commit that failed (SQLite: database is locked) removing alone gives the connection back to the pool with
    its transaction open: the database stays locked, and whoever gets the connection next commits what had failed.
    """
    if state.db_session.registry.has():
        state.db_session.rollback()


def _run_job(state: CouplingState, job_id: str) -> None:
    with state.app.app_context():
        run_job(state, job_id)
        store_usage()


def _look_after(state: CouplingState) -> int:
    """What has to be done now and then: deliver lost jobs again, start those that are due, renew webhooks."""
    with state.app.app_context():
        delivered = reap(state)
        store_usage()
        tick()
        renew_due()
        return delivered


def _open_database(app: Flask, db: SQLAlchemy | None, bind_key: str | None) -> tuple[scoped_session[Session], Engine]:
    """The session for our tables and its engine: the host's own, or with a bind key one on that bind.

    Our models carry no bind key, since two apps of a process may keep them in different binds; so a bind of its own
    gets a session of its own, with the life of the host's: one for each app context.
    """
    found = app.extensions.get("sqlalchemy")
    if found is None or found is not (db or found):
        remedy = "Call SQLAlchemy(app), or db.init_app(app), before FlaskCoupling"
        raise NotConfigured(detail=f"the app {app.name} has no SQLAlchemy of Flask-SQLAlchemy", remedy=remedy)
    with app.app_context():
        engine = found.engines.get(bind_key)
    if engine is None:
        where = "SQLALCHEMY_DATABASE_URI" if bind_key is None else f"SQLALCHEMY_BINDS[{bind_key!r}]"
        raise NotConfigured(detail=f"{where} is not set", remedy="Name a database for the coupling tables there")
    if bind_key is None:
        return cast("scoped_session[Session]", found.session), engine
    session = scoped_session(sessionmaker(engine), scopefunc=lambda: id(app_ctx._get_current_object()))  # type: ignore[attr-defined]

    @app.teardown_appcontext
    def remove_session(_: BaseException | None) -> None:
        session.remove()

    return session, engine
