"""Failed records: list them, singly or by cause, and try them again."""

from __future__ import annotations

from typing import Any

from flask_coupling.operations import failed_pairs, failures
from flask_coupling.schemas.coupling import UncoupledSchema
from flask_coupling.schemas.failure import (
    DecideFailedSchema,
    FailedIdsSchema,
    FailureGroupsSchema,
    FailurePageSchema,
    FailuresQuery,
    RetriedSchema,
    RetryAllSchema,
    RetrySchema,
)
from flask_coupling.schemas.job import JobListSchema

from .connections import ONE as CONNECTION
from .resource import QUERY, Resource

resource = Resource("failures", __name__, "Records that did not get across: why, and what may help.")

ROOT = f"{CONNECTION}/failures"


@resource.get(ROOT)
@resource.takes(FailuresQuery, QUERY)
@resource.gives(200, FailurePageSchema)
def list_failures(connection: str, **query: Any) -> Any:
    """List the failed records, in the order they first failed."""
    return failures.list_failures(connection, query.pop("mapping", None), **query)


@resource.get(f"{ROOT}/groups")
@resource.gives(200, FailureGroupsSchema)
def list_failure_groups(connection: str) -> Any:
    """List the causes of failures, the most frequent first."""
    return {"rows": failures.failure_groups(connection)}


@resource.post(f"{ROOT}/retry")
@resource.takes(RetrySchema)
@resource.gives(200, RetriedSchema)
def retry(connection: str, ids: list[int], synchronize: bool = False) -> Any:
    """Try failed records again, whatever they wait for: with the next run, or at once."""
    if synchronize:
        return failures.retry_now(connection, ids)
    return {"count": failures.retry(connection, ids), "jobs": []}


@resource.post(f"{ROOT}/retry-all")
@resource.takes(RetryAllSchema)
@resource.gives(200, RetriedSchema)
def retry_all(connection: str, synchronize: bool = False, mapping: str | None = None, **which: Any) -> Any:
    """Try all failed records that fit again: with the next run, or at once."""
    if synchronize:
        return failures.retry_all_now(connection, mapping, **which)
    return {"count": failures.retry_all(connection, mapping, **which), "jobs": []}


@resource.post(f"{ROOT}/uncouple")
@resource.takes(FailedIdsSchema)
@resource.gives(200, UncoupledSchema)
def uncouple_failed(connection: str, ids: list[int]) -> Any:
    """Remove the couplings of failed records; both records of each stay."""
    return {"uncoupled": failed_pairs.uncouple_failed(connection, ids)}


@resource.post(f"{ROOT}/decide")
@resource.takes(DecideFailedSchema)
@resource.gives(200, JobListSchema)
def decide_failed(connection: str, ids: list[int], decision: str) -> Any:
    """Restore the deleted partners of failed records, or delete these records too: one job for each table mapping."""
    return {"rows": failed_pairs.decide_failed(connection, ids, decision)}
