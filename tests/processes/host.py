"""A host app's process: asks for synchronizations without pause until it is killed, or works until all is quiet."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from multiprocessing.connection import Connection
from pathlib import Path
from random import Random
from threading import Event
from typing import Any

import sqlalchemy as sa
from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy.orm import Session, scoped_session

from flask_coupling import FlaskCoupling
from flask_coupling.errors import CouplingNotFound, JobRunningConflictError
from flask_coupling.globals import current_coupling
from flask_coupling.mappings.customer import CUSTOMER
from flask_coupling.models import Coupling, FailedRecord
from flask_coupling.operations import jobs, synchronization

MAPPING = CUSTOMER.replaced(
    only_coupled=False,
    match_on=("displayName",),
    fields=tuple(CUSTOMER.field(name) for name in ("displayName", "phoneNumber", "city", "email", "customertypecode")),
)
"""Customers, with few fields, and partners made by themselves."""

BREATH = 0.02


@dataclass(frozen=True, slots=True)
class Life:
    """What a process needs: its folder and database, the keys, how far its clock is ahead, and its seed."""

    folder: Path
    database: str
    secret_key: str
    ahead: timedelta
    seed: int


def make_host(life: Life) -> tuple[Flask, FlaskCoupling]:
    """The host app of a life, with the huey engine on a file in its folder."""
    app = Flask("host", instance_path=str(life.folder))
    app.config.update(
        TESTING=True,
        SECRET_KEY="only for tests",
        SQLALCHEMY_DATABASE_URI=life.database,
        COUPLING_SECRET_KEYS=[life.secret_key],
        COUPLING_ALLOW_INSECURE=True,
        COUPLING_REGISTER_API=False,
        COUPLING_REGISTER_WEB=False,
        COUPLING_BRAKE_SHARE=1.0,
        COUPLING_JOB_WORKERS=2,
        COUPLING_CLOCK=lambda: datetime.now(UTC) + life.ahead,
    )
    coupling = FlaskCoupling(app, SQLAlchemy(app))
    coupling.add_mapping(MAPPING, replace=True)
    return app, coupling


def live(life: Life, told: Connection) -> None:
    """Ask for runs of the mapping and of single couplings until the process is killed."""
    app, _ = make_host(life)
    random, pause = Random(life.seed), Event()
    told.send("alive")
    while not pause.wait(BREATH):
        with app.app_context():
            _ask(random)


def _ask(random: Random) -> None:
    session = _session()
    ids = list(session.scalars(sa.select(Coupling.id).where(Coupling.mapping == MAPPING.name)))
    single = [random.choice(ids)] if ids and random.random() < 0.3 else None
    try:
        synchronization.synchronize("default", MAPPING.name, coupling_ids=single)
    except (JobRunningConflictError, CouplingNotFound):
        session.rollback()


def settle(life: Life, told: Connection) -> None:
    """Run the mapping again and again until nothing is left to do, and tell how the last runs ended."""
    app, _ = make_host(life)
    endings: list[dict[str, Any]] = []
    for _ in range(6):
        with app.app_context():
            session = _session()
            session.execute(sa.update(FailedRecord).values(skipped=False, next_try_at=None))
            session.commit()
            endings.append(_run_once())
    told.send(endings)


def _run_once() -> dict[str, Any]:
    pause, job_id = Event(), None
    for _ in range(3000):
        try:
            if job_id is None:
                job_id = synchronization.synchronize("default", MAPPING.name).id
            job = jobs.get_job("default", job_id)
            if job.finished_at is not None:
                return {"state": job.state, "message": job.message, **job.counters}
        except JobRunningConflictError:
            _session().rollback()
        pause.wait(BREATH)
    raise TimeoutError("a job was not over within a minute")


def _session() -> scoped_session[Session]:
    """The session of the running app."""
    return current_coupling.session
