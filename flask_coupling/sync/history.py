"""Write down each write that was carried out, with the values before and after."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session, scoped_session

from flask_coupling.core.action import Delete, Insert, Modify, Uncouple
from flask_coupling.core.record import Record, Values
from flask_coupling.core.side import Side
from flask_coupling.models import HistoryEntry, table_of

from .bulk import insert_rows
from .work import Work

entries = table_of(HistoryEntry)

_KINDS: dict[type, str] = {Insert: "insert", Modify: "modify", Delete: "delete"}
_NOTHING: Values = {}


def record_history(
    session: Session | scoped_session[Session],
    key: Mapping[str, str],
    job_id: str,
    requested_by: str,
    works: Sequence[Work],
    now: datetime,
) -> None:
    """Store one entry for each write that succeeded, and one for each coupling a plan removed."""
    common = {**key, "job_id": job_id, "requested_by": requested_by, "at": now}
    insert_rows(session, entries, [told for work in works for told in _entries(work)], common)


def _entries(work: Work) -> list[dict[str, Any]]:
    if not work.written and not any(isinstance(action, Uncouple) for action in work.plan.actions):
        return []
    bc_id, sales_id = work.title_ids
    told = []
    for action in work.plan.actions:
        if isinstance(action, (Insert, Modify, Delete)) and action.side in work.written:
            told.append(_entry(action, work))
        elif isinstance(action, Uncouple):
            told.append({"side": None, "action": "uncouple", "fields": {}, "reason": action.reason})
    return [{"bc_id": bc_id, "sales_id": sales_id, **each} for each in told]


def _entry(action: Insert | Modify | Delete, work: Work) -> dict[str, Any]:
    before, after = work.plan.pair.of(action.side), work.written[action.side]
    then, now = _values(before).get, _values(after).get
    names = _values(before) if isinstance(action, Delete) else action.values
    fields = {name: (then(name), now(name)) for name in names}
    return {
        "side": action.side.value,
        "action": _KINDS[type(action)],
        "fields": fields,
        "reason": _reason(action, work),
    }


def _values(record: Record | None) -> Values:
    return record.values if record is not None else _NOTHING


def _reason(action: Insert | Modify | Delete, work: Work) -> str:
    if work.reason:
        return work.reason
    if isinstance(action, Insert):
        return "restored" if work.link is not None else "new"
    if isinstance(action, Modify) and work.plan.conflict is not None:
        decided = {each.field for each in work.plan.conflict.fields} - work.plan.held
        if decided & set(action.fields):
            return "conflict"
    return "first" if work.plan.pair.baseline is None else "changed"


def side_of(text: str | None) -> Side | None:
    """The side of an entry; None for a coupling made or removed."""
    return Side(text) if text else None
