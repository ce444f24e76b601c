"""The column types of our own: encrypted text, UTC times, JSON."""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta, timezone

import pytest
import sqlalchemy as sa
from cryptography.fernet import Fernet
from flask import Flask

from flask_coupling.globals import current_coupling
from flask_coupling.models import Connection, SynchJob
from flask_coupling.models.encrypted import UNREADABLE, make_cipher
from tests.conftest import MakeApp

SECRET = "s3cr3t-canary-æøå"


def store_secret(app: Flask) -> str:
    """Store a connection with the secret, and return what stands in the database."""
    with app.app_context():
        session = current_coupling.session
        session.add(Connection(name="default", client_secret=SECRET))
        session.commit()
        raw = session.execute(sa.text("SELECT client_secret FROM coupling_connection")).scalar_one()
    return str(raw)


def read_secret(app: Flask) -> str | None:
    with app.app_context():
        return current_coupling.session.scalar(sa.select(Connection.client_secret))


def test_a_secret_is_encrypted_in_the_database_and_read_as_it_was(app: Flask) -> None:
    raw = store_secret(app)
    assert SECRET not in raw and raw.startswith("gAAAA")
    assert read_secret(app) == SECRET


def test_keys_are_rotated_by_putting_a_new_one_first(make_app: MakeApp) -> None:
    old, new = Fernet.generate_key().decode(), Fernet.generate_key().decode()
    raw = store_secret(make_app(COUPLING_SECRET_KEYS=[old]))
    rotated = make_app(COUPLING_SECRET_KEYS=[new, old])
    assert read_secret(rotated) == SECRET
    assert read_secret(make_app(COUPLING_SECRET_KEYS=[new])) == UNREADABLE
    fresh = make_cipher([new, old]).rotate(raw.encode()).decode()
    with rotated.app_context():
        current_coupling.session.execute(sa.text("UPDATE coupling_connection SET client_secret = :it"), {"it": fresh})
        current_coupling.session.commit()
    assert read_secret(make_app(COUPLING_SECRET_KEYS=[new])) == SECRET


def test_the_secret_stands_in_no_statement_that_is_logged(app: Flask, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "sqlalchemy.engine.Engine")
    store_secret(app)
    assert "INSERT INTO coupling_connection" in caplog.text
    assert SECRET not in caplog.text


def test_no_secret_stays_none(app: Flask) -> None:
    with app.app_context():
        current_coupling.session.add(Connection(name="default"))
        current_coupling.session.commit()
        assert "secret" not in repr(current_coupling.session.get(Connection, "default"))
    assert read_secret(app) is None


def test_times_come_back_in_utc_whatever_zone_they_had(app: Flask) -> None:
    there = datetime(2026, 3, 1, 1, 30, tzinfo=timezone(timedelta(hours=2)))
    with app.app_context():
        session = current_coupling.session
        session.add(Connection(name="default", tested_at=there))
        session.commit()
        session.expire_all()
        found = session.get(Connection, "default")
        assert found is not None and found.tested_at == there and found.tested_at.tzinfo is UTC
        assert session.scalar(sa.select(Connection.name).where(Connection.tested_at == there)) == "default"


def test_a_time_without_zone_is_refused(app: Flask) -> None:
    with app.app_context(), pytest.raises(sa.exc.StatementError, match="naive"):
        current_coupling.session.add(Connection(name="default", tested_at=datetime(2026, 3, 1)))
        current_coupling.session.commit()


def test_json_keeps_text_of_every_script_and_null_apart_from_empty(app: Flask) -> None:
    payload = {"name": "Ærø 東京 🚲", "ids": [1, 2], "none": None}
    with app.app_context():
        session = current_coupling.session
        job = {"connection": "default", "mapping": "CUSTOMER", "direction": "to_sales", "created_at": datetime.now(UTC)}
        session.execute(sa.insert(SynchJob).values(id="full", payload=payload, **job))
        session.execute(sa.insert(SynchJob).values(id="empty", payload={}, **job))
        session.commit()
        assert dict(session.execute(sa.select(SynchJob.id, SynchJob.payload)).all()) == {"full": payload, "empty": {}}
