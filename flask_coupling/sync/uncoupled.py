"""Records whose coupling was removed: without a partner until a person asks for one, but not without a memory."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, literal, select, update
from sqlalchemy.orm import Session, scoped_session

from flask_coupling.core.side import Side
from flask_coupling.models import UncoupledRecord, table_of

from .link import Link, chunks, couplings

uncoupled = table_of(UncoupledRecord)


def leave_alone(session: Session | scoped_session[Session], coupling_ids: Sequence[int], now: datetime) -> None:
    """Remember both records of couplings that are about to be removed; the caller commits."""
    for part in chunks(coupling_ids):
        for side in Side:
            _remember(session, part, side, now)


def _remember(session: Session | scoped_session[Session], ids: Sequence[int], side: Side, now: datetime) -> None:
    u, c = uncoupled.c, couplings.c
    record_id, partner_id = c[f"{side.value}_id"], c[f"{side.other.value}_id"]
    chosen = (c.id.in_(ids), c.connection == u.connection, c.mapping == u.mapping, record_id == u.record_id)
    session.execute(delete(uncoupled).where(u.side == side.value, select(c.id).where(*chosen).exists()))
    when = literal(now, uncoupled.c.removed_at.type)
    agreed = (c[f"{side.value}_etag"], c[f"{side.value}_values"])
    told = (c.connection, c.mapping, literal(side.value), record_id, partner_id, *agreed, when)
    rows = select(*told).where(c.id.in_(ids))
    names = ["connection", "mapping", "side", "record_id", "partner_id", "etag", "values", "removed_at"]
    session.execute(insert(uncoupled).from_select(names, rows))


def agree_as_before(session: Session | scoped_session[Session], links: Iterable[Link]) -> set[int]:
    """Give couplings of former partners the baseline they had; returns which got one. The caller commits."""
    restored: set[int] = set()
    for link in links:
        parts = {side: _last_agreement(session, link, side) for side in Side}
        if all(parts.values()):
            values = {name: value for part in parts.values() for name, value in part.items()}
            session.execute(update(couplings).where(couplings.c.id == link.id).values(**values, source=None))
            restored.add(link.id)
    return restored


def _last_agreement(session: Session | scoped_session[Session], link: Link, side: Side) -> dict[str, Any]:
    """What one side of a coupling held when it was last coupled with the same partner, as the coupling's columns."""
    u, c = uncoupled.c, couplings.c
    of_mapping = (c.id == link.id, u.connection == c.connection, u.mapping == c.mapping, u.side == side.value)
    both = (u.record_id == link.id_of(side), u.partner_id == link.id_of(side.other))
    row = session.execute(select(u.etag, u["values"]).where(*of_mapping, *both, u.etag.is_not(None))).first()
    return {} if row is None else {f"{side.value}_etag": row[0], f"{side.value}_values": row[1]}


def left_alone(
    session: Session | scoped_session[Session], key: Mapping[str, str], side: Side, ids: Sequence[str]
) -> set[str]:
    """Those of these records of one side whose coupling was removed."""
    of_side = (*(uncoupled.c[name] == value for name, value in key.items()), uncoupled.c.side == side.value)
    query = select(uncoupled.c.record_id).where(*of_side)
    if not ids or session.scalar(query.limit(1)) is None:
        return set()  # as nearly always
    return {id for part in chunks(ids) for id in session.scalars(query.where(uncoupled.c.record_id.in_(part)))}
