"""What ids in a message stand for: records that are coupled or failed, and jobs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sqlalchemy import select

from flask_coupling.core.side import Side
from flask_coupling.globals import current_coupling
from flask_coupling.models import Coupling, FailedRecord, SynchJob
from flask_coupling.permissions import allowed


@dataclass(frozen=True, slots=True)
class Named:
    """A record of `side` by its name or number; `side` None is a job, which has no title."""

    id: str
    mapping: str
    side: str | None
    title: str = ""


def name_ids(connection: str, ids: Iterable[str]) -> dict[str, Named]:
    """Return what these ids stand for, those that are known, as far as the caller may see it."""
    wanted = set(ids)
    if not wanted or not allowed("view", connection=connection):
        return {}
    found = {each.id: each for kind in (_jobs, _failed, _coupled) for each in kind(connection, wanted)}
    return {id: each for id, each in found.items() if allowed("view", connection=connection, mapping=each.mapping)}


def _jobs(connection: str, ids: set[str]) -> Iterator[Named]:
    query = select(SynchJob.id, SynchJob.mapping).where(SynchJob.connection == connection, SynchJob.id.in_(ids))
    yield from (Named(id, mapping, None) for id, mapping in current_coupling.session.execute(query))


def _failed(connection: str, ids: set[str]) -> Iterator[Named]:
    row = FailedRecord
    keys = row.connection == connection, row.mapping.in_(current_coupling.mappings), row.record_id.in_(ids)
    query = select(row.record_id, row.mapping, row.side, row.title).where(*keys, row.title != "")
    yield from (Named(*each) for each in current_coupling.session.execute(query))


def _coupled(connection: str, ids: set[str]) -> Iterator[Named]:
    row = Coupling
    for side, id, title in ((Side.BC, row.bc_id, row.bc_title), (Side.SALES, row.sales_id, row.sales_title)):
        keys = row.connection == connection, row.mapping.in_(current_coupling.mappings), id.in_(ids)
        for found, mapping, named, number in current_coupling.session.execute(
            select(id, row.mapping, title, row.bc_number).where(*keys)
        ):
            yield Named(found, mapping, side.value, named or number or found)
