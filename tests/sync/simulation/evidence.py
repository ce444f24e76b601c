"""What the engine says it did, compared with what the services saw; and nothing is done twice."""

from __future__ import annotations

from collections import Counter

import sqlalchemy as sa

from flask_coupling.models import Base, HistoryEntry, SynchJob, table_of
from flask_coupling.models.job import COUNTERS

from .history import Event
from .invariants import Broken

_KINDS = {"insert": "created", "modify": "updated", "delete": "deleted"}


def check_counters(connection: sa.Connection, job_id: str, events: list[Event]) -> None:
    """7: a job's counters add up, its history names each of its writes, and both agree with the services."""
    job = connection.execute(sa.select(table_of(SynchJob)).where(SynchJob.id == job_id)).one()._mapping
    told = {name: int(job[name]) for name in COUNTERS}
    if job["done"] != sum(told.values()) - told["coupled"]:
        raise Broken(f"7: job {job_id} is done with {job['done']}, and its counters are {told}")
    seen = Counter(event.kind for event in events)
    updates = seen["updated"]
    pairs = sum(told[name] for name in ("modified", "inserted", "failed", "skipped", "uncoupled"))
    if seen["created"] != told["inserted"] or (updates > 2 * pairs) or (told["modified"] and not updates):
        raise Broken(f"7: job {job_id} counts {told}, and the services saw {dict(seen)}")
    query = sa.select(HistoryEntry.action, HistoryEntry.side, HistoryEntry.bc_id, HistoryEntry.sales_id)
    entries = connection.execute(query.where(HistoryEntry.job_id == job_id, HistoryEntry.side.is_not(None))).all()
    listed = Counter((row.side, row.bc_id if row.side == "bc" else row.sales_id, _KINDS[row.action]) for row in entries)
    written = Counter((event.side.value, event.id, event.kind) for event in events)
    if missing := written - listed:
        raise Broken(f"7: job {job_id} wrote {missing}, which is not in its history")


def everything_stored(connection: sa.Connection) -> list[str]:
    """Every row of every table, to see whether anything changed."""
    return [str(row) for table in Base.metadata.sorted_tables for row in connection.execute(sa.select(table))]
