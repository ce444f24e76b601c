"""Savepoints."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from flask_coupling.models import Connection
from flask_coupling.models.savepoint import savepoint


@pytest.fixture(params=["sqlite", "postgres"])
def session(request: pytest.FixtureRequest, database_url: str) -> Iterator[Session]:
    url = database_url if request.param == "sqlite" else request.getfixturevalue("migrated_postgres")
    engine = sa.create_engine(url)
    with Session(engine) as session:
        yield session
    engine.dispose()


def names(session: Session) -> list[str]:
    return list(session.scalars(sa.select(Connection.name).order_by(Connection.name)))


def add(session: Session, name: str) -> None:
    session.execute(sa.insert(Connection).values(name=name))


def test_what_a_savepoint_kept_is_still_undone_with_its_transaction(session: Session) -> None:
    with savepoint(session):
        add(session, "first")
    assert names(session) == ["first"]
    session.rollback()
    assert names(session) == []


def test_a_failed_savepoint_leaves_what_was_done_before_and_after(session: Session) -> None:
    add(session, "before")
    with pytest.raises(IntegrityError), savepoint(session):
        add(session, "inside")
        add(session, "inside")
    add(session, "after")
    session.commit()
    assert names(session) == ["after", "before"]
