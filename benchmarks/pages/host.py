"""A host app whose database holds many couplings and a long past, and whose services are small and cost nothing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import insert

from flask_coupling import FlaskCoupling
from flask_coupling.core.side import Side
from flask_coupling.endpoints.memory import MemoryEndpoint
from flask_coupling.models import (
    Base,
    ConflictEntry,
    Connection,
    Coupling,
    FailedRecord,
    HistoryEntry,
    IntegrationTableMapping,
    SynchJob,
    SynchJobError,
    table_of,
)
from flask_coupling.services import Services

ALIVE = 60
"""Couplings whose records the services really have: more than a page of a list shows."""

WAITING = 200
"""One coupling in so many is in conflict, one failed, one paused, one never synchronized."""

HISTORY = 10
"""Writes in the past for each coupling."""

JOB_OF = 50
"""Couplings for each job in the log."""

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
PORTION = 10_000
KEY = {"connection": "default", "mapping": "CUSTOMER"}


@contextmanager
def furnished_host(folder: Path, couplings: int, address: str, **settings: Any) -> Iterator[Flask]:
    """A host with that many coupled customers in the database at `address`; a test client may ask for its pages.

    `settings` are further settings of the app.
    """
    app = Flask("benchmark", instance_path=str(folder))
    app.config.update(
        TESTING=True,
        SECRET_KEY="only for measuring",
        SQLALCHEMY_DATABASE_URI=address,
        COUPLING_SECRET_KEYS=["MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="],
        COUPLING_JOB_ENGINE="inline",
        WTF_CSRF_ENABLED=False,
    )
    app.config.update(settings)
    coupling = FlaskCoupling(app, SQLAlchemy(app))
    with app.app_context():
        coupling.upgrade_db()
        _fill(app, couplings)
    ends = {side: MemoryEndpoint(side, **_rows(side)) for side in Side}
    app.extensions["coupling"].endpoints = Services(lambda _, side: ends[side])
    try:
        yield app
    finally:
        app.extensions["coupling"].engine.stop()
        with app.app_context():
            app.extensions["sqlalchemy"].engine.dispose()


def bc_id(number: int) -> str:
    """The id of a customer."""
    return f"00000000-0000-4000-8000-{number:012d}"


def sales_id(number: int) -> str:
    """The id of its account."""
    return f"00000000-0000-4000-9000-{number:012d}"


def _rows(side: Side) -> dict[str, list[dict[str, Any]]]:
    if side is Side.BC:
        rows = [{"id": bc_id(each), **_bc(each), "blocked": " "} for each in range(ALIVE)]
        return {"customers": rows}
    return {"accounts": [{"id": sales_id(each), **_sales(each), "customertypecode": 3} for each in range(ALIVE)]}


def _bc(number: int) -> dict[str, Any]:
    return {"displayName": _name(number), "number": f"C{number:06d}", "city": "Odense", "phoneNumber": "+45 33"}


def _sales(number: int) -> dict[str, Any]:
    return {"name": _name(number), "address1_city": "Odense", "telephone1": "+45 33"}


def _name(number: int) -> str:
    return f"Firma {number:06d} Ålborg"


def _fill(app: Flask, couplings: int) -> None:
    engine = app.extensions["sqlalchemy"].engine
    with engine.begin() as connection:
        if engine.dialect.name == "sqlite":
            connection.exec_driver_sql("PRAGMA synchronous = OFF")
        for model, rows in _tables(couplings):
            portion: list[dict[str, Any]] = []
            for row in rows:
                portion.append(row)
                if len(portion) == PORTION:
                    connection.execute(insert(table_of(model)), portion)
                    portion = []
            if portion:
                connection.execute(insert(table_of(model)), portion)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("ANALYZE" if engine.dialect.name == "sqlite" else "VACUUM ANALYZE")


def _tables(couplings: int) -> Iterator[tuple[type[Base], Iterator[dict[str, Any]]]]:
    required = {"tenant": "t", "client_id": "c", "environment": "e", "company": "c"}
    yield (
        Connection,
        iter([{"name": "default", "enabled": True, "facts": {}, "tested_at": NOW, **required, **_SECRETS}]),
    )
    names = ("CURRENCY", "CUSTOMER", "VENDOR", "CONTACT", "ITEM")
    yield IntegrationTableMapping, ({"connection": "default", "name": name, "synchronized_at": NOW} for name in names)
    yield SynchJob, map(_job, range(couplings // JOB_OF + 1))
    yield Coupling, map(_coupling, range(couplings))
    yield HistoryEntry, (_past(number % couplings, number) for number in range(couplings * HISTORY))
    waiting = range(ALIVE // 2, couplings, WAITING)
    yield ConflictEntry, (_conflict(number) for number in waiting)
    yield (
        ConflictEntry,
        ({**_conflict(number), "closed_at": NOW, "resolution": "agreed"} for number in range(couplings)),
    )
    yield FailedRecord, (_failed(number + 1) for number in waiting)
    yield SynchJobError, (_error(number) for number in range(couplings))


_SECRETS = {"client_secret": "s", "bc_url": "https://bc.example", "sales_url": "https://x.crm4.dynamics.com"}
_SECRETS |= {"token_url": "https://login.example"}


def _coupling(number: int) -> dict[str, Any]:
    kind = (number - ALIVE // 2) % WAITING
    code = {0: "update_conflict", 1: "value_refused"}.get(kind)
    is_first = kind == 3
    return {
        **KEY,
        "id": number + 1,
        "bc_id": bc_id(number),
        "sales_id": sales_id(number),
        "bc_number": f"C{number:06d}",
        "bc_title": _name(number),
        "sales_title": _name(number),
        "search_text": f"c{number:06d} {_name(number).casefold()}",
        "bc_etag": None if is_first else "1",
        "sales_etag": None if is_first else "1",
        "bc_values": None if is_first else _bc(number),
        "sales_values": None if is_first else _sales(number),
        "unsettled": code is not None or is_first,
        "paused": kind == 2,
        "error_code": code,
        "error_message": "It did not get across." if code else None,
        "job_id": _job_id(number // JOB_OF),
        "created_at": NOW,
        "synchronized_at": NOW,
    }


def _job_id(number: int) -> str:
    return f"00000000-0000-4000-a000-{number:012d}"


def _job(number: int) -> dict[str, Any]:
    at = NOW + timedelta(minutes=number)
    told = {"state": "finished", "direction": "bidirectional", "modified": JOB_OF, "done": JOB_OF, "payload": {}}
    return {**KEY, "id": _job_id(number), "created_at": at, "started_at": at, "finished_at": at, **told}


def _past(number: int, id: int) -> dict[str, Any]:
    return {
        **KEY,
        "id": id + 1,
        "job_id": _job_id(number // JOB_OF),
        "bc_id": bc_id(number),
        "sales_id": sales_id(number),
        "side": "sales",
        "action": "modify",
        "fields": {"address1_city": ["Aarhus", "Odense"]},
        "reason": "changed",
        "at": NOW,
    }


def _conflict(number: int) -> dict[str, Any]:
    values = {"field": "city", "base_bc": "Odense", "base_sales": "Odense", "bc": "Aarhus", "sales": "Skagen"}
    opened = {"closed_at": None, "resolution": None, "opened_at": NOW, "job_id": _job_id(0)}
    return {**KEY, "coupling_id": number + 1, "kind": "update", "fields": [values], **opened}


_REFUSED = {"code": "value_refused", "message": "The value is refused.", "hint": "Correct it.", "facts": {}}


def _failed(number: int) -> dict[str, Any]:
    tried = {"error_class": "permanent", "first_failed_at": NOW, "last_failed_at": NOW, "skipped": number % 2 == 0}
    ends = {"side": "bc", "record_id": bc_id(number), "coupling_id": number + 1, "title": _name(number)}
    return {**KEY, **ends, **_REFUSED, **tried}


def _error(number: int) -> dict[str, Any]:
    ends = {"job_id": _job_id(number // JOB_OF), "bc_id": bc_id(number), "sales_id": sales_id(number)}
    return {**KEY, **ends, "title": _name(number), **_REFUSED, "created_at": NOW}
