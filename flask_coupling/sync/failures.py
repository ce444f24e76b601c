"""Keep a row for each uncoupled record that failed, until it is coupled."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, insert, select, update
from sqlalchemy.orm import Session, scoped_session

from flask_coupling.core.side import Side
from flask_coupling.models import FailedRecord, table_of

from .link import chunks
from .work import Work

failed = table_of(FailedRecord)

AnySession = Session | scoped_session[Session]


def failed_ids(session: AnySession, key: Mapping[str, str], side: Side) -> list[str]:
    """The ids of one side's records whose last attempt failed."""
    query = select(failed.c.record_id).where(*_of(key), failed.c.side == side).order_by(failed.c.id)
    return list(session.scalars(query))


def record_failures(
    session: AnySession,
    key: Mapping[str, str],
    job_id: str,
    works: Sequence[tuple[Work, dict[str, Any] | None]],
    now: datetime,
) -> None:
    """Note the uncoupled records that failed (each work comes with its error row), forget those that did not.

    A record nothing was planned for (it is coupled already, or is not there) is left out.
    """
    strangers = [(*_end(work), row) for work, row in works if work.link is None and work.plan.actions]
    for side in Side:
        mine = {id: row for end, id, row in strangers if end is side}
        known = _known(session, key, side, list(mine))
        cured = [id for id, row in mine.items() if row is None and id in known]
        forget_failures(session, key, side, cured)
        fresh = [_new_row(key, side, id, row, now) for id, row in mine.items() if row is not None and id not in known]
        if fresh:
            session.execute(insert(failed), fresh)
        again = [
            {"b_id": known[id], "last_failed_at": now, "job_id": job_id, **_told(row)}
            for id, row in mine.items()
            if row is not None and id in known
        ]
        if again:
            names = [name for name in again[0] if name != "b_id"]
            values: dict[str, Any] = {name: bindparam(name) for name in names}
            values["attempts"] = failed.c.attempts + 1
            session.execute(update(failed).where(failed.c.id == bindparam("b_id")).values(values), again)


def _end(work: Work) -> tuple[Side, str]:
    """The side and id of the record a partner was to be made for."""
    pair = work.plan.pair
    if pair.bc is not None:
        return Side.BC, pair.bc.id
    assert pair.sales is not None
    return Side.SALES, pair.sales.id


def _of(key: Mapping[str, str]) -> tuple[Any, Any]:
    return failed.c.connection == key["connection"], failed.c.mapping == key["mapping"]


def _known(session: AnySession, key: Mapping[str, str], side: Side, ids: Sequence[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for part in chunks(ids):
        query = select(failed.c.record_id, failed.c.id).where(
            *_of(key), failed.c.side == side, failed.c.record_id.in_(part)
        )
        found.update((row.record_id, row.id) for row in session.execute(query))
    return found


def forget_failures(session: AnySession, key: Mapping[str, str], side: Side, ids: Sequence[str]) -> None:
    """Delete the rows of these records of one side."""
    for part in chunks(ids):
        session.execute(delete(failed).where(*_of(key), failed.c.side == side, failed.c.record_id.in_(part)))


def _told(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: row[name] for name in ("title", "code", "message", "hint", "facts")}


def _new_row(key: Mapping[str, str], side: Side, id: str, row: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    times = {"first_failed_at": now, "last_failed_at": now, "attempts": 1}
    return {**key, "side": side.value, "record_id": id, "job_id": row["job_id"], **times, **_told(row)}
