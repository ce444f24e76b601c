"""Match-based coupling: criteria, what they would couple, the job that does it, and suggestions."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask_coupling.operations import match_criteria, matching, suggesting
from flask_coupling.schemas.job import JobSchema
from flask_coupling.schemas.matching import (
    CriteriaSchema,
    CriteriaViewSchema,
    MatchPageSchema,
    MatchPreviewSchema,
    MatchSchema,
    SuggestionsSchema,
)

from .jobs import LOCATION, give_accepted
from .resource import Resource
from .table_mappings import ONE as MAPPING

resource = Resource("matching", __name__, "Finding the records that are the same by their values.")

CRITERIA = f"{MAPPING}/match-criteria"
MATCHES = f"{MAPPING}/matches"


@resource.get(CRITERIA)
@resource.gives(200, CriteriaViewSchema)
def get_criteria(connection: str, mapping: str) -> Any:
    """Show the criteria that records are matched by."""
    return {"criteria": match_criteria.get_criteria(connection, mapping)}


@resource.put(CRITERIA)
@resource.takes(CriteriaSchema)
@resource.gives(200, CriteriaViewSchema)
def save_criteria(connection: str, mapping: str, criteria: list[Any]) -> Any:
    """Keep the criteria that records are matched by; an empty list restores the declared ones."""
    return {"criteria": match_criteria.save_criteria(connection, mapping, criteria)}


@resource.post(f"{MATCHES}/preview")
@resource.takes(MatchPreviewSchema)
@resource.gives(200, MatchPageSchema)
def preview_matches(connection: str, mapping: str, **asked: Any) -> Any:
    """Show what a match would couple and why not the rest, page by page; nothing is written.

    Each page costs one reading of both sides.
    """
    return matching.preview_matches(connection, mapping, asked.pop("criteria", None), **asked)


@resource.post(MATCHES)
@resource.takes(MatchSchema)
@resource.answers(202, JobSchema, headers=LOCATION)
def match(connection: str, mapping: str, **asked: Any) -> Any:
    """Couple the records that match exactly one, as a job; its errors tell why each of the others was left."""
    return give_accepted(matching.match(connection, mapping, asked.pop("criteria", None), **asked))


@resource.get(f"{MAPPING}/suggestions/<uuid:id>")
@resource.gives(200, SuggestionsSchema)
def list_suggestions(connection: str, mapping: str, id: UUID) -> Any:
    """List the likely partners of a record of Business Central with scores and reasons; nothing is coupled."""
    return {"rows": suggesting.suggestions(connection, mapping, str(id))}
