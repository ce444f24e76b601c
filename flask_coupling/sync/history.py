"""Write down each write that was carried out, with the values before and after."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session, scoped_session

from flask_coupling.core.action import Delete, Insert, Modify, Uncouple
from flask_coupling.core.mapping import FieldMapping, TableMapping
from flask_coupling.core.record import Record, Value, Values
from flask_coupling.core.side import Side
from flask_coupling.core.transformation import get_transformation
from flask_coupling.models import HistoryEntry, table_of

from .bulk import insert_rows
from .work import Work

entries = table_of(HistoryEntry)

_KINDS: dict[type, str] = {Insert: "insert", Modify: "modify", Delete: "delete"}
_NOTHING: Values = {}


def record_history(
    session: Session | scoped_session[Session],
    key: Mapping[str, str],
    mapping: TableMapping,
    job_id: str,
    requested_by: str,
    works: Sequence[Work],
    now: datetime,
) -> None:
    """Store one entry for each write that succeeded, and one for each coupling a plan removed."""
    common = {**key, "job_id": job_id, "requested_by": requested_by, "at": now}
    cut = mapping.cut_fields
    insert_rows(session, entries, [told for work in works for told in _entries(work, cut)], common)


def record_found(
    session: Session | scoped_session[Session],
    key: Mapping[str, str],
    side: Side,
    ends: Mapping[str, str],
    values: Values,
    told: Mapping[str, Any],
) -> None:
    """Store the entry of a create that an earlier attempt made: `ends` are both ids, `told` is job, reason and time."""
    row = {**key, **ends, "side": side.value, "action": "insert", "fields": dict(values), "requested_by": "", **told}
    insert_rows(session, entries, [row])


def _was_cut(action: Insert | Modify, work: Work, fields: Sequence[FieldMapping]) -> bool:
    """Whether a text that was written is only the beginning of what the other side has."""
    source = work.plan.pair.of(action.side.other)
    if source is None:
        return False
    for each in fields:
        sent, whole = action.values.get(each.of(action.side) or ""), source.values.get(each.of(action.side.other) or "")
        if each.transformation is not None and isinstance(sent, str):
            whole = get_transformation(each.transformation).towards(action.side)(whole)
        if isinstance(sent, str) and isinstance(whole, str) and len(sent) < len(whole) and whole.startswith(sent):
            return True
    return False


def fields_of(action: str, fields: Mapping[str, Any]) -> Iterator[tuple[str, Value, Value]]:
    """The properties an entry tells of, each with the values before and after; an insert stores only the latter."""
    if action == "insert":
        return ((name, None, value) for name, value in fields.items())
    return ((name, before, after) for name, (before, after) in fields.items())


def _entries(work: Work, cut: Sequence[FieldMapping]) -> list[dict[str, Any]]:
    if not work.written and not any(isinstance(action, Uncouple) for action in work.plan.actions):
        return []
    bc_id, sales_id = work.title_ids
    told = []
    for action in work.plan.actions:
        if isinstance(action, (Insert, Modify, Delete)) and action.side in work.written:
            told.append(_entry(action, work, cut))
        elif isinstance(action, Uncouple):
            told.append({"side": None, "action": "uncouple", "fields": {}, "reason": action.reason})
    return [{"bc_id": bc_id, "sales_id": sales_id, **each} for each in told]


def _entry(action: Insert | Modify | Delete, work: Work, cut: Sequence[FieldMapping]) -> dict[str, Any]:
    before, after = work.plan.pair.of(action.side), work.written[action.side]
    then, now = _values(before).get, _values(after).get
    names = _values(before) if isinstance(action, Delete) else action.values
    fields: dict[str, Any]
    if isinstance(action, Insert):
        fields = {name: now(name) for name in names}
    else:
        fields = {name: (then(name), now(name)) for name in names}
    return {
        "side": action.side.value,
        "action": _KINDS[type(action)],
        "fields": fields,
        "reason": _reason(action, work, cut),
    }


def _values(record: Record | None) -> Values:
    return record.values if record is not None else _NOTHING


def _reason(action: Insert | Modify | Delete, work: Work, cut: Sequence[FieldMapping]) -> str:
    if work.reason:
        return work.reason
    if cut and not isinstance(action, Delete) and _was_cut(action, work, cut):
        return "cut"
    if isinstance(action, Insert):
        return "restored" if work.link is not None else "new"
    if isinstance(action, Modify) and work.plan.conflict is not None:
        decided = {each.field for each in work.plan.conflict.fields} - work.plan.held
        if decided & set(action.fields):
            return "conflict"
    return "first" if work.plan.pair.baseline is None else "changed"
