"""Create the partner of a record on the other side: of one at once, of many in a job."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from flask_coupling.core.mapping import TableMapping
from flask_coupling.core.side import Side, direction_from
from flask_coupling.errors import CouplingError, InputInvalid, RecordError
from flask_coupling.globals import current_coupling
from flask_coupling.models import JobKind, SynchJobError
from flask_coupling.permissions import require

from .ends import already_coupled, checked_end, couplings_of_records, is_alive, remove_couplings
from .setting import enabled_connection, find_whole, parse_side, services_for
from .show import show_coupling
from .synchronization import checked_direction, start
from .views import CouplingResult, JobView


def create_partner(
    connection: str, mapping: str, side: str, id: str, *, couple_dependencies: bool = False
) -> CouplingResult:
    """Create the partner of a record of `side` on the other side, and couple the two.

    `couple_dependencies` couples or creates first what the record refers to. Raises what kept it from being created:
    AlreadyCoupled, RecordNotFound, OutsideFilter, ReferenceMissing, or what the service said.
    """
    require("couple", connection=connection, mapping=mapping)
    row, found, where = enabled_connection(connection), find_whole(connection, mapping), parse_side(side)
    services = services_for(row, found)
    record = services.of(where).get(services.view(where), id)
    records = {(where, id): record} if record is not None else {}
    end = checked_end(services, where, id, records)
    for taken in couplings_of_records(connection, found, where, id):
        if is_alive(services, where.other, taken):
            raise already_coupled(found, where, end, taken)
        remove_couplings([taken.id])
    current_coupling.session.commit()
    payload = _creating(where, [id], couple_dependencies)
    job = start(connection, mapping, JobKind.SYNCHRONIZATION, _from(found, where), payload, inline=True)
    made = couplings_of_records(connection, found, where, id)
    if not made:
        raise job_error(job)
    return CouplingResult(show_coupling(made[0]), job)


def create_partners(
    connection: str, mapping: str, side: str, ids: Sequence[str], *, couple_dependencies: bool = False
) -> JobView:
    """Start a job that creates the partners of these records of `side`; coupled ones are refused by name in its log.

    `couple_dependencies` couples or creates first what the records refer to.
    """
    require("couple", connection=connection, mapping=mapping)
    enabled_connection(connection)
    found, where = find_whole(connection, mapping), parse_side(side)
    if not ids:
        raise InputInvalid(detail="no records are selected", errors={"ids": ["Select at least one record."]})
    payload = _creating(where, list(dict.fromkeys(ids)), couple_dependencies)
    return start(connection, mapping, JobKind.SYNCHRONIZATION, _from(found, where), payload, inline=False)


def create_all_partners(
    connection: str, mapping: str, side: str, search: str = "", *, couple_dependencies: bool = False
) -> JobView:
    """Start a job that creates a partner for each record of `side` that a search finds and that has none yet.

    `couple_dependencies` couples or creates first what the records refer to.
    """
    require("couple", connection=connection, mapping=mapping)
    enabled_connection(connection)
    found, where = find_whole(connection, mapping), parse_side(side)
    payload: dict[str, Any] = {"side": where.value, "search": search.strip(), "resolution": None}
    payload["couple_dependencies"] = couple_dependencies
    return start(connection, mapping, JobKind.SYNCHRONIZATION, _from(found, where), payload, inline=False)


def _from(mapping: TableMapping, side: Side) -> str:
    return checked_direction(mapping, direction_from(side).value).value


def _creating(side: Side, ids: list[str], couple_dependencies: bool) -> dict[str, Any]:
    return {"side": side.value, "ids": ids, "resolution": None, "couple_dependencies": couple_dependencies}


def job_error(job: JobView) -> CouplingError:
    """What a run of one record failed with."""
    query = select(SynchJobError).where(SynchJobError.job_id == job.id).order_by(SynchJobError.id)
    row = current_coupling.session.scalars(query).first()
    if row is None:
        return RecordError(detail=job.message or "The partner was not created.")
    return StoredError(row)


class StoredError(RecordError):
    """An error as it was written down in a job's log."""

    template = "{detail}"
    advice = "{next_step}"

    def __init__(self, row: SynchJobError) -> None:
        self.code = row.code  # type: ignore[misc]
        super().__init__(detail=row.message, next_step=row.hint, job_id=row.job_id, **_facts(row))


def _facts(row: SynchJobError) -> dict[str, Any]:
    own = ("detail", "next_step", "job_id", "retry_after")
    return {name: value for name, value in (row.facts or {}).items() if name not in own}
