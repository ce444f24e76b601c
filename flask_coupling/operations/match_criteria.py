"""The criteria of match-based coupling: declared by a table mapping, kept by an administrator, or given for once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import Any

from flask_coupling.core.criteria import Criterion, Group, default_criteria, in_groups
from flask_coupling.core.mapping import TableMapping
from flask_coupling.errors import InputInvalid, MappingInvalid, MatchCriteriaMissing
from flask_coupling.globals import current_coupling
from flask_coupling.models import IntegrationTableMapping
from flask_coupling.permissions import require

from .mapping_settings import change_settings
from .setting import enabled_connection, find_mapping, find_whole

_SETTING = "match"


def get_criteria(connection: str, mapping: str) -> tuple[Criterion, ...]:
    """Return the criteria of a table mapping: those saved, else the declared ones; empty when there are none."""
    require("view", connection=connection, mapping=mapping)
    enabled_connection(connection)
    return stored_criteria(connection, find_mapping(connection, mapping))


def save_criteria(connection: str, mapping: str, criteria: Sequence[Criterion]) -> tuple[Criterion, ...]:
    """Keep the criteria for this table mapping, and return those in use now; none restores the declared ones."""
    require("administer", connection=connection, mapping=mapping)
    enabled_connection(connection)
    found = find_whole(connection, mapping)
    grouped(found, criteria)
    change_settings(connection, mapping, {_SETTING: [_kept(each) for each in criteria]})
    current_coupling.session.commit()
    return stored_criteria(connection, found)


def _kept(criterion: Criterion) -> dict[str, Any]:
    return {**asdict(criterion), "normalize": list(criterion.normalize)}


def stored_criteria(connection: str, mapping: TableMapping) -> tuple[Criterion, ...]:
    """The criteria in use: those saved, else the declared ones; empty when there are none."""
    row = current_coupling.session.get(IntegrationTableMapping, (connection, mapping.name), populate_existing=True)
    kept = ((row.settings if row is not None else None) or {}).get(_SETTING)
    return load_criteria(kept) if kept else default_criteria(mapping)


def first_criteria(connection: str, mapping: TableMapping) -> tuple[Group, ...]:
    """By what new records are coupled before partners are created; nothing unless the mapping asks for it."""
    return in_groups(stored_criteria(connection, mapping), mapping) if mapping.match_first else ()


def load_criteria(rows: Iterable[dict[str, Any]]) -> tuple[Criterion, ...]:
    """Criteria as they are kept in settings and in a job."""
    return tuple(Criterion(**{**row, "normalize": tuple(row["normalize"])}) for row in rows)


def grouped(mapping: TableMapping, criteria: Iterable[Criterion]) -> tuple[Group, ...]:
    """The criteria by priority; raises InputInvalid for those the mapping cannot be matched by."""
    try:
        return in_groups(criteria, mapping)
    except MappingInvalid as error:
        detail = str(error.facts["detail"])
        raise InputInvalid(detail=detail, errors={"criteria": [detail]}) from error


def chosen_criteria(
    connection: str, mapping: TableMapping, criteria: Sequence[Criterion] | None
) -> tuple[Criterion, ...]:
    """The criteria to go by; raises MatchCriteriaMissing when there are none."""
    chosen = tuple(criteria) if criteria is not None else stored_criteria(connection, mapping)
    if not chosen:
        raise MatchCriteriaMissing(mapping=mapping.caption or mapping.name)
    return chosen
