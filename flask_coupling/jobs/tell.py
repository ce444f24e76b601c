"""Tell whoever listens that a job is over."""

from __future__ import annotations

import logging

from flask_coupling.models import SynchJob
from flask_coupling.models.job import COUNTERS
from flask_coupling.signals import job_finished

from .host import JobHost

log = logging.getLogger(__name__)


def tell_finished(host: JobHost, job_id: str) -> None:
    """Send the signal that a job is over; a listener's mistake is logged and undoes nothing."""
    row = host.session.get(SynchJob, job_id, populate_existing=True) if job_finished.receivers else None
    if row is None:
        return
    facts = {name: getattr(row, name) for name in ("connection", "mapping", "kind", "state", "message")}
    counters = {name: getattr(row, name) for name in COUNTERS}
    try:
        job_finished.send(host.app, job_id=job_id, counters=counters, **facts)
    except Exception:
        log.exception("a listener of job_finished failed job_id=%s", job_id)
