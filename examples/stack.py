"""What the demo and the tour share: the simulator and a host app with the extension, each on a port of its own."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import waitress
from cryptography.fernet import Fernet
from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from flask_coupling import FlaskCoupling
from flask_coupling.operations import connections, couplings, mappings
from flask_coupling.operations.views import ConnectionReport, RecordRow
from simulator.app import create_simulator
from simulator.config import SimulatorConfig

CONNECTION = "default"


@contextmanager
def serving(app: Flask, port: int = 0) -> Iterator[str]:
    """Serve an app on a port of this machine (0: a free one) while the block runs, and yield its address."""
    server = waitress.create_server(app, host="127.0.0.1", port=port, threads=16, ident=None)
    thread = threading.Thread(target=server.run, name=f"{app.name}-server", daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.effective_port}"
    finally:
        # the loop ends when nothing is open any more; closing has to happen in its own thread
        server.trigger.pull_trigger(lambda: _close(server))
        thread.join(timeout=10)


def _close(server: waitress.server.TcpWSGIServer) -> None:
    for channel in list(server.active_channels.values()):
        channel.handle_close()
    server.task_dispatcher.shutdown()
    server.close()


def seeded_simulator(customers: int, seed: int, **options: int) -> Flask:
    """Make a simulator with two overlapping worlds, with a progress bar meanwhile."""
    bar = Progress(TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), transient=False)
    with bar:
        task = bar.add_task("Seeding the simulator", total=customers)
        return create_simulator(
            customers=customers,
            seed=seed,
            progress=lambda done, total: bar.update(task, completed=done, total=total),
            **options,
        )


def make_host(folder: Path, **config: object) -> Flask:
    """A host app with the extension on a database of its own in `folder`; its tables are made."""
    app = Flask("host", instance_path=str(folder), root_path=str(Path(__file__).parent))
    app.config.update(
        SECRET_KEY="a real host keeps this in its environment",
        SQLALCHEMY_DATABASE_URI=f"sqlite:///{folder / 'host.sqlite3'}",
        COUPLING_SECRET_KEYS=[Fernet.generate_key().decode()],
        COUPLING_ALLOW_INSECURE=True,  # the simulator is on this machine, over http
        COUPLING_PERMISSION=lambda action, resource: True,  # a real host asks who is signed in
        **config,
    )
    FlaskCoupling(app, SQLAlchemy(app)).upgrade_db()
    return app


def connect(config: SimulatorConfig, address: str) -> ConnectionReport:
    """Save, test and enable the connection to a simulator; returns what the test said. Needs an app context."""
    values = config.credentials() | {"bc_url": address, "sales_url": address, "token_url": address}
    connections.save_connection(CONNECTION, values)
    report = connections.test_connection(CONNECTION)
    connections.enable_connection(CONNECTION)
    return report


def records(mapping: str, side: str) -> list[RecordRow]:
    """Every record of one side that takes part in a mapping and has no partner yet."""
    rows: list[RecordRow] = []
    cursor: str | None = None
    while True:
        page = mappings.list_records(CONNECTION, mapping, side, coupled=False, cursor=cursor, limit=500)
        rows += page.rows
        cursor = page.cursor
        if cursor is None:
            return rows


def pairs_by_value(mapping: str, fields: dict[str, str]) -> list[tuple[str, str]]:
    """The ids of records alike in these fields (`{"displayName": "name"}`) and like no other on either side."""
    found = {}
    for side, names in (("bc", list(fields)), ("sales", list(fields.values()))):
        keys = [(_key(row, names), row.id) for row in records(mapping, side)]
        often = Counter(key for key, _ in keys)
        found[side] = {key: id for key, id in keys if often[key] == 1}
    return [(id, found["sales"][key]) for key, id in found["bc"].items() if key in found["sales"]]


def _key(row: RecordRow, names: list[str]) -> tuple[str, ...]:
    return tuple(str(row.values.get(name) or "").strip().casefold() for name in names)


def couple_currencies() -> None:
    """Couple what customers refer to, by their ISO codes."""
    couplings.couple_many(CONNECTION, "CURRENCY", pairs_by_value("CURRENCY", {"code": "isocurrencycode"}))


def customer_pairs(limit: int) -> list[tuple[str, str]]:
    """Up to so many pairs of customers and accounts with the same name in the same place."""
    return pairs_by_value("CUSTOMER", {"displayName": "name", "postalCode": "address1_postalcode"})[:limit]
