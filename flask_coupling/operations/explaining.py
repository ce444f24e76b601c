"""Why couplings want attention, with the facts that tell it in any language."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlalchemy import select

from flask_coupling.core.conflict import ConflictKind
from flask_coupling.core.side import Side
from flask_coupling.globals import current_coupling
from flask_coupling.models import ConflictEntry, FailedRecord
from flask_coupling.permissions import require

from .inbox import CONFLICT_CODES
from .views import CouplingView, Problem


def explain(connection: str, couplings: Sequence[CouplingView]) -> dict[int, Problem]:
    """Return the problem of each of these couplings that has one, by id: its open conflict's or failed record's."""
    require("view", connection=connection)
    told = {each.id: each for each in couplings if each.problem is not None}
    found = {each.id: each.problem for each in told.values() if each.problem is not None}
    found.update(_failed(list(told)))
    found.update(_in_conflict(told))
    return found


def _failed(ids: list[int]) -> Iterator[tuple[int, Problem]]:
    row = FailedRecord
    query = select(row.coupling_id, row.code, row.message, row.hint, row.facts).where(row.coupling_id.in_(ids))
    for id, code, message, hint, facts in current_coupling.session.execute(query.order_by(row.last_failed_at)):
        yield id, Problem(code, message, hint, facts or {})


def _in_conflict(told: dict[int, CouplingView]) -> Iterator[tuple[int, Problem]]:
    row = ConflictEntry
    query = select(row.coupling_id, row.kind, row.fields, row.missing)
    query = query.where(row.coupling_id.in_(list(told)), row.closed_at.is_(None))
    for id, kind, fields, missing in current_coupling.session.execute(query):
        view = told[id]
        facts = {"record": view.bc_title or view.sales_title, "fields": [each["field"] for each in fields]}
        if missing is not None:
            facts["service"] = Side(missing).label
        problem = view.problem
        yield id, Problem(CONFLICT_CODES[ConflictKind(kind)], problem.message if problem else "", "", facts)
