"""Hand a job's id to the engine, and end the job when the engine does not take it."""

from __future__ import annotations

from sqlalchemy import StaticPool, update

from flask_coupling.errors import NotConfigured
from flask_coupling.models import JobState, SynchJob

from .host import JobHost


def start_engine(host: JobHost) -> None:
    """Begin to work on jobs in this process; raises NotConfigured when the database cannot be used from threads."""
    if not can_share_database(host):
        raise NotConfigured(
            detail="jobs run in threads of their own, and an in-memory SQLite database cannot be used from several",
            remedy="Use a database file, or set COUPLING_JOB_ENGINE to 'inline'",
        )
    host.engine.start()


def can_share_database(host: JobHost) -> bool:
    """Whether the engine's workers can use the host's database."""
    return not (host.engine.in_background and isinstance(host.db_engine.pool, StaticPool))


def deliver(host: JobHost, job_id: str) -> None:
    """Hand over the id of a stored job; when that fails the job is over, and NotConfigured says so. Commits."""
    try:
        host.engine.deliver(job_id)
    except Exception as error:
        message = f"The job engine {host.engine.health().name} did not take the job ({type(error).__name__})."
        values = {"state": JobState.ERROR, "error_code": "not_delivered", "message": message}
        over = {"finished_at": host.clock(), "running_key": None, "lease_until": None}
        host.session.rollback()
        host.session.execute(update(SynchJob).where(SynchJob.id == job_id).values(**values, **over))
        host.session.commit()
        raise NotConfigured(detail=message.rstrip("."), remedy="Look at the host's log, and start it again") from error
