"""A coupling as shown: in a list, as a card with both records, with its history."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from flask_coupling.core.record import Value

from .jobs import JobView
from .values import Problem


@dataclass(frozen=True, slots=True)
class CouplingView:
    """A coupling as listed. `state` is one of synchronized, never_synchronized, conflict, failed, paused."""

    id: int
    mapping: str
    bc_id: str
    sales_id: str
    bc_number: str
    bc_title: str
    sales_title: str
    state: str
    problem: Problem | None
    created_at: datetime
    synchronized_at: datetime | None
    job_id: str | None


@dataclass(frozen=True, slots=True)
class CouplingResult:
    """What coupling two records led to; `job` is the synchronization that followed, None when none was asked for."""

    coupling: CouplingView
    job: JobView | None


@dataclass(frozen=True, slots=True)
class RecordRow:
    """A record of one side in a list, with its coupling when it has one."""

    side: str
    id: str
    number: str
    title: str
    modified_on: str
    values: Mapping[str, Value]
    coupling: CouplingView | None


@dataclass(frozen=True, slots=True)
class FieldComparison:
    """One field of a pair: both values, the last agreed ones, and what moved.

    `state` is one of same, differs (never synchronized, or a lone edit on the destination of a one-way field),
    bc_moved, sales_moved, conflict. Values of missing sides are None.
    """

    name: str
    caption: str
    direction: str
    bc: Value
    sales: Value
    base_bc: Value
    base_sales: Value
    state: str


@dataclass(frozen=True, slots=True)
class LineComparison:
    """A line of a document on both sides; `bc_id` or `sales_id` is None where it is not there.

    `state` is one of same, differs, conflict (waits for a decision), missing (not on one of the sides).
    """

    mapping: str
    number: str
    title: str
    bc_id: str | None
    sales_id: str | None
    state: str
    comparison: tuple[FieldComparison, ...]


@dataclass(frozen=True, slots=True)
class Card:
    """Both sides of a record next to each other.

    `bc` and `sales` are None when that record is not there; `coupling` is None when it is not coupled, and the
    comparison is then of the one side alone. `bc_url`/`sales_url` open the record in its own system. `directions`
    are the ones the mapping allows, `suggested` the sensible one to preselect. `lines` are those of a coupled
    document.
    """

    mapping: str
    mapping_caption: str
    title: str
    coupling: CouplingView | None
    bc: RecordRow | None
    sales: RecordRow | None
    bc_url: str | None
    sales_url: str | None
    comparison: tuple[FieldComparison, ...]
    directions: tuple[str, ...]
    suggested: str
    lines: tuple[LineComparison, ...] = ()


@dataclass(frozen=True, slots=True)
class HistoryView:
    """One write that was carried out; `fields` lists `(property, before, after)`. `undone_by` is the undoing job."""

    id: int
    mapping: str
    job_id: str | None
    bc_id: str | None
    sales_id: str | None
    side: str | None
    action: str
    fields: tuple[tuple[str, Value, Value], ...]
    reason: str
    requested_by: str
    at: datetime
    undone_by: str | None
