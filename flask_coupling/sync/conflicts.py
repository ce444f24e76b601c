"""Open and close the records of conflicts that wait for a person."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session, scoped_session

from flask_coupling.core.plan import is_resolved
from flask_coupling.core.side import Side
from flask_coupling.models import ConflictEntry, table_of

from .link import chunks
from .work import Work

entries = table_of(ConflictEntry)


def record_conflicts(
    session: Session | scoped_session[Session],
    key: Mapping[str, str],
    job_id: str,
    works: Sequence[Work],
    now: datetime,
    authors: Mapping[str, str],
) -> None:
    """Open a conflict for each pair that needs a person, keep the one that stays, close those that are gone.

    `authors` are those who changed a record last, by its id, as far as it was told.
    """
    linked = {work.link.id: work for work in works if work.link is not None}
    known = _open_entries(session, list(linked))
    waiting = {id: work for id, work in linked.items() if _waits(work)}
    closing = {id: _ending(linked[id]) for id in known if id not in waiting}
    for resolution in set(closing.values()):
        ids = [known[id]["id"] for id, ending in closing.items() if ending == resolution]
        for part in chunks(ids):
            done = update(entries).where(entries.c.id.in_(part)).values(closed_at=now, resolution=resolution)
            session.execute(done)
    rows = []
    for id, work in waiting.items():
        body = _body(work)
        if _is_known(body, known.get(id)):
            continue
        if id in known:
            session.execute(delete(entries).where(entries.c.id == known[id]["id"]))
        kept = _kept(known[id]) if id in known else {"opened_at": now, "note": "", "noted_by": ""}
        told = {**kept, **body, **_times(work), **_names(work, authors)}
        rows.append({**key, "coupling_id": id, "job_id": job_id, **told})
    if rows:
        session.execute(insert(entries), rows)


_KEPT = ("opened_at", "note", "noted_by")


def _kept(entry: Mapping[str, Any]) -> dict[str, Any]:
    """What a conflict keeps when its values change; not that it was put off: it is another matter now."""
    return {name: entry[name] for name in _KEPT}


def opening(session: Session | scoped_session[Session], works: Sequence[Work]) -> list[Work]:
    """The works whose conflict is new, or shows something new."""
    waiting = {work.link.id: work for work in works if work.link is not None and _waits(work)}
    known = _open_entries(session, list(waiting)) if waiting else {}
    return [work for id, work in waiting.items() if not _is_known(_body(work), known.get(id))]


def _is_known(body: Mapping[str, Any], entry: Mapping[str, Any] | None) -> bool:
    return entry is not None and all(entry[name] == body[name] for name in ("kind", "fields"))


def _names(work: Work, authors: Mapping[str, str]) -> dict[str, str | None]:
    rows = {side: work.plan.pair.of(side) for side in Side}
    return {f"{side.value}_modified_by": authors.get(row.id) if row is not None else None for side, row in rows.items()}


def _waits(work: Work) -> bool:
    return work.plan.conflict is not None and not is_resolved(work.plan)


def _ending(work: Work) -> str:
    return "resolved" if work.plan.conflict is not None else "agreed"


def _open_entries(session: Session | scoped_session[Session], ids: Sequence[int]) -> dict[int, dict[str, Any]]:
    found: dict[int, dict[str, Any]] = {}
    for part in chunks(ids):
        query = select(entries).where(entries.c.coupling_id.in_(part), entries.c.closed_at.is_(None))
        found.update((row.coupling_id, dict(row._mapping)) for row in session.execute(query))
    return found


def _body(work: Work) -> dict[str, Any]:
    """What is left to decide; a field that was decided alone is not in conflict any more."""
    conflict = work.plan.conflict
    assert conflict is not None
    fields = [
        {
            "field": each.field,
            "base_bc": each.base_bc,
            "base_sales": each.base_sales,
            "bc": each.bc,
            "sales": each.sales,
        }
        for each in conflict.fields
        if each.field in work.plan.held
    ]
    missing = conflict.missing.value if conflict.missing is not None else None
    return {"kind": conflict.kind.value, "fields": fields, "missing": missing}


def _times(work: Work) -> dict[str, str]:
    pair = work.plan.pair
    return {
        "bc_modified_on": pair.bc.modified_on if pair.bc is not None else "",
        "sales_modified_on": pair.sales.modified_on if pair.sales is not None else "",
    }
