"""A host app with the extension as it is in service: SQLite file, jobs, history, conflict detection, counters."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask import Flask
from flask_sqlalchemy import SQLAlchemy

from flask_coupling import FlaskCoupling
from flask_coupling.globals import current_coupling
from flask_coupling.models import Coupling, IntegrationTableMapping, SynchJob
from flask_coupling.operations import connections, setting, synchronization
from simulator.config import SimulatorConfig

CONNECTION, MAPPING = "default", "CUSTOMER"
_KEY = "YmVuY2htYXJrLWtleS1vZi10aGlydHktdHdvLWJ5dGU="


def make_host(folder: Path) -> Flask:
    """The host app on its database in `folder`, which is made when it is not there."""
    app = Flask("host", instance_path=str(folder))
    app.config.update(
        SECRET_KEY="of a benchmark",
        SQLALCHEMY_DATABASE_URI=f"sqlite:///{folder / 'host.sqlite3'}",
        COUPLING_SECRET_KEYS=[_KEY],
        COUPLING_ALLOW_INSECURE=True,
        COUPLING_PERMISSION=lambda action, resource: True,
        COUPLING_JOB_ENGINE="inline",
    )
    FlaskCoupling(app, SQLAlchemy(app)).upgrade_db()
    return app


def connect(bc: str, sales: str) -> None:
    """Connect to both services, with new records created on both sides. Needs an app context."""
    values = SimulatorConfig().credentials() | {"bc_url": bc, "sales_url": sales, "token_url": sales}
    connections.save_connection(CONNECTION, values)
    connections.enable_connection(CONNECTION)
    session = current_coupling.session
    row = session.get(IntegrationTableMapping, (CONNECTION, MAPPING))
    if row is None:
        row = IntegrationTableMapping(connection=CONNECTION, name=MAPPING)
        session.add(row)
    row.settings = {"only_coupled": False}
    session.commit()
    for endpoint in current_coupling.endpoints(setting.enabled_connection(CONNECTION)):
        endpoint.check()  # opens the lines and fetches the tokens, which a process in service has


def synchronize() -> SynchJob:
    """Run the mapping once; raises RuntimeError when the job did not end well."""
    view = synchronization.synchronize(CONNECTION, MAPPING)
    job = current_coupling.session.get(SynchJob, view.id, populate_existing=True)
    assert job is not None
    if job.state != "finished" or job.failed:
        raise RuntimeError(f"the job ended as {job.state} with {job.failed} failures: {job.message}")
    return job


def compare() -> int:
    """Write the drift report; the requests it took."""
    return synchronization.compare(CONNECTION, MAPPING).requests


def forget_cursors() -> None:
    """Let the next run read both sides completely."""
    values = {"bc_cursor": None, "sales_cursor": None}
    current_coupling.session.execute(sa.update(IntegrationTableMapping).values(values))
    current_coupling.session.commit()


def what_is_known() -> dict[str, Any]:
    """The cursors, and the partner of each customer: what the floor program is told, which remembers nothing."""
    session = current_coupling.session
    mapping = session.get(IntegrationTableMapping, (CONNECTION, MAPPING))
    query = sa.select(Coupling.bc_id, Coupling.sales_id).where(Coupling.mapping == MAPPING)
    partners = {row.bc_id: row.sales_id for row in session.execute(query)}
    assert mapping is not None
    return {"bc_cursor": mapping.bc_cursor, "sales_cursor": mapping.sales_cursor, "partners": partners}
