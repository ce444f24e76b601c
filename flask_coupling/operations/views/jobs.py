"""A run as shown, the records it failed on, and what synchronizing a pair would do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from flask_coupling.core.record import Value

from .values import Problem


@dataclass(frozen=True, slots=True)
class JobView:
    """One run: what, where it stands, its counters; `total` is None until known.

    `message` tells why the run as a whole failed or waits, `problem` the same with its code (mass_change: it may be
    started again and confirmed). `rate` is records a second while it was working, None until any is done; `eta` the
    seconds it will still take at that rate, None unless it is working and its `total` known. One of several table
    mappings has no `mapping`, and tells the sums of its parts; a part tells its `parent_id`.
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
    parent_id: str | None = None
    differences: Mapping[str, int] | None = None
    """Of a drift report: how many differences a synchronization would overwrite, keep, ... (`errors.FATES`)."""


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
    mapping: str = ""
    lines: tuple[PlanView, ...] = ()
    """What would be done with the lines of a document, but for those that stay as they are."""
