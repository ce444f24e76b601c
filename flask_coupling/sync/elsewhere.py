"""Records that another table mapping has coupled: two mappings that divide a table never take each other's."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from flask_coupling.core.record import Record
from flask_coupling.core.side import Side
from flask_coupling.errors import AlreadyCoupled

from .link import chunks, couplings
from .match_first import match_first
from .reasons import skip_with
from .run import Run


def coupled_elsewhere(run: Run, side: Side, ids: Sequence[str]) -> dict[str, str]:
    """Those of these records that belong to another table mapping, with their partner there and its caption."""
    sharing = {each.name: each.caption for each in run.others.values() if each.competes(run.mapping, side)}
    c = couplings.c
    column, title = (c.bc_id, c.sales_title) if side is Side.BC else (c.sales_id, c.bc_title)
    query = select(column, title, c.mapping).where(c.connection == run.ledger.connection, c.mapping.in_(sharing))
    parts = (query.where(column.in_(part)) for part in chunks(ids if sharing else []))
    rows = [row for part in parts for row in run.ledger.session.execute(part)]
    return {id: f"{partner} ({sharing[mapping]})" for id, partner, mapping in rows}


def find_free(run: Run, side: Side, records: list[Record]) -> list[Record]:
    """Those of these new records that are not coupled with an equal one now.

    The run has doubts of those that belong to another table mapping: they wait until that lets go of them.
    """
    taken = coupled_elsewhere(run, side, [each.id for each in records])
    if not taken:
        return match_first(run, side, records)
    title = run.mapping.table(side).title
    for record in records:
        if record.id in taken:
            error = AlreadyCoupled(record=str(record.values.get(title) or record.id), partner=taken[record.id])
            run.doubts = {**run.doubts, (side, record.id): skip_with(error, side)}
    others = [record for record in records if record.id in taken]
    return [*others, *match_first(run, side, [record for record in records if record.id not in taken])]
