"""Full synchronization: start one over several table mappings in dependency order, and what follows it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import asdict
from typing import Any

from sqlalchemy import select, update

from flask_coupling.core.mapping import TableMapping
from flask_coupling.core.side import Side
from flask_coupling.errors import DependencyMissing, InputInvalid
from flask_coupling.globals import current_coupling
from flask_coupling.jobs.context import JobContext
from flask_coupling.jobs.queue import PartAsked, enqueue
from flask_coupling.models import IntegrationTableMapping, JobKind, JobState, SynchJob, table_of
from flask_coupling.permissions import principal, require
from flask_coupling.sync.link import count_links

from .jobs import find_job, show_now
from .mapping_settings import change_settings
from .match_criteria import stored_criteria
from .matching import OF_USERS
from .opening import Cursors, run_opened
from .setting import (
    effective_mappings,
    enabled_connection,
    find_mapping,
    find_used,
    fingerprint_of,
    parse_side,
    whole_mappings,
)
from .views import JobView

ACTIONS = ("full", "couple", "couple_full", "none")
"""What a full synchronization does with a table mapping.

full: create what has no partner; couple: couple what matches; couple_full: couple what matches, create for the rest.
All then bring the coupled records together.
"""
_USUAL_ORDER = ("couple_full", "full", "couple", "none")


def actions_of(connection: str, mapping: TableMapping) -> tuple[str, ...]:
    """What may be chosen for a table mapping."""
    matches, creates = bool(stored_criteria(connection, mapping)), mapping.creates
    possible = {"full": creates, "couple": matches, "couple_full": matches and creates, "none": True}
    return tuple(action for action in ACTIONS if possible[action])


def usual_action(connection: str, mapping: TableMapping) -> str:
    """What is done where nobody chose: couple what matches, and create for the rest, as far as either can be done.

    People are only coupled, unless ordinary runs create them too: not every user of Sales is a salesperson.
    """
    able = actions_of(connection, mapping)
    order = ("couple", "none") if mapping.name in OF_USERS and mapping.only_coupled else _USUAL_ORDER
    return next(action for action in order if action in able)


def start_full_synchronization(
    connection: str,
    lines: Mapping[str, str] | None = None,
    *,
    source: str = "bc",
    couple_dependencies: bool = False,
    confirm: bool = False,
) -> JobView:
    """Start a full synchronization, and return its job; each table mapping is a part of it.

    `lines` says what is done with a mapping (see ACTIONS); without it all are synchronized, each in the way that fits.
    Records coupled by it get the data of side `source` (in one-way mappings that of the giving side). Parts run in
    dependency order; of those that wait for nothing several may run at once. Raises DependencyMissing when a mapping
    is left out that another needs, unless `couple_dependencies`, and JobRunningConflictError while a mapping is busy.
    """
    require("synchronize", connection=connection)
    enabled_connection(connection)
    mappings, side = whole_mappings(connection), parse_side(source)
    chosen = _checked_lines(connection, mappings, lines)
    if not couple_dependencies:
        _check_dependencies(connection, mappings, chosen)
    more: dict[str, Any] = {"confirm": confirm}
    if couple_dependencies:
        more["couple_dependencies"] = True
    parts = [
        _part(connection, mappings[name], action, side, more, _before(mappings, name, chosen))
        for name, action in chosen.items()
    ]
    payload = {"lines": chosen, "source": source, **more}
    return start_whole(connection, JobKind.FULL_SYNCHRONIZATION, payload, parts)


def start_whole(connection: str, kind: JobKind, payload: Mapping[str, Any], parts: Sequence[PartAsked]) -> JobView:
    """Store a job of several table mappings with its parts, and hand it to the engine."""
    row = enqueue(
        current_coupling,
        connection=connection,
        mapping="",
        kind=kind,
        direction="bidirectional",
        payload=payload,
        requested_by=principal(),
        whole_mapping=True,
        parts=parts,
    )
    return show_now(find_job(connection, row.id))


def _checked_lines(
    connection: str, mappings: Mapping[str, TableMapping], lines: Mapping[str, str] | None
) -> dict[str, str]:
    """What is done with each mapping that takes part, in dependency order; raises InputInvalid."""
    if lines is None:
        usual = {name: usual_action(connection, mapping) for name, mapping in mappings.items()}
        return {name: action for name, action in usual.items() if action != "none"}
    for name, action in lines.items():
        able = actions_of(connection, find_used(connection, name))
        if action not in able:
            detail = f"{action!r} is nothing that can be done with {name}; it is one of {', '.join(able)}"
            raise InputInvalid(detail=detail, errors={f"lines.{name}": [detail]})
    chosen = {name: lines[name] for name in mappings if lines.get(name, "none") != "none"}
    if not chosen:
        raise InputInvalid(detail="no table mapping is chosen", errors={"lines": ["Choose at least one."]})
    return chosen


def _check_dependencies(connection: str, mappings: Mapping[str, TableMapping], chosen: Mapping[str, str]) -> None:
    counted = last_counts(connection)
    for name in chosen:
        for needed in mappings[name].depends_on:
            if needed in mappings and needed not in chosen and _is_needed(connection, mappings[needed], counted):
                raise DependencyMissing(mapping=name, needed=needed)


def _is_needed(connection: str, mapping: TableMapping, counted: Mapping[str, Any]) -> bool:
    """Whether others would find none of their records coupled: one that is empty, or couples by itself, is not."""
    if mapping.couples_by_value or count_links(current_coupling.session, connection, mapping.name):
        return False
    told = counted.get(mapping.name, {})
    return any(told.get(name, 1) for name in ("bc_free", "sales_free"))


def last_counts(connection: str) -> dict[str, Any]:
    """What the last review counted, by table mapping; empty when there was none."""
    query = select(SynchJob.result).where(
        SynchJob.connection == connection, SynchJob.kind == JobKind.REVIEW, SynchJob.result.is_not(None)
    )
    found = current_coupling.session.scalar(query.order_by(SynchJob.created_at.desc(), SynchJob.id).limit(1))
    return found or {}


def _before(mappings: Mapping[str, TableMapping], name: str, chosen: Mapping[str, str]) -> tuple[str, ...]:
    """The chosen mappings that come before one: those it depends on, also by way of others."""
    needed: dict[str, None] = {}
    waiting = list(mappings[name].depends_on)
    while waiting:
        each = waiting.pop()
        if each in mappings and each not in needed:
            needed[each] = None
            waiting += mappings[each].depends_on
    return tuple(each for each in needed if each in chosen)


def _part(
    connection: str, mapping: TableMapping, action: str, side: Side, more: Mapping[str, Any], after: tuple[str, ...]
) -> PartAsked:
    criteria = stored_criteria(connection, mapping) if action.startswith("couple") else ()
    giving = side if mapping.direction.allows(side) else side.other
    wish = {
        "create": action.endswith("full"),
        "criteria": [asdict(each) for each in criteria],
        "source": giving.value,
    }
    payload = {"resolution": None, "full": wish, **more}
    return PartAsked(mapping.name, JobKind.SYNCHRONIZATION, mapping.direction.value, payload, after)


def run_full_synchronization(context: JobContext) -> None:
    """The work of the job: its parts. Small tables are read together."""
    connection = context.job.connection

    def choose(names: Set[str]) -> dict[str, Cursors]:
        """Those known to be small, from the beginning on: the first pages of all of them are held at once."""
        table = table_of(IntegrationTableMapping)
        was_read = (table.c.connection == connection, table.c.synchronized_at.is_not(None))
        known = names & set(context.session.scalars(select(table.c.name).where(*was_read)))
        small = [name for name in known if count_links(context.session, connection, name) <= SMALL]
        return {name: dict.fromkeys(Side) for name in small}

    run_opened(context, choose, is_whole=True, side_by_side=current_coupling.settings.side_by_side)


SMALL = 1000
"""Couplings of a table mapping up to which its tables are read together with others."""


# --- afterwards ------------------------------------------------------------------------------------------------------


def may_allow_creation(connection: str, job_id: str) -> list[str]:
    """The mappings that a full synchronization created records in, and whose ordinary runs create none."""
    query = select(SynchJob.mapping, SynchJob.payload).where(
        SynchJob.parent_id == job_id, SynchJob.connection == connection, SynchJob.state == JobState.FINISHED
    )
    created = [row.mapping for row in current_coupling.session.execute(query) if _creates(row.payload)]
    known = effective_mappings(connection)
    return [name for name in created if name in known and known[name].only_coupled]


def _creates(payload: Mapping[str, Any]) -> bool:
    return bool((payload.get("full") or {}).get("create"))


def allow_creation(connection: str, mappings: Sequence[str]) -> list[str]:
    """Let the ordinary runs of these table mappings create new records; returns the names of those changed.

    Where a full synchronization has just created them all, nothing is read again for it.
    """
    require("administer", connection=connection)
    row, changed = enabled_connection(connection), []
    for name in dict.fromkeys(mappings):
        before = find_mapping(connection, name)
        if not before.only_coupled:
            continue
        was_read = _is_through(connection, name)
        change_settings(connection, name, {"only_coupled": False})
        if was_read:
            _stamp(connection, name, fingerprint_of(row, before), fingerprint_of(row, find_mapping(connection, name)))
        changed.append(name)
    current_coupling.session.commit()
    return changed


def _is_through(connection: str, mapping: str) -> bool:
    """Whether the last run of the whole mapping was one that created all there was."""
    query = select(SynchJob.state, SynchJob.payload).where(
        SynchJob.connection == connection, SynchJob.mapping == mapping, SynchJob.kind == JobKind.SYNCHRONIZATION
    )
    for row in current_coupling.session.execute(query.order_by(SynchJob.created_at.desc()).limit(_RECENT)):
        if not {"coupling_ids", "ids", "undo"} & row.payload.keys():
            return row.state == JobState.FINISHED and _creates(row.payload)
    return False


_RECENT = 50


def _stamp(connection: str, mapping: str, before: str, after: str) -> None:
    """Let the cursors of a mapping be valid under its new settings."""
    table = table_of(IntegrationTableMapping)
    here = (table.c.connection == connection, table.c.name == mapping, table.c.fingerprint == before)
    current_coupling.session.execute(update(table).where(*here).values(fingerprint=after))
