"""Records whose coupling was removed: without a partner until a person asks for one, but not without a memory."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, literal, select
from sqlalchemy.orm import Session, scoped_session

from flask_coupling.core.side import Side
from flask_coupling.models import UncoupledRecord, table_of

from .bulk import update_rows, was
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


def agree_as_before(
    session: Session | scoped_session[Session], key: Mapping[str, str], links: Sequence[Link]
) -> set[int]:
    """Give couplings of former partners, which have none yet, the baseline they had; the ids of those that got one.

    The caller commits.
    """
    agreed = {side: _last_agreements(session, key, side, [link.id_of(side) for link in links]) for side in Side}
    rows = []
    for link in links:
        bc = agreed[Side.BC].get((link.bc_id, link.sales_id))
        sales = agreed[Side.SALES].get((link.sales_id, link.bc_id))
        if bc is not None and sales is not None:
            etags, values = {"bc_etag": bc[0], "sales_etag": sales[0]}, {"bc_values": bc[1], "sales_values": sales[1]}
            rows.append({"b_id": link.id, **etags, **values, "source": None, was("bc_etag"): None})
    update_rows(session, couplings, rows)
    return {row["b_id"] for row in rows}


def _last_agreements(
    session: Session | scoped_session[Session], key: Mapping[str, str], side: Side, ids: Sequence[str]
) -> dict[tuple[str, str], tuple[str, Any]]:
    """Etag and values of these records when they last agreed with a partner they have no more, by both ids."""
    c = uncoupled.c
    of_side = (*(c[name] == value for name, value in key.items()), c.side == side.value, c.etag.is_not(None))
    query = select(c.record_id, c.partner_id, c.etag, c["values"]).where(*of_side)
    parts = (session.execute(query.where(c.record_id.in_(part))) for part in chunks(ids))
    return {(row[0], row[1]): (row[2], row[3]) for part in parts for row in part}


def left_alone(
    session: Session | scoped_session[Session], key: Mapping[str, str], side: Side, ids: Sequence[str]
) -> set[str]:
    """Those of these records of one side whose coupling was removed."""
    of_side = (*(uncoupled.c[name] == value for name, value in key.items()), uncoupled.c.side == side.value)
    query = select(uncoupled.c.record_id).where(*of_side)
    if not ids or session.scalar(query.limit(1)) is None:
        return set()  # as nearly always
    return {id for part in chunks(ids) for id in session.scalars(query.where(uncoupled.c.record_id.in_(part)))}
