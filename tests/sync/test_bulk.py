"""Rows stored in bulk are the same as rows stored through SQLAlchemy, on every database."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from flask_coupling.models import Connection, Coupling, HistoryEntry, table_of
from flask_coupling.sync.bulk import insert_rows, update_rows, was
from flask_coupling.sync.link import coupled_with, read_links, read_unseen
from flask_coupling.sync.seen import Seen

NOW = datetime(2026, 1, 2, 3, 4, 5, 678901, tzinfo=UTC)
couplings = table_of(Coupling)
COMMON = {"connection": "default", "mapping": "CUSTOMER", "created_at": NOW, "job_id": None}


@pytest.fixture(params=["sqlite", "postgresql"])
def session(request: pytest.FixtureRequest) -> Iterator[Session]:
    """A session on each database, where a connection exists."""
    name = "database_url" if request.param == "sqlite" else "migrated_postgres"
    engine = sa.create_engine(request.getfixturevalue(name))
    table = table_of(Connection)
    texts = {c.name: "" for c in table.columns if isinstance(c.type, sa.String) and not c.nullable}
    with Session(engine) as session:
        session.execute(sa.insert(table), [{**texts, "name": "default", "enabled": True}])
        yield session
    engine.dispose()


def row(number: int, **values: Any) -> dict[str, Any]:
    told = {"bc_id": f"b{number}", "sales_id": f"s{number}", "bc_values": {"name": "Æ'%s:x?"}, "unsettled": False}
    return {**told, **values}


def stored(session: Session) -> list[Coupling]:
    session.expire_all()
    return list(session.scalars(sa.select(Coupling).order_by(Coupling.bc_id)))


def test_rows_are_stored_with_common_values_and_the_defaults_of_the_rest(session: Session) -> None:
    insert_rows(session, couplings, [row(1), row(2, bc_values=None)], COMMON)
    first, second = stored(session)
    assert (first.connection, first.created_at, first.bc_values) == ("default", NOW, {"name": "Æ'%s:x?"})
    assert (first.unsettled, first.paused, first.bc_title, first.error_code) == (False, False, "", None)
    assert second.bc_values is None


def test_rows_are_changed_by_their_ids_and_no_others(session: Session) -> None:
    insert_rows(session, couplings, [row(1), row(2), row(3)], COMMON)
    ids = [each.id for each in stored(session)]
    told = {"bc_values": {"name": "new"}, "unsettled": True, "synchronized_at": NOW}
    update_rows(session, couplings, [{"b_id": id, **told} for id in ids[:2]])
    assert [(each.unsettled, each.synchronized_at) for each in stored(session)] == [
        (True, NOW),
        (True, NOW),
        (False, None),
    ]
    assert [each.bc_values for each in stored(session)] == [{"name": "new"}, {"name": "new"}, {"name": "Æ'%s:x?"}]


def test_a_row_that_is_not_as_it_was_any_more_is_left_and_not_counted(session: Session) -> None:
    insert_rows(session, couplings, [row(1, bc_etag="1"), row(2, bc_etag=None), row(3, bc_etag="other")], COMMON)
    ids = [each.id for each in stored(session)]
    held = ["1", None, None]
    rows = [{"b_id": id, "bc_etag": "2", was("bc_etag"): etag} for id, etag in zip(ids, held, strict=True)]
    assert update_rows(session, couplings, rows) == 2
    assert [each.bc_etag for each in stored(session)] == ["2", "2", "other"]


def test_the_rows_given_stay_as_they_were_so_that_they_can_be_tried_one_by_one(session: Session) -> None:
    rows = [row(1), row(1)]
    with pytest.raises(IntegrityError), session.begin_nested():
        insert_rows(session, couplings, rows, COMMON)
    assert rows == [row(1), row(1)]
    insert_rows(session, couplings, rows[:1], COMMON)
    assert [each.bc_id for each in stored(session)] == ["b1"]


def test_what_is_written_belongs_to_the_session_and_goes_with_its_transaction(session: Session) -> None:
    session.commit()
    insert_rows(session, couplings, [row(1)], COMMON)
    session.rollback()
    assert stored(session) == []


def test_no_rows_need_no_statement(session: Session) -> None:
    insert_rows(session, table_of(HistoryEntry), [])
    update_rows(session, couplings, [])
    assert stored(session) == []


def test_a_naive_time_is_refused_as_anywhere(session: Session) -> None:
    with pytest.raises(ValueError, match="naive"):
        insert_rows(session, couplings, [row(1)], {**COMMON, "created_at": NOW.replace(tzinfo=None)})


@pytest.mark.parametrize("asked", [0, 1, 100, 101, 500, 501, 1100])
def test_couplings_are_found_among_any_number_of_ids(session: Session, asked: int) -> None:
    insert_rows(session, couplings, [row(number) for number in range(700)], COMMON)
    wanted = [f"b{number}" for number in range(300, 300 + asked)]
    found = read_links(session, "default", "CUSTOMER", "bc_id", wanted)
    assert sorted(link.bc_id for link in found) == sorted(wanted[:400])
    assert all(link.sales_id == f"s{link.bc_id[1:]}" and not link.unsettled for link in found)
    ids = [link.id for link in found]
    assert sorted(read_links(session, "default", "CUSTOMER", "id", ids)) == sorted(found)
    assert read_links(session, "default", "VENDOR", "bc_id", wanted) == []


def test_only_couplings_that_were_not_seen_are_unseen(session: Session) -> None:
    insert_rows(session, couplings, [row(number) for number in range(9)], COMMON)
    ids = [each.id for each in stored(session)]
    seen, key = Seen(ids[7]), {"connection": "default", "mapping": "CUSTOMER"}
    seen.add_all(coupled_with(session, key, "sales_id", ["s0", "s1", "s5", "s99"]))
    found = read_unseen(session, "default", "CUSTOMER", "sales_id", seen)
    assert sorted(found) == [id for place, id in enumerate(ids) if place not in (0, 1, 5, 8)]
