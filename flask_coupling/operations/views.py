"""What operations answer: plain frozen values, safe to show, the same for REST, pages and host code."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Generic, TypeVar

from flask_coupling.core.record import Value

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Slice(Generic[Row]):
    """A part of a list; `cursor` is passed back to get the next part, None when there is none."""

    rows: tuple[Row, ...]
    cursor: str | None = None


@dataclass(frozen=True, slots=True)
class Problem:
    """An error as a value: stable code, what happened, what to do next, and its facts."""

    code: str
    message: str
    hint: str
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ConnectionView:
    """A connection without its secret; `secret_set` says whether there is one, `missing` what enabling still needs."""

    name: str
    tenant: str
    environment: str
    company: str
    client_id: str
    secret_set: bool
    secret_set_at: datetime | None
    bc_url: str
    sales_url: str
    token_url: str
    enabled: bool
    disabled_reason: str
    tested_at: datetime | None
    facts: Mapping[str, Any]
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ServiceReport:
    """The test of one service: `facts` when it answered (`problem` None), else what is wrong."""

    side: str
    title: str
    facts: Mapping[str, str]
    problem: Problem | None = None


@dataclass(frozen=True, slots=True)
class ConnectionReport:
    """The test of both services."""

    connection: str
    bc: ServiceReport
    sales: ServiceReport

    @property
    def is_ok(self) -> bool:
        """Whether both services answered."""
        return self.bc.problem is None and self.sales.problem is None


@dataclass(frozen=True, slots=True)
class FieldView:
    """A field mapping as shown: names on both sides (None: a constant), direction, and how the value is made."""

    name: str
    caption: str
    bc: str | None
    sales: str | None
    direction: str
    transformation: str | None
    constant: Value
    reference: str | None


@dataclass(frozen=True, slots=True)
class MappingView:
    """A table mapping as shown, with how many couplings it has and how many of them want attention."""

    name: str
    caption: str
    bc_table: str
    sales_table: str
    direction: str
    only_coupled: bool
    update_conflict: str
    deletion_conflict: str
    bc_filter: str
    sales_filter: str
    depends_on: tuple[str, ...]
    fields: tuple[FieldView, ...]
    couplings: int
    unsettled: int
    failed: int
    synchronized_at: datetime | None


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
class ActionView:
    """One action of a plan: `kind` is the action's name in lower case (insert, modify, ...), with what it writes.

    `fields` lists `(property, before, after)` of the side written to; `reason` is set for skip and uncouple.
    """

    kind: str
    side: str | None
    id: str | None
    fields: tuple[tuple[str, Value, Value], ...] = ()
    reason: Problem | None = None


@dataclass(frozen=True, slots=True)
class PlanView:
    """What synchronizing one pair would do now: nothing is written by asking."""

    title: str
    bc_id: str | None
    sales_id: str | None
    actions: tuple[ActionView, ...]
    conflict_kind: str | None
    conflict_fields: tuple[str, ...]
    newer: str | None
    """The side changed last since they agreed (bc, sales), or None when neither moved or it cannot be told."""


@dataclass(frozen=True, slots=True)
class Card:
    """Both sides of a record next to each other.

    `bc` and `sales` are None when that record is not there; `coupling` is None when it is not coupled, and the
    comparison is then of the one side alone. `bc_url`/`sales_url` open the record in its own system. `directions`
    are the ones the mapping allows, `suggested` the sensible one to preselect.
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


@dataclass(frozen=True, slots=True)
class JobView:
    """One run: what, where it stands, its counters; `total` is None until known.

    `message` tells why the run as a whole failed or waits, `problem` the same with its code (mass_change: it may be
    started again and confirmed). `rate` is records a second while it was working, None until any is done; `eta` the
    seconds it will still take at that rate, None unless it is working and its `total` known.
    """

    id: str
    connection: str
    mapping: str
    kind: str
    direction: str
    state: str
    is_over: bool
    counters: Mapping[str, int]
    total: int | None
    done: int
    requests: int
    message: str | None
    problem: Problem | None
    requested_by: str
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    cancel_requested: bool
    pause_requested: bool
    rate: float | None
    eta: int | None


@dataclass(frozen=True, slots=True)
class JobErrorView:
    """One record a run failed on or set aside."""

    id: int
    job_id: str
    mapping: str
    counter: str
    side: str | None
    bc_id: str | None
    sales_id: str | None
    title: str
    problem: Problem
    created_at: datetime


@dataclass(frozen=True, slots=True)
class CouplingResult:
    """What coupling two records led to; `job` is the synchronization that followed, None when none was asked for."""

    coupling: CouplingView
    job: JobView | None


@dataclass(frozen=True, slots=True)
class ConflictField:
    """One field of a conflict: the last agreed values and the present ones of both sides."""

    name: str
    caption: str
    base_bc: Value
    base_sales: Value
    bc: Value
    sales: Value


@dataclass(frozen=True, slots=True)
class ConflictView:
    """A conflict that waits for a person: `kind` is update (with `fields`) or deletion (with the `missing` side)."""

    id: int
    kind: str
    coupling: CouplingView
    fields: tuple[ConflictField, ...]
    missing: str | None
    bc_modified_on: str
    sales_modified_on: str
    opened_at: datetime
    job_id: str | None


@dataclass(frozen=True, slots=True)
class FailureView:
    """A failed record: `side` is whose data did not get across, `error_class` transient, waiting or permanent.

    A `skipped` one is left alone until it is retried or the record changes; `next_try_at` is None where it is tried
    with the next run.
    """

    id: int
    mapping: str
    side: str
    record_id: str
    coupling_id: int | None
    title: str
    error_class: str
    problem: Problem
    attempts: int
    skipped: bool
    next_try_at: datetime | None
    first_failed_at: datetime
    last_failed_at: datetime
    job_id: str


@dataclass(frozen=True, slots=True)
class FailureGroup:
    """Failed records with the same cause: code, an example of the message, and how many there are."""

    mapping: str
    code: str
    error_class: str
    example: str
    hint: str
    count: int
    skipped: int


@dataclass(frozen=True, slots=True)
class Retried:
    """How many failed records are tried again, and the run of each table mapping concerned."""

    count: int
    jobs: tuple[JobView, ...]


@dataclass(frozen=True, slots=True)
class ScheduleView:
    """When a table mapping is synchronized by itself: every `minutes` while `enabled`, else it is on hold.

    `is_woken` says that a service told of a change for which no run was started yet.
    """

    mapping: str
    caption: str
    minutes: int
    enabled: bool
    next_due_at: datetime | None
    last_started_at: datetime | None
    is_woken: bool


@dataclass(frozen=True, slots=True)
class WebhookView:
    """What a service is to tell us: of one table mapping (Business Central), or of all (Sales, `mapping` empty).

    `state` is pending, active, expired or failed (`problem` then says why). `expires_at` is None for Sales.
    """

    side: str
    mapping: str
    state: str
    problem: str
    expires_at: datetime | None
    notified_at: datetime | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class SalesKey:
    """What an administrator registers in Sales; the `key` is shown once, and travels as `header` or `parameter`."""

    url: str
    header: str
    parameter: str
    key: str


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
