"""Where a user begins: the connections, and the overview of one."""

from __future__ import annotations

from flask import request

from flask_coupling.operations import connections, jobs, mappings

from .. import ui
from ..answers import Answer, go, page

RECENT_JOBS = 5


def home() -> Answer:
    """The connections; a host with one goes straight to its overview."""
    views = connections.list_connections()
    if len(views) == 1:
        return go(ui.address("overview", connection=views[0].name))
    return page("home.html", connections=views)


def new_connection() -> Answer:
    """Ask for a new connection's name, then go on to its set-up page."""
    name = request.args.get("name", "").strip()
    return go(ui.address("connection_setup", connection=name)) if name else page("new_connection.html")


def overview(connection: str) -> Answer:
    """One connection: how each table mapping stands and what ran last; while it is not enabled, only that."""
    enabled = ui.is_enabled(connection)
    return page(
        "overview.html",
        connection=connection,
        mappings=[each for each in mappings.list_mappings(connection) if not each.parent] if enabled else (),
        jobs=jobs.list_jobs(connection, limit=RECENT_JOBS).rows,
    )
