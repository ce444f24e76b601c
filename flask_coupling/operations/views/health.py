"""How a connection does, as shown."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from .jobs import JobView
from .values import Problem


@dataclass(frozen=True, slots=True)
class Finding:
    """Something to look at: `level` is warn or bad, `mapping` the table mapping it is about ("" for none)."""

    level: str
    mapping: str
    problem: Problem


@dataclass(frozen=True, slots=True)
class MappingHealth:
    """How a table mapping does.

    `lag` is seconds since both sides were last read to their end, None when they never were. `minutes` is the
    interval of its schedule, None while that is on hold. `failed` counts records of either side that do not get over,
    `skipped` those of them that are set aside.
    """

    mapping: str
    caption: str
    couplings: int
    unsettled: int
    conflicts: int
    failed: int
    skipped: int
    paused: int
    lag: int | None
    minutes: int | None
    next_due_at: datetime | None
    last_run: JobView | None


@dataclass(frozen=True, slots=True)
class ServiceHealth:
    """What a service was asked in the last five minutes, of the `limit` it allows, and in the last 24 hours.

    `throttled` requests were refused because there were too many, `failed` met an error of the service or no answer;
    `latency` is the mean time of a request in seconds, None without one. `busiest` is the greatest number in five
    minutes of the day.
    """

    side: str
    title: str
    requests: int
    limit: int
    throttled: int
    requests_day: int
    throttled_day: int
    failed_day: int
    busiest: int
    latency: float | None


@dataclass(frozen=True, slots=True)
class Health:
    """How a connection does: `state` is good, warn or bad, the worst of its findings."""

    connection: str
    state: str
    checked_at: datetime
    enabled: bool
    tested_at: datetime | None
    secret_expires_on: str
    jobs_ready: int
    jobs_in_process: int
    jobs_paused: int
    findings: tuple[Finding, ...]
    mappings: tuple[MappingHealth, ...]
    services: tuple[ServiceHealth, ...]
