"""Run one job: claim its row, call the handler, and write down how it ended, whatever happens."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy.exc import OperationalError

from flask_coupling.errors import CouplingError, DatabaseUnavailable, NotConfigured
from flask_coupling.models import JobKind, JobState, SynchJob

from .collector import rare_collections
from .context import Handler, LeaseLost
from .host import JobHost
from .lease import close_parts, take_lease, worker_name
from .running import RunningJob, describe_job
from .tell import tell_finished
from .wishes import follow

log = logging.getLogger(__name__)

DATABASE_PAUSE = 15.0
"""Seconds after which a job is begun again whose database was busy or gone."""


def run_job(host: JobHost, job_id: str, handlers: Mapping[JobKind, Handler] | None = None) -> bool:
    """Run the job in the current app context; False when it is somebody else's, over, or not there any more.

    What goes wrong in the job is written to its row (state, code, message) and not raised. When even that cannot be
    written, the lease runs out and the job is delivered again.
    """
    running = _claim(host, job_id)
    if running is None:
        return False
    log.info("job started job_id=%s mapping=%s attempt=%d", job_id, running.job.mapping, running.job.attempt)
    try:
        with running.heartbeat(), rare_collections():
            _find_handler(handlers or host.handlers, running.job.kind)(running)
        if running.was_stopped:
            _stop(host, running)
            return True
        ending = {**running.reported, "state": JobState.FINISHED, "message": None, "error_code": None}
    except LeaseLost:
        host.session.rollback()
        log.warning("job lost its lease job_id=%s", job_id)
        return True
    except Exception as error:
        host.session.rollback()
        known = error if isinstance(error, CouplingError) else _database_failure(error)
        _log_failure(job_id, error, known)
        if known is not None and _postpone(host, running, known):
            return True
        ending = {**running.stored, **(_unexpected(job_id, error) if known is None else _failed(known))}
    _end(host, running, ending)
    return True


def _claim(host: JobHost, job_id: str) -> RunningJob | None:
    session, now, worker = host.session, host.clock(), worker_name()
    if not take_lease(session, job_id, worker, now, host.settings.lease_seconds):
        session.rollback()
        return None
    row = session.get(SynchJob, job_id, populate_existing=True)
    assert row is not None, "a row that was just updated in this transaction"
    job = describe_job(row)
    session.commit()
    return RunningJob(host, job, worker)


def _find_handler(handlers: Mapping[JobKind, Handler], kind: JobKind) -> Handler:
    handler = handlers.get(kind)
    if handler is None:
        raise NotConfigured(detail=f"no handler for jobs of kind {kind}", remedy="Register one in state.handlers")
    return handler


def _stop(host: JobHost, running: RunningJob) -> None:
    """The handler stopped because it was asked to: the job rests, and is over if that is what was wanted."""
    resting = {"state": JobState.PAUSED, "paused_at": host.clock(), "message": None, "error_code": None}
    running.release(**running.reported, **resting)
    follow(host, running.job.id)
    log.info("job stopped job_id=%s", running.job.id)


def _database_failure(error: Exception) -> DatabaseUnavailable | None:
    """What a busy or lost database is; None for anything else, such as a table that is not there."""
    if not isinstance(error, OperationalError) or getattr(error.orig, "sqlite_errorname", "") == "SQLITE_ERROR":
        return None
    return DatabaseUnavailable(retry_after=DATABASE_PAUSE)


def _log_failure(job_id: str, error: Exception, known: CouplingError | None) -> None:
    if known is error:
        log.warning("job failed job_id=%s code=%s message=%s", job_id, known.code, known.message)
    else:
        log.error("job failed job_id=%s", job_id, exc_info=error)


def _failed(error: CouplingError) -> dict[str, Any]:
    return {"state": JobState.ERROR, "error_code": error.code, "message": str(error)}


def _unexpected(job_id: str, error: Exception) -> dict[str, Any]:
    # the exception's own text may hold anything, a customer's data or a query; it is in the host's log
    message = f"The job failed unexpectedly ({type(error).__name__}). The host's log tells more under job_id={job_id}."
    return {"state": JobState.ERROR, "error_code": "unexpected", "message": message}


def _postpone(host: JobHost, running: RunningJob, error: CouplingError) -> bool:
    """Put the job back when the service told how long to wait, and there is someone to wait."""
    wait, job = error.retry_after, running.job
    if wait is None or not host.engine.in_background or job.attempt >= host.settings.job_attempts:
        return False
    eta = host.clock() + timedelta(seconds=wait)
    late = eta + timedelta(seconds=host.settings.lease_seconds)
    columns = {**running.stored, "state": JobState.READY, "message": str(error), "error_code": error.code}
    try:
        running.release(lease_until=late, **columns)
    except LeaseLost:
        log.warning("job lost its lease job_id=%s", job.id)
        return True
    follow(host, job.id)  # it may have been canceled or paused meanwhile; its id then leads to nothing
    if job.parent_id is None:
        host.engine.deliver(job.id, eta)
    return True


def _end(host: JobHost, running: RunningJob, ending: dict[str, Any]) -> None:
    if not running.job.mapping:  # one of several tables
        close_parts(host, running.job.id)
    try:
        running.release(finished_at=host.clock(), running_key=None, pause_requested=False, **ending)
    except LeaseLost:
        log.warning("job lost its lease job_id=%s", running.job.id)
        return
    log.info("job ended job_id=%s state=%s", running.job.id, ending["state"])
    tell_finished(host, running.job.id)
