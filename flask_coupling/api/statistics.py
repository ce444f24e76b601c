"""Account statistics in Sales, and what is open there for an account."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_coupling.operations import statistics
from flask_coupling.schemas.job import JobSchema
from flask_coupling.schemas.statistics import (
    AccountActivitySchema,
    ActivityListSchema,
    CountActivitySchema,
    UpdateStatisticsSchema,
)

from .connections import ONE as CONNECTION
from .couplings import ONE as COUPLING
from .jobs import LOCATION, give_accepted
from .resource import Resource, give

resource = Resource("statistics", __name__, "What each system knows of the other's business.")

ROOT = f"{CONNECTION}/statistics"


@resource.post(f"{ROOT}/update")
@resource.takes(UpdateStatisticsSchema)
@resource.answers(200, JobSchema)
@resource.answers(202, JobSchema, headers=LOCATION)
def update_statistics(connection: str, coupling_ids: Sequence[int] | None = None, wait: bool = False) -> Any:
    """Bring balance, overdue amounts, sales and credit limit of coupled customers to their accounts in Sales."""
    job = statistics.update_statistics(connection, coupling_ids, wait=wait)
    return give(job, JobSchema, 200) if wait else give_accepted(job)


@resource.post(f"{ROOT}/activity")
@resource.takes(CountActivitySchema)
@resource.gives(200, ActivityListSchema)
def count_activities(connection: str, coupling_ids: Sequence[int]) -> Any:
    """Count the open opportunities, quotes, orders and cases of accounts in Sales, in one request to it."""
    return {"rows": list(statistics.count_activity(connection, coupling_ids).values())}


@resource.get(f"{COUPLING}/activity")
@resource.gives(200, AccountActivitySchema)
def count_activity(connection: str, id: int) -> Any:
    """Count the open opportunities, quotes, orders and cases of a coupling's account in Sales."""
    return statistics.count_activity(connection, [id])[id]
