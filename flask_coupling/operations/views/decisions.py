"""What waits for a person: conflicts and failed records, as shown."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask_coupling.core.record import Value

from .couplings import CouplingView
from .jobs import JobView
from .values import Problem


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
class Who:
    """Who changed a record last; where that was not told, `name` is None and `note` says so."""

    name: str | None
    note: str = ""


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
    bc_modified_by: Who
    sales_modified_by: Who
    opened_at: datetime
    job_id: str | None
    snoozed_until: datetime | None = None
    note: str = ""
    noted_by: str = ""


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
    snoozed_until: datetime | None = None
    note: str = ""
    noted_by: str = ""


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
class Cause:
    """What waits for the same reason: `kind` is conflict or failure, `problem` that of one of them.

    `count` holds all, `snoozed` those not shown now, `skipped` those that no run tries again by itself.
    """

    kind: str
    mapping: str
    code: str
    error_class: str | None
    problem: Problem
    count: int
    snoozed: int
    skipped: int


@dataclass(frozen=True, slots=True)
class Retried:
    """How many failed records are tried again, and the run of each table mapping concerned."""

    count: int
    jobs: tuple[JobView, ...]
