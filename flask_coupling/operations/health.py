"""How a connection does: lag and last run of each table mapping, what the services were asked, and what to look at."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import case, func, select

from flask_coupling import concerns
from flask_coupling.concerns import Concern
from flask_coupling.core.side import Side
from flask_coupling.endpoints.usage import REQUEST_LIMIT
from flask_coupling.globals import current_coupling
from flask_coupling.models import (
    Connection,
    FailedRecord,
    IntegrationTableMapping,
    JobKind,
    JobState,
    Schedule,
    SynchJob,
)
from flask_coupling.permissions import require

from .coupling_counts import count_by_mapping
from .service_health import services_health
from .setting import find_connection, whole_mappings
from .show import show_error, show_job
from .subscriptions import list_webhooks
from .views import Finding, Health, JobView, MappingHealth, ServiceHealth

SECRET_WARNING = timedelta(days=30)
"""How long before its end a client secret is spoken of."""

LATE_INTERVALS = 2
"""After how many intervals of its schedule a table mapping is late."""

BUSY_SHARE = 0.8
"""Of what a service allows, from where on it is called busy."""

PATIENCE = timedelta(minutes=2)
"""How long a job may wait for a worker before it is spoken of."""

LEVELS = ("good", "warn", "bad")


def get_health(connection: str) -> Health:
    """Return how a connection does; works while it is disabled, and asks neither service."""
    require("view", connection=connection)
    row, now = find_connection(connection), current_coupling.clock()
    mappings, services, jobs = _mappings(connection, now), services_health(connection, now), _jobs(connection)
    found = [*_of_connection(row, now), *_of_jobs(jobs, now), *_of_mappings(mappings), *_of_services(services)]
    found += _of_webhooks(connection)
    findings = tuple(Finding(each.level, each.facts.get("mapping", ""), show_error(each)) for each in found)
    worst = max((LEVELS.index(each.level) for each in findings), default=0)
    return Health(
        connection=connection,
        state=LEVELS[worst],
        checked_at=now,
        enabled=row.enabled,
        tested_at=row.tested_at,
        secret_expires_on=row.secret_expires_on,
        jobs_ready=jobs.count(JobState.READY),
        jobs_in_process=jobs.count(JobState.IN_PROCESS),
        jobs_paused=jobs.count(JobState.PAUSED),
        findings=findings,
        mappings=mappings,
        services=services,
    )


@dataclass(frozen=True, slots=True)
class _Jobs:
    """The jobs that are not over, by state, each with how many and since when the first one is."""

    open: Mapping[str, tuple[int, datetime]]

    def count(self, state: JobState) -> int:
        return self.open[state][0] if state in self.open else 0


def _jobs(connection: str) -> _Jobs:
    query = (
        select(SynchJob.state, func.count(), func.min(SynchJob.created_at))
        .where(SynchJob.connection == connection)
        .where(SynchJob.state.in_((JobState.READY, JobState.IN_PROCESS, JobState.PAUSED)))
        .group_by(SynchJob.state)
    )
    return _Jobs({row[0]: (row[1], row[2]) for row in current_coupling.session.execute(query)})


def _mappings(connection: str, now: datetime) -> tuple[MappingHealth, ...]:
    couplings, failures = _couplings(connection), _failures(connection)
    read_at, schedules = _read_at(connection), _schedules(connection)
    shown = []
    for name, mapping in whole_mappings(connection).items():
        count, unsettled, conflicts, paused = couplings.get(name, (0, 0, 0, 0))
        failed, skipped = failures.get(name, (0, 0))
        schedule, moment = schedules.get(name), read_at.get(name)
        shown.append(
            MappingHealth(
                mapping=name,
                caption=mapping.caption or name,
                couplings=count,
                unsettled=unsettled,
                conflicts=conflicts,
                failed=failed,
                skipped=skipped,
                paused=paused,
                lag=None if moment is None else max(0, round((now - moment).total_seconds())),
                minutes=_interval(schedule) if schedule else None,
                next_due_at=schedule.next_due_at if schedule else None,
                last_run=_last_run(connection, name, now),
            )
        )
    return tuple(shown)


def _couplings(connection: str) -> dict[str, tuple[int, int, int, int]]:
    counts = count_by_mapping(connection).items()
    return {name: (each.total, each.unsettled, each.conflicts, each.paused) for name, each in counts}


def _failures(connection: str) -> dict[str, tuple[int, int]]:
    skipped = func.sum(case((FailedRecord.skipped, 1), else_=0))
    query = select(FailedRecord.mapping, func.count(), skipped).where(FailedRecord.connection == connection)
    rows = current_coupling.session.execute(query.group_by(FailedRecord.mapping))
    return {row[0]: (row[1], row[2]) for row in rows}


def _read_at(connection: str) -> dict[str, datetime]:
    model = IntegrationTableMapping
    query = select(model.name, model.synchronized_at).where(model.connection == connection)
    rows = current_coupling.session.execute(query.where(model.synchronized_at.is_not(None)))
    return {name: moment for name, moment in rows if moment is not None}


def _schedules(connection: str) -> dict[str, Schedule]:
    query = select(Schedule).where(Schedule.connection == connection, Schedule.enabled)
    return {row.mapping: row for row in current_coupling.session.scalars(query)}


def _interval(schedule: Schedule) -> int | None:
    """Minutes to the next run at most; one that sleeps until it is woken cannot be late."""
    return (schedule.idle_minutes or None) if schedule.asleep else schedule.minutes


def _last_run(connection: str, mapping: str, now: datetime) -> JobView | None:
    """The newest run of a whole table mapping; its index is asked from the end, whatever the log holds."""
    query = (
        select(SynchJob)
        .where(SynchJob.connection == connection, SynchJob.mapping == mapping)
        .where(SynchJob.kind == JobKind.SYNCHRONIZATION)
        .order_by(SynchJob.created_at.desc(), SynchJob.id.desc())
        .limit(1)
    )
    row = current_coupling.session.scalar(query)
    return None if row is None else show_job(row, now)


def _of_connection(row: Connection, now: datetime) -> Iterator[Concern]:
    if not row.enabled:
        yield concerns.ConnectionOff(connection=row.name)
    if row.secret_expires_on:
        left = date.fromisoformat(row.secret_expires_on) - now.date()
        if left < timedelta(0):
            yield concerns.SecretExpired(on=row.secret_expires_on)
        elif left <= SECRET_WARNING:
            yield concerns.SecretExpires(on=row.secret_expires_on)


def _of_jobs(jobs: _Jobs, now: datetime) -> Iterator[Concern]:
    if JobState.READY in jobs.open:
        count, since = jobs.open[JobState.READY]
        # with one worker, those behind a long run wait as they should
        if now - since > PATIENCE and not jobs.count(JobState.IN_PROCESS):
            yield concerns.JobsWait(count=count, since=since.isoformat(timespec="seconds"))


def _of_mappings(mappings: tuple[MappingHealth, ...]) -> Iterator[Concern]:
    for each in mappings:
        name = each.mapping
        if each.last_run is not None and each.last_run.state == JobState.ERROR:
            yield concerns.RunFailed(mapping=name, job=each.last_run.id)
        if each.minutes is not None and each.lag is not None and each.lag > LATE_INTERVALS * each.minutes * 60:
            yield concerns.RunLate(mapping=name, minutes=each.minutes, lag=each.lag // 60)
        if each.conflicts:
            yield concerns.ConflictsOpen(mapping=name, count=each.conflicts)
        if each.failed:
            yield concerns.RecordsFailed(mapping=name, count=each.failed)


def _of_services(services: tuple[ServiceHealth, ...]) -> Iterator[Concern]:
    for each in services:
        if each.throttled:
            yield concerns.ServiceSlowedDown(service=each.title, throttled=each.throttled)
        elif each.requests >= BUSY_SHARE * REQUEST_LIMIT:
            yield concerns.ServiceBusy(service=each.title, requests=each.requests, limit=each.limit)


def _of_webhooks(connection: str) -> Iterator[Concern]:
    for each in list_webhooks(connection):
        if each.side == Side.BC.value and each.state in ("failed", "expired"):
            yield concerns.WebhookFailed(mapping=each.mapping)
