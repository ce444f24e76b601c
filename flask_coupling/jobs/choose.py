"""Choose the job engine that the configuration names."""

from __future__ import annotations

from collections.abc import Callable

from flask_coupling.errors import NotConfigured
from flask_coupling.settings import Settings

from .celery import CeleryEngine
from .engine import JobEngine
from .huey import HueyEngine
from .inline import InlineEngine

ENGINES: dict[str, Callable[[Settings], JobEngine]] = {
    "inline": lambda settings: InlineEngine(),
    "huey": lambda settings: HueyEngine(settings.huey_file, settings.job_workers),
    "celery": lambda settings: CeleryEngine(settings.celery_app),
}


def make_engine(settings: Settings) -> JobEngine:
    """The engine of COUPLING_JOB_ENGINE: one of ours by name, or the host's own object."""
    wanted = settings.job_engine
    if isinstance(wanted, JobEngine):
        return wanted
    make = ENGINES.get(wanted) if isinstance(wanted, str) else None
    if make is None:
        remedy = f"Use one of {', '.join(ENGINES)}, or an object with the methods of JobEngine"
        raise NotConfigured(detail=f"COUPLING_JOB_ENGINE is {wanted!r}", remedy=remedy)
    return make(settings)
