"""What else a person may do about records that did not get across: part them, bring a lost partner back, or delete."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import and_, or_, select

from flask_coupling.core.conflict import DeletionConflictResolution
from flask_coupling.core.side import Side
from flask_coupling.errors import InputInvalid
from flask_coupling.globals import current_coupling
from flask_coupling.models import Coupling, FailedRecord, JobKind, SynchJobError
from flask_coupling.permissions import require
from flask_coupling.sync.link import chunks

from .jobs import find_job
from .setting import enabled_connection, find_mapping
from .synchronization import start
from .uncoupling import remove_and_free
from .views import JobErrorView, JobView

DECISIONS = (DeletionConflictResolution.RESTORE_RECORD, DeletionConflictResolution.DELETE_RECORD)
"""What may become of failed records whose partner was deleted; removing the coupling is `uncouple_failed`."""


def uncouple_failed(connection: str, ids: Sequence[int]) -> int:
    """Remove the couplings of these failed records, which are then no failures any more; returns how many there were.

    Both records stay, and get no new partner until a person asks.
    """
    require("couple", connection=connection)
    enabled_connection(connection)
    return remove_and_free(connection, list(_couplings_of(connection, ids)))


def uncouple_lines(connection: str, job: str, ids: Sequence[int]) -> int:
    """Remove the couplings that these lines of a job's log are about, as far as they still exist."""
    require("couple", connection=connection)
    enabled_connection(connection)
    lines = SynchJobError.id.in_(_checked(ids)), SynchJobError.job_id == find_job(connection, job).id
    same_end = or_(Coupling.bc_id == SynchJobError.bc_id, Coupling.sales_id == SynchJobError.sales_id)
    of_line = (Coupling.connection == SynchJobError.connection, Coupling.mapping == SynchJobError.mapping, same_end)
    query = select(Coupling.id).join(SynchJobError, and_(*of_line)).where(*lines).distinct()
    return remove_and_free(connection, list(current_coupling.session.scalars(query)))


def waiting_lines(connection: str, lines: Sequence[JobErrorView]) -> dict[int, int]:
    """Return, by line of a job's log, the failed record that it is about; lines that healed are left out."""
    require("view", connection=connection)
    row = FailedRecord
    ends = {Side.BC: [each.bc_id for each in lines], Side.SALES: [each.sales_id for each in lines]}
    of_line = or_(*((row.side == side.value) & row.record_id.in_(set(filter(None, ids))) for side, ids in ends.items()))
    query = select(row.mapping, row.side, row.record_id, row.id).where(row.connection == connection, of_line)
    waiting = {tuple(key): id for *key, id in current_coupling.session.execute(query)}
    found = {each.id: _failure_of(each, waiting) for each in lines}
    return {line: id for line, id in found.items() if id is not None}


def _failure_of(line: JobErrorView, waiting: Mapping[tuple[str, ...], int]) -> int | None:
    keys = ((line.mapping, "bc", line.bc_id or ""), (line.mapping, "sales", line.sales_id or ""))
    return next((waiting[key] for key in keys if key in waiting), None)


def decide_failed(connection: str, ids: Sequence[int], decision: str) -> list[JobView]:
    """Bring the deleted partners of these failed records back (restore_record), or delete the records too.

    One job for each table mapping; a pair of which no record was deleted is only synchronized. Raises InputInvalid
    when none of them is coupled.
    """
    require("synchronize", connection=connection)
    enabled_connection(connection)
    if decision not in DECISIONS:
        detail = f"choose one of {', '.join(DECISIONS)}"
        raise InputInvalid(detail=detail, errors={"decision": [detail]})
    found: dict[str, list[int]] = {}
    for part in chunks(_couplings_of(connection, ids)):
        query = select(Coupling.mapping, Coupling.id).where(Coupling.id.in_(part)).order_by(Coupling.id)
        for mapping, id in current_coupling.session.execute(query):
            found.setdefault(mapping, []).append(id)
    if not found:
        detail = "none of the selected records is coupled"
        raise InputInvalid(detail=detail, errors={"ids": ["There is no partner to restore or to follow."]})
    return [_decide(connection, mapping, couplings, decision) for mapping, couplings in sorted(found.items())]


def _decide(connection: str, mapping: str, couplings: list[int], decision: str) -> JobView:
    payload: dict[str, Any] = {"coupling_ids": couplings, "resolution": None, "deletion": decision}
    direction = find_mapping(connection, mapping).direction.value
    return start(connection, mapping, JobKind.SYNCHRONIZATION, direction, payload, inline=False)


def _couplings_of(connection: str, ids: Sequence[int]) -> list[int]:
    found: dict[int, None] = {}
    for part in chunks(_checked(ids)):
        query = select(FailedRecord.coupling_id).where(
            FailedRecord.connection == connection, FailedRecord.id.in_(part), FailedRecord.coupling_id.is_not(None)
        )
        found.update((id, None) for id in current_coupling.session.scalars(query) if id is not None)
    return list(found)


def _checked(ids: Sequence[int]) -> list[int]:
    if not ids:
        raise InputInvalid(detail="no records are selected", errors={"ids": ["Select at least one record."]})
    return list(dict.fromkeys(ids))
