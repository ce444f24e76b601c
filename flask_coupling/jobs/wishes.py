"""What people want of a job - cancel, pause, resume - and making its state follow.

A wish is a flag of the job's row, written first; whoever then finds the job waiting lets the state follow the flags.
So no wish is lost, whatever the worker does at the same moment.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import Update, select, update

from flask_coupling.errors import JobNotFound
from flask_coupling.models import JobState, SynchJob
from flask_coupling.models.job import OPEN_STATES

from .delivery import deliver, start_engine
from .host import JobHost
from .lease import changes_one
from .tell import tell_finished


def cancel(host: JobHost, job_id: str) -> SynchJob:
    """Take a job back: one that waits or is paused is over at once, a running one stops at its next step. Commits.

    With it its parts are taken back; one part alone can be, too.
    """
    return _wish(host, job_id, {"cancel_requested": True})


def pause(host: JobHost, job_id: str) -> SynchJob:
    """Let a job rest until it is resumed: one that waits at once, a running one after its next step. Commits.

    A paused job has no lease; a run of a whole mapping keeps the right to be its only one. A job that is over stays so.
    A job and its parts rest and go on together.
    """
    return _wish(host, _whole(host, job_id), {"pause_requested": True})


def resume(host: JobHost, job_id: str) -> SynchJob:
    """Let a paused job go on where it was, or withdraw a pause that has not come about yet. Commits."""
    start_engine(host)
    return _wish(host, _whole(host, job_id), {"pause_requested": False})


def follow(host: JobHost, job_id: str) -> None:
    """Bring a job that nobody works on into the state its flags ask for; does nothing to any other. Commits."""
    if _end_canceled(host, job_id):
        tell_finished(host, job_id)
    elif not _rest(host, job_id) and _go_on(host, job_id) and not is_part(host, job_id):
        deliver(host, job_id)


def is_part(host: JobHost, job_id: str) -> bool:
    """Whether the job is part of another, whose worker runs it."""
    return _whole(host, job_id) != job_id


def _whole(host: JobHost, job_id: str) -> str:
    """The job that this one is a part of, else itself."""
    return host.session.scalar(select(SynchJob.parent_id).where(SynchJob.id == job_id)) or job_id


def _wish(host: JobHost, job_id: str, flag: dict[str, bool]) -> SynchJob:
    if host.session.get(SynchJob, job_id) is None:
        raise JobNotFound(id=job_id)
    is_open = SynchJob.state.in_(OPEN_STATES)
    parts = list(host.session.scalars(select(SynchJob.id).where(SynchJob.parent_id == job_id, is_open)))
    for each in (*parts, job_id):  # the parts first: whoever runs them finds them as they are wanted
        _change(host, _job(each).where(is_open), flag)
        follow(host, each)
    row = host.session.get(SynchJob, job_id, populate_existing=True)
    if row is None:
        raise JobNotFound(id=job_id)
    return row


def _job(job_id: str) -> Update:
    return update(SynchJob).where(SynchJob.id == job_id)


def _end_canceled(host: JobHost, job_id: str) -> bool:
    waits = SynchJob.state.in_((JobState.READY, JobState.PAUSED))
    over = {"state": JobState.CANCELED, "finished_at": host.clock(), "running_key": None, "lease_until": None}
    return _change(host, _job(job_id).where(waits, SynchJob.cancel_requested), over | {"pause_requested": False})


def _rest(host: JobHost, job_id: str) -> bool:
    resting = {"state": JobState.PAUSED, "paused_at": host.clock(), "lease_until": None}
    return _change(host, _job(job_id).where(SynchJob.state == JobState.READY, SynchJob.pause_requested), resting)


def _go_on(host: JobHost, job_id: str) -> bool:
    row = host.session.get(SynchJob, job_id, populate_existing=True)
    if row is None or row.paused_at is None:
        return False
    now = host.clock()
    ready = {
        "state": JobState.READY,
        "attempts": 0,  # a pause is not a worker's death
        "paused_at": None,
        "paused_seconds": row.paused_seconds + (now - row.paused_at).total_seconds(),
        "lease_until": now + timedelta(seconds=host.settings.lease_seconds),
    }
    return _change(host, _job(job_id).where(SynchJob.state == JobState.PAUSED, ~SynchJob.pause_requested), ready)


def _change(host: JobHost, statement: Update, values: dict[str, Any]) -> bool:
    is_changed = changes_one(host.session, statement.values(values))
    host.session.commit()
    return is_changed
