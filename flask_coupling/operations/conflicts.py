"""Conflicts that wait for a person: look at them, and decide one or many."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select

from flask_coupling.core.conflict import ConflictKind, DeletionConflictResolution, UpdateConflictResolution
from flask_coupling.core.mapping import TableMapping
from flask_coupling.core.side import Side
from flask_coupling.errors import ConflictNotFound, InputInvalid
from flask_coupling.globals import current_coupling
from flask_coupling.models import ConflictEntry, Coupling, JobKind
from flask_coupling.permissions import require

from .keyset import after, checked_limit, make_cursor, read_cursor
from .pausing import without_paused
from .setting import by_snooze, enabled_connection, find_mapping
from .show import show_coupling
from .synchronization import start
from .views import ConflictField, ConflictView, JobView, Slice, Who

_CHOICES = {
    Side.BC.value: UpdateConflictResolution.SEND_TO_SALES,
    Side.SALES.value: UpdateConflictResolution.GET_FROM_SALES,
}
"""The side whose value is kept, as the rule that keeps it."""


def list_conflicts(
    connection: str,
    mapping: str | None = None,
    *,
    kind: str | None = None,
    snoozed: bool | None = None,
    cursor: str | None = None,
    limit: int = 50,
) -> Slice[ConflictView]:
    """Return the open conflicts, oldest first; `kind` is update or deletion, `snoozed` ones are put off for now."""
    require("view", connection=connection, mapping=mapping)
    enabled_connection(connection)
    query = by_snooze(_open(connection, mapping, _checked_kind(kind)), ConflictEntry.snoozed_until, snoozed)
    query = after(query, [ConflictEntry.id], read_cursor(cursor, (int,)))  # type: ignore[list-item]
    size = checked_limit(limit)
    rows = current_coupling.session.execute(query.limit(size + 1)).all()
    shown = tuple(_show(connection, entry, coupling) for entry, coupling in rows[:size])
    return Slice(shown, make_cursor((rows[size - 1][0].id,)) if len(rows) > size else None)


def _open(connection: str, mapping: str | None, kind: str | None) -> Any:
    query = (
        select(ConflictEntry, Coupling)
        .join(Coupling, Coupling.id == ConflictEntry.coupling_id)
        .where(ConflictEntry.connection == connection, ConflictEntry.closed_at.is_(None))
    )
    if mapping is not None:
        query = query.where(ConflictEntry.mapping == mapping)
    return query if kind is None else query.where(ConflictEntry.kind == kind)


def _checked_kind(kind: str | None) -> str | None:
    if kind is None or kind in list(ConflictKind):
        return kind
    detail = f"{kind!r} is not a kind of conflict; it is one of {', '.join(ConflictKind)}"
    raise InputInvalid(detail=detail, errors={"kind": [detail]})


def _show(connection: str, entry: ConflictEntry, coupling: Coupling) -> ConflictView:
    mapping = find_mapping(connection, entry.mapping)
    return ConflictView(
        id=entry.id,
        kind=entry.kind,
        coupling=show_coupling(coupling),
        fields=tuple(_show_field(mapping, each) for each in entry.fields),
        missing=entry.missing,
        bc_modified_on=entry.bc_modified_on,
        sales_modified_on=entry.sales_modified_on,
        bc_modified_by=_who(Side.BC, entry.bc_modified_by),
        sales_modified_by=_who(Side.SALES, entry.sales_modified_by),
        opened_at=entry.opened_at,
        job_id=entry.job_id,
        snoozed_until=entry.snoozed_until,
        note=entry.note,
        noted_by=entry.noted_by,
    )


def _who(side: Side, name: str | None) -> Who:
    return Who(name, "" if name else f"not told by {side.label}")


def _show_field(mapping: TableMapping, each: Mapping[str, Any]) -> ConflictField:
    captions = {field.name: field.caption or field.name for field in mapping.fields}
    values = {name: each[name] for name in ("base_bc", "base_sales", "bc", "sales")}
    return ConflictField(name=each["field"], caption=captions.get(each["field"], each["field"]), **values)


def get_conflict(connection: str, id: int) -> ConflictView:
    """Return one open conflict; raises ConflictNotFound, also when it was resolved meanwhile."""
    require("view", connection=connection)
    enabled_connection(connection)
    return _show(connection, *_find(connection, id))


def _find(connection: str, id: int) -> tuple[ConflictEntry, Coupling]:
    query = _open(connection, None, None).where(ConflictEntry.id == id)
    row = current_coupling.session.execute(query).first() if 0 < id < 2**31 else None
    if row is None:
        raise ConflictNotFound(id=id)
    return row[0], row[1]


def resolve_conflict(
    connection: str, id: int, *, choices: Mapping[str, str] | None = None, deletion: str | None = None
) -> JobView:
    """Decide one conflict and carry it out at once; returns the finished run.

    `choices` maps field names to the side (bc, sales) whose value is kept; fields left out stay in conflict.
    `deletion` is restore_record, remove_coupling or delete_record. The decision holds for the values the conflict
    showed: where one of them has changed since, nothing is written for it and the conflict shows the new ones.
    """
    require("synchronize", connection=connection)
    enabled_connection(connection)
    entry, coupling = _find(connection, id)
    without_paused([coupling.id])
    payload: dict[str, Any] = {"coupling_ids": [coupling.id], "resolution": None}
    if entry.kind == ConflictKind.DELETION:
        payload["deletion"] = _checked_deletion(deletion)
    else:
        payload["choices"] = _checked_choices(entry, choices or {})
        payload["expected"] = {each["field"]: [each["bc"], each["sales"]] for each in entry.fields}
    mapping = find_mapping(connection, entry.mapping)
    return start(connection, entry.mapping, JobKind.SYNCHRONIZATION, mapping.direction.value, payload, inline=True)


def _checked_deletion(deletion: str | None) -> str:
    allowed = [each.value for each in DeletionConflictResolution if each is not DeletionConflictResolution.NONE]
    if deletion not in allowed:
        detail = f"choose one of {', '.join(allowed)}"
        raise InputInvalid(detail=detail, errors={"deletion": [detail]})
    return deletion


def _checked_choices(entry: ConflictEntry, choices: Mapping[str, str]) -> dict[str, str]:
    fields = {each["field"] for each in entry.fields}
    errors = {name: ["This field is not in conflict."] for name in choices if name not in fields}
    errors |= {name: ["Choose bc or sales."] for name, side in choices.items() if side not in _CHOICES}
    if errors or not choices:
        detail = "choose a side for at least one field in conflict"
        raise InputInvalid(detail=detail, errors=errors or {"choices": [detail]})
    return {name: _CHOICES[side].value for name, side in choices.items()}


def resolve_conflicts(
    connection: str,
    mapping: str,
    *,
    kind: str,
    ids: Sequence[int] | None = None,
    resolution: str | None = None,
    deletion: str | None = None,
) -> JobView:
    """Decide all open conflicts of one kind of a table mapping alike, or those named, in one job.

    `resolution` (send_to_sales, get_from_sales, newest) is for update conflicts, `deletion` for deletion conflicts.
    """
    require("synchronize", connection=connection, mapping=mapping)
    enabled_connection(connection)
    found = find_mapping(connection, mapping)
    rows = current_coupling.session.execute(_open(connection, mapping, _checked_kind(kind))).all()
    rows = [each for each in rows if ids is None or each[0].id in set(ids)]
    if not rows:
        raise InputInvalid(detail="there is no such conflict left", errors={"kind": ["Nothing is left to resolve."]})
    payload: dict[str, Any] = {"coupling_ids": without_paused([coupling.id for _, coupling in rows])}
    if kind == ConflictKind.DELETION:
        payload |= {"resolution": None, "deletion": _checked_deletion(deletion)}
    else:
        payload |= {"resolution": _checked_rule(resolution)}
    return start(connection, mapping, JobKind.SYNCHRONIZATION, found.direction.value, payload, inline=False)


def _checked_rule(resolution: str | None) -> str:
    allowed = [each.value for each in UpdateConflictResolution if each is not UpdateConflictResolution.NONE]
    if resolution not in allowed:
        detail = f"choose one of {', '.join(allowed)}"
        raise InputInvalid(detail=detail, errors={"resolution": [detail]})
    return resolution
