"""Full synchronization as shown: the review, line by line."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from .jobs import JobView
from .values import Problem


@dataclass(frozen=True, slots=True)
class Counts:
    """What a review counted for one table mapping; see `sync.census.Census`."""

    coupled: int
    bc_free: int
    sales_free: int
    to_couple: int
    doubtful: int
    new_in_bc: int
    new_in_sales: int


@dataclass(frozen=True, slots=True)
class LineView:
    """One table mapping in the review.

    `recommendation` is full, couple_first, dependency (`missing` names what it waits for), nothing, or None before a
    review; `actions` are what may be chosen (full, couple, couple_full, none), `action` what is proposed. `job` is its
    part of the last full synchronization, None when it had none. `problem` is what kept it from being counted.
    """

    mapping: str
    caption: str
    direction: str
    depends_on: tuple[str, ...]
    missing: tuple[str, ...]
    recommendation: str | None
    action: str
    actions: tuple[str, ...]
    counts: Counts | None
    problem: Problem | None
    job: JobView | None


@dataclass(frozen=True, slots=True)
class ReviewView:
    """The review of a connection: when it was made, whether one or a full synchronization is under way.

    `may_allow` names the mappings whose last full synchronization created records, and whose ordinary runs do not.
    """

    lines: tuple[LineView, ...]
    reviewed_at: datetime | None
    review_job: JobView | None
    job: JobView | None
    may_allow: tuple[str, ...]
