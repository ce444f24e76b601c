"""Records whose coupling was removed: they stay without a partner until a person asks for one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import delete, insert, literal, select
from sqlalchemy.orm import Session, scoped_session

from flask_coupling.core.side import Side
from flask_coupling.models import UncoupledRecord, table_of

from .link import chunks, couplings

uncoupled = table_of(UncoupledRecord)


def leave_alone(session: Session | scoped_session[Session], coupling_ids: Sequence[int], now: datetime) -> None:
    """Remember both records of couplings that are about to be removed; the caller commits."""
    for part in chunks(coupling_ids):
        for side in Side:
            _remember(session, part, side, now)


def _remember(session: Session | scoped_session[Session], ids: Sequence[int], side: Side, now: datetime) -> None:
    u, c = uncoupled.c, couplings.c
    record_id = c.bc_id if side is Side.BC else c.sales_id
    chosen = (c.id.in_(ids), c.connection == u.connection, c.mapping == u.mapping, record_id == u.record_id)
    session.execute(delete(uncoupled).where(u.side == side.value, select(c.id).where(*chosen).exists()))
    when = literal(now, uncoupled.c.removed_at.type)
    rows = select(c.connection, c.mapping, literal(side.value), record_id, when).where(c.id.in_(ids))
    names = ["connection", "mapping", "side", "record_id", "removed_at"]
    session.execute(insert(uncoupled).from_select(names, rows))


def left_alone(
    session: Session | scoped_session[Session], key: Mapping[str, str], side: Side, ids: Sequence[str]
) -> set[str]:
    """Those of these records of one side whose coupling was removed."""
    of_side = (*(uncoupled.c[name] == value for name, value in key.items()), uncoupled.c.side == side.value)
    query = select(uncoupled.c.record_id).where(*of_side)
    if not ids or session.scalar(query.limit(1)) is None:
        return set()  # as nearly always
    return {id for part in chunks(ids) for id in session.scalars(query.where(uncoupled.c.record_id.in_(part)))}
