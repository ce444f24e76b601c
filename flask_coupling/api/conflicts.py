"""Conflicts: list those that wait for a person, and decide one or all of a kind."""

from __future__ import annotations

from typing import Any

from flask_coupling.operations import conflicts
from flask_coupling.schemas.conflict import (
    ConflictPageSchema,
    ConflictSchema,
    ConflictsQuery,
    ResolveAlikeSchema,
    ResolveSchema,
)
from flask_coupling.schemas.job import JobSchema

from .connections import ONE as CONNECTION
from .jobs import LOCATION, give_accepted
from .resource import QUERY, Resource
from .table_mappings import ONE as MAPPING

resource = Resource("conflicts", __name__, "Records whose two sides contradict each other, until a person decides.")

ROOT = f"{CONNECTION}/conflicts"
ONE = f"{ROOT}/<int:id>"


@resource.get(ROOT)
@resource.takes(ConflictsQuery, QUERY)
@resource.gives(200, ConflictPageSchema)
def list_conflicts(connection: str, **query: Any) -> Any:
    """List the open conflicts, oldest first."""
    return conflicts.list_conflicts(connection, query.pop("mapping", None), **query)


@resource.get(ONE)
@resource.gives(200, ConflictSchema)
def get_conflict(connection: str, id: int) -> Any:
    """Show an open conflict."""
    return conflicts.get_conflict(connection, id)


@resource.post(f"{ONE}/resolve")
@resource.takes(ResolveSchema)
@resource.gives(200, JobSchema)
def resolve_conflict(connection: str, id: int, **decision: Any) -> Any:
    """Decide a conflict and carry it out at once.

    The decision holds for the values the conflict shows: where one has changed since, nothing is written for it and
    the conflict stays open with the new ones.
    """
    return conflicts.resolve_conflict(connection, id, **decision)


@resource.post(f"{MAPPING}/conflicts/resolve")
@resource.takes(ResolveAlikeSchema)
@resource.answers(202, JobSchema, headers=LOCATION)
def resolve_conflicts(connection: str, mapping: str, kind: str, **rule: Any) -> Any:
    """Decide all open conflicts of one kind of a table mapping by one rule, in a job."""
    return give_accepted(conflicts.resolve_conflicts(connection, mapping, kind=kind, **rule))
