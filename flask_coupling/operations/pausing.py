"""Pause couplings, so that no run touches their records, and let them go on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import CursorResult, select, update

from flask_coupling.errors import CouplingPaused
from flask_coupling.globals import current_coupling
from flask_coupling.models import Coupling
from flask_coupling.permissions import require
from flask_coupling.sync.link import chunks

from .setting import enabled_connection


def pause(connection: str, ids: Sequence[int]) -> int:
    """Leave both records of these couplings alone until they are resumed; returns how many were not paused before."""
    return _set(connection, ids, Coupling.paused.is_(False), {"paused": True})


def resume(connection: str, ids: Sequence[int]) -> int:
    """Let these couplings go on; returns how many were paused.

    The next run looks at both records: what changed meanwhile, on either side, is not lost.
    """
    return _set(connection, ids, Coupling.paused.is_(True), {"paused": False, "unsettled": True})


def _set(connection: str, ids: Sequence[int], condition: Any, values: dict[str, bool]) -> int:
    require("couple", connection=connection)
    enabled_connection(connection)
    count = 0
    for part in chunks(list(dict.fromkeys(ids))):
        statement = update(Coupling).where(Coupling.connection == connection, Coupling.id.in_(part), condition)
        done = current_coupling.session.execute(statement.values(values).execution_options(synchronize_session=False))
        count += done.rowcount if isinstance(done, CursorResult) else 0
    current_coupling.session.commit()
    return count


def without_paused(ids: Sequence[int]) -> list[int]:
    """These couplings but for the paused ones, in the same order; raises CouplingPaused when all of them are."""
    paused: dict[int, str] = {}
    for part in chunks(ids):
        query = select(Coupling.id, Coupling.bc_title, Coupling.sales_title)
        rows = current_coupling.session.execute(query.where(Coupling.id.in_(part), Coupling.paused))
        paused |= {row.id: row.bc_title or row.sales_title for row in rows}
    if ids and len(paused) == len(ids):
        raise CouplingPaused(record=paused[ids[0]] or str(ids[0]), coupling_id=ids[0])
    return [id for id in ids if id not in paused]
