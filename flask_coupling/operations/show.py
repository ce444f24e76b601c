"""Turn rows, records and plans into the values that operations answer."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import datetime

from flask_coupling.core.action import Action, Delete, Insert, Modify, Skip, Uncouple
from flask_coupling.core.change import change_of, has_base
from flask_coupling.core.mapping import FieldMapping, TableMapping
from flask_coupling.core.plan import Plan, newer_side
from flask_coupling.core.record import Pair, Record, Value
from flask_coupling.core.reference import References, agree
from flask_coupling.core.side import Direction, Side
from flask_coupling.errors import CouplingError, error_classes
from flask_coupling.models import Coupling, SynchJob, SynchJobError
from flask_coupling.models.job import COUNTERS, JobKind, JobState
from flask_coupling.sync.labels import text_of
from flask_coupling.sync.problem import skip_error

from .views import (
    ActionView,
    CouplingView,
    FieldComparison,
    FieldView,
    JobErrorView,
    JobView,
    PlanView,
    Problem,
    RecordRow,
)

CONFLICT_CODES = ("update_conflict", "deletion_conflict", "lines_conflict")


def show_error(error: CouplingError) -> Problem:
    """An error as a value."""
    return Problem(error.code, error.message, error.hint, dict(error.facts))


def show_coupling(row: Coupling) -> CouplingView:
    """A coupling row as listed."""
    return CouplingView(
        id=row.id,
        mapping=row.mapping,
        bc_id=row.bc_id,
        sales_id=row.sales_id,
        bc_number=row.bc_number,
        bc_title=row.bc_title,
        sales_title=row.sales_title,
        state=state_of(row),
        problem=_stored_problem(row),
        created_at=row.created_at,
        synchronized_at=row.synchronized_at,
        job_id=row.job_id,
    )


def state_of(row: Coupling) -> str:
    """One of paused, conflict, failed, never_synchronized, synchronized."""
    if row.paused:
        return "paused"
    if row.error_code is not None:
        return "conflict" if row.error_code in CONFLICT_CODES else "failed"
    return "never_synchronized" if row.bc_etag is None else "synchronized"


def _stored_problem(row: Coupling) -> Problem | None:
    if row.error_code is None:
        return None
    advice = {each.code: each.advice for each in error_classes()}.get(row.error_code, "")
    return Problem(row.error_code, row.error_message or "", "" if "{" in advice else advice)


def show_record(side: Side, record: Record, mapping: TableMapping, coupling: CouplingView | None) -> RecordRow:
    """A record as listed."""
    table = mapping.table(side)
    number, title = text_of(record, table.number), text_of(record, table.title)
    return RecordRow(side.value, record.id, number, title or record.id, record.modified_on, record.values, coupling)


def show_field(field: FieldMapping) -> FieldView:
    """A field mapping as shown."""
    reference = field.reference.mapping if field.reference is not None else None
    return FieldView(
        field.name,
        field.caption or field.name,
        field.bc,
        field.sales,
        field.direction.value,
        field.transformation,
        field.constant,
        reference,
    )


def compare(pair: Pair, mapping: TableMapping, references: References) -> tuple[FieldComparison, ...]:
    """Both sides of a pair, field by field, in the order of the mapping."""
    return tuple(_compare_field(field, flow, pair, references) for field, flow in mapping.pairs)


def _compare_field(field: FieldMapping, flow: Direction, pair: Pair, references: References) -> FieldComparison:
    values = {side: _value(pair.of(side), field.of(side)) for side in Side}
    based = has_base(field, pair)
    base = {side: _base(pair, side, field) if based else None for side in Side}
    return FieldComparison(
        name=field.name,
        caption=field.caption or field.name,
        direction=flow.value,
        bc=values[Side.BC],
        sales=values[Side.SALES],
        base_bc=base[Side.BC],
        base_sales=base[Side.SALES],
        state=_field_state(field, flow, pair, references, based),
    )


def _value(record: Record | None, name: str | None) -> Value:
    return record.values.get(name) if record is not None and name is not None else None


def _base(pair: Pair, side: Side, field: FieldMapping) -> Value:
    assert pair.baseline is not None
    return pair.baseline.of(side).values.get(field.of(side) or "")


def _field_state(field: FieldMapping, flow: Direction, pair: Pair, references: References, based: bool) -> str:
    if pair.bc is None or pair.sales is None:
        return "differs"
    if agree(field, _value(pair.bc, field.bc), _value(pair.sales, field.sales), references):
        return "same"
    if not based:
        return "differs"
    moved = {side for side in Side if change_of(field, side, pair) is not None}
    if len(moved) == 2 and flow is Direction.BIDIRECTIONAL:
        return "conflict"
    giving = [side for side in moved if flow.allows(side)]
    return f"{giving[0].value}_moved" if giving else "differs"


def show_plan(plan: Plan, mapping: TableMapping) -> PlanView:
    """A plan as a preview."""
    pair = plan.pair
    newer = newer_side(pair, plan.changes)
    title = text_of(pair.bc, mapping.bc.title) or text_of(pair.sales, mapping.sales.title)
    return PlanView(
        title=title,
        bc_id=pair.bc.id if pair.bc else None,
        sales_id=pair.sales.id if pair.sales else None,
        actions=tuple(_show_action(action, pair, title) for action in plan.actions),
        conflict_kind=plan.conflict.kind.value if plan.conflict else None,
        conflict_fields=tuple(each.field for each in plan.conflict.fields) if plan.conflict else (),
        newer=newer.value if newer else None,
        mapping=mapping.name,
    )


def _show_action(action: Action, pair: Pair, title: str) -> ActionView:
    kind = type(action).__name__.lower()
    match action:
        case Insert(side, values):
            return ActionView(kind, side.value, None, tuple((name, None, value) for name, value in values.items()))
        case Modify(side, id, values):
            before: Mapping[str, Value] = record.values if (record := pair.of(side)) else {}
            return ActionView(
                kind, side.value, id, tuple((name, before.get(name), value) for name, value in values.items())
            )
        case Delete(side, id):
            return ActionView(kind, side.value, id)
        case Skip():
            return ActionView(kind, None, None, reason=show_error(skip_error(action, title)))
        case Uncouple(reason):
            return ActionView(kind, None, None, reason=Problem(reason, "", ""))
        case _:
            return ActionView(kind, None, None)


def show_job(row: SynchJob, now: datetime) -> JobView:
    """A job row as shown; `now` is the moment its rate is reckoned at."""
    rate = _rate(row, now)
    return JobView(
        id=row.id,
        connection=row.connection,
        mapping=row.mapping,
        kind=row.kind,
        direction=row.direction,
        state=row.state,
        is_over=JobState(row.state).is_over,
        counters={name: getattr(row, name) for name in COUNTERS},
        total=row.total,
        done=row.done,
        requests=row.requests,
        message=row.message,
        problem=Problem(row.error_code, row.message or "", "") if row.error_code else None,
        requested_by=row.requested_by,
        created_at=row.created_at,
        started_at=row.started_at,
        finished_at=row.finished_at,
        cancel_requested=row.cancel_requested,
        pause_requested=row.pause_requested,
        rate=rate,
        eta=_eta(row, rate),
        parent_id=row.parent_id,
        differences=row.result.get("fates") if row.kind == JobKind.COMPARISON and row.result else None,
    )


def _rate(row: SynchJob, now: datetime) -> float | None:
    """Records a second since the job began, the time it was paused left out."""
    if row.started_at is None or not row.done:
        return None
    until = row.finished_at or row.paused_at or now
    seconds = (until - row.started_at).total_seconds() - row.paused_seconds
    return round(row.done / seconds, 2) if seconds > 0 else None


def _eta(row: SynchJob, rate: float | None) -> int | None:
    if row.state != JobState.IN_PROCESS or row.total is None or not rate:
        return None
    return math.ceil(max(row.total - row.done, 0) / rate)


def show_job_error(row: SynchJobError) -> JobErrorView:
    """A job's error row as shown."""
    return JobErrorView(
        id=row.id,
        job_id=row.job_id,
        mapping=row.mapping,
        counter=row.counter,
        side=row.side,
        bc_id=row.bc_id,
        sales_id=row.sales_id,
        title=row.title,
        problem=Problem(row.code, row.message, row.hint, row.facts or {}),
        created_at=row.created_at,
    )
