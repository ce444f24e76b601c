"""Synchronize Now: start runs, and look at what they would do."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import select

from flask_coupling.core.conflict import UpdateConflictResolution
from flask_coupling.core.mapping import TableMapping
from flask_coupling.core.plan import Plan
from flask_coupling.core.reference import References
from flask_coupling.core.side import Direction
from flask_coupling.errors import CouplingNotFound, DirectionNotAllowed, InputInvalid
from flask_coupling.globals import current_coupling, find_state
from flask_coupling.jobs.queue import enqueue
from flask_coupling.jobs.runner import run_job
from flask_coupling.models import Coupling, JobKind
from flask_coupling.permissions import principal, require
from flask_coupling.sync.ledger import Ledger
from flask_coupling.sync.lines import plan_lines
from flask_coupling.sync.link import chunks
from flask_coupling.sync.run import Run
from flask_coupling.sync.selected import preview_links

from .document_lines import Onlooker
from .jobs import find_job
from .pausing import without_paused
from .runs import policy_of
from .setting import (
    blank_references,
    enabled_connection,
    find_used,
    find_whole,
    services_for,
    used_mappings,
)
from .show import show_job, show_plan
from .views import JobView, PlanView

PREVIEW_LIMIT = 1000
"""Pairs one preview may ask for."""


def synchronize(
    connection: str,
    mapping: str,
    *,
    coupling_ids: Sequence[int] | None = None,
    direction: str | None = None,
    resolution: str | None = None,
    wait: bool = False,
    confirm: bool = False,
    extent: str = "modified",
    couple_dependencies: bool = False,
) -> JobView:
    """Start a run and return it: of these couplings, or of all that changed in the mapping when none are named.

    `direction` narrows it to one way, `resolution` decides update conflicts for this run (send_to_sales,
    get_from_sales, newest). `confirm` lets a run of the whole mapping change more records than COUPLING_BRAKE_SHARE.
    `extent` is modified, full (all records, whatever was read before) or, for a mapping that goes one way,
    unconditional (its coupled records are made alike, edits at the receiving end overwritten).
    `couple_dependencies` couples or creates first what the records refer to.

    A single record with `wait` is done inline, and the finished run comes back. Paused couplings are left out.
    Raises DirectionNotAllowed, CouplingNotFound, CouplingPaused when all of them are, and JobRunningConflictError while
    the whole mapping is being synchronized.
    """
    require("synchronize", connection=connection, mapping=mapping)
    enabled_connection(connection)
    found = find_used(connection, mapping)
    way = checked_direction(found, direction)
    payload: dict[str, Any] = {"resolution": _checked_resolution(resolution), "confirm": confirm}
    if couple_dependencies:
        payload["couple_dependencies"] = True
    payload |= _extent(found, extent, coupling_ids)
    if coupling_ids is not None:
        payload["coupling_ids"] = without_paused(_checked_ids(connection, mapping, coupling_ids))
    inline = wait and coupling_ids is not None and len(coupling_ids) == 1
    return start(connection, mapping, JobKind.SYNCHRONIZATION, way.value, payload, inline=inline)


def _extent(mapping: TableMapping, extent: str, coupling_ids: Sequence[int] | None) -> dict[str, Any]:
    """What a run of a whole mapping looks at, for its payload."""
    if extent not in EXTENTS or (extent != "modified" and coupling_ids is not None):
        detail = f"{extent!r} is not an extent of a run of {'these records' if coupling_ids else 'a table mapping'}"
        raise InputInvalid(detail=detail, errors={"extent": [f"Choose one of {', '.join(EXTENTS)}."]})
    if extent == "unconditional" and mapping.direction is Direction.BIDIRECTIONAL:
        way = "unconditionally, because it goes both ways"
        raise DirectionNotAllowed(mapping=mapping.caption or mapping.name, direction=way, allowed="one way only")
    return dict(_EXTENTS[extent])


_EXTENTS: dict[str, dict[str, Any]] = {
    "modified": {},
    "full": {"full": {"create": False}},
    "unconditional": {"unconditional": True},
}

EXTENTS = tuple(_EXTENTS)
"""What a run of a whole table mapping may look at."""


def compare(connection: str, mapping: str) -> JobView:
    """Start a drift report: a job that compares all coupled pairs of a mapping and writes to neither side.

    Its log lists each pair that differs; its counters are `unchanged` (alike) and `skipped` (different).
    """
    require("view", connection=connection, mapping=mapping)
    enabled_connection(connection)
    found = find_whole(connection, mapping)
    return start(connection, mapping, JobKind.COMPARISON, found.direction.value, {}, inline=False)


def start(
    connection: str,
    mapping: str,
    kind: JobKind,
    direction: str,
    payload: Mapping[str, Any],
    *,
    inline: bool,
    requested_by: str | None = None,
    only_one: str = "",
) -> JobView:
    """Store a job and run it here and now, or hand it to the engine; asked for by the one who asks us, or another.

    Raises JobRunningConflictError while another job of the whole mapping is open, or one that is the `only_one` too.
    """
    row = enqueue(
        current_coupling,
        connection=connection,
        mapping=mapping,
        kind=kind,
        direction=direction,
        payload=payload,
        requested_by=principal() if requested_by is None else requested_by,
        whole_mapping=kind in _EXCLUSIVE and not _PARTIAL & payload.keys(),
        only_one=only_one,
        deliver=not inline,
    )
    if inline:
        run_job(find_state(), row.id)  # its heartbeat has no app context
    return show_job(find_job(connection, row.id), current_coupling.clock())


_EXCLUSIVE = (JobKind.SYNCHRONIZATION, JobKind.UNCOUPLING)

_PARTIAL = frozenset({"coupling_ids", "ids", "search", "undo"})
"""What a payload names when the run is of some records only."""


def checked_direction(mapping: TableMapping, direction: str | None) -> Direction:
    """The direction of a run; raises InputInvalid or DirectionNotAllowed."""
    if direction is None:
        return mapping.direction
    try:
        wanted = Direction(direction)
    except ValueError:
        detail = f"{direction!r} is not a direction; it is one of {', '.join(Direction)}"
        raise InputInvalid(detail=detail, errors={"direction": [detail]}) from None
    narrowed = wanted.within(mapping.direction)
    if narrowed is not wanted:
        raise DirectionNotAllowed(
            mapping=mapping.caption or mapping.name,
            direction=_WORDS[wanted],
            allowed=_WORDS[mapping.direction],
        )
    return wanted


_WORDS = {
    Direction.BIDIRECTIONAL: "both ways",
    Direction.TO_SALES: "to Dynamics 365 Sales",
    Direction.FROM_SALES: "from Dynamics 365 Sales",
}


def _checked_resolution(resolution: str | None) -> str | None:
    if resolution is None:
        return None
    try:
        return UpdateConflictResolution(resolution).value
    except ValueError:
        detail = f"{resolution!r} is not a resolution; it is one of {', '.join(UpdateConflictResolution)}"
        raise InputInvalid(detail=detail, errors={"resolution": [detail]}) from None


def _checked_ids(connection: str, mapping: str, ids: Sequence[int]) -> list[int]:
    wanted = list(dict.fromkeys(ids))
    if not wanted:
        raise InputInvalid(detail="no records are selected", errors={"coupling_ids": ["Select at least one record."]})
    known: set[int] = set()
    for part in chunks(wanted):
        query = select(Coupling.id).where(Coupling.connection == connection, Coupling.mapping == mapping)
        known.update(current_coupling.session.scalars(query.where(Coupling.id.in_(part))))
    for id in wanted:
        if id not in known:
            raise CouplingNotFound(id=id)
    return wanted


def preview(
    connection: str,
    mapping: str,
    coupling_ids: Sequence[int],
    *,
    direction: str | None = None,
    resolution: str | None = None,
) -> list[PlanView]:
    """Return what synchronizing these couplings would do now, in order of coupling; nothing is written."""
    require("view", connection=connection, mapping=mapping)
    row, found = enabled_connection(connection), find_used(connection, mapping)
    way, ids = checked_direction(found, direction), _checked_ids(connection, mapping, coupling_ids)
    if len(ids) > PREVIEW_LIMIT:
        detail = f"a preview holds at most {PREVIEW_LIMIT} records"
        raise InputInvalid(detail=detail, errors={"coupling_ids": [detail]})
    session = current_coupling.session
    ledger = Ledger(session, connection, found, "", current_coupling.clock)
    run = Run(
        services=services_for(row, found),
        ledger=ledger,
        direction=way,
        policy=policy_of(found, _checked_resolution(resolution)),
        progress=Onlooker(),
        others=used_mappings(connection),
        blanks=blank_references(row),
        freight_account=row.freight_account,
    )
    plans = preview_links(run, ids)
    lines = plan_lines(run, [link for each, link in plans if each.pair.bc and each.pair.sales])
    return [
        replace(show_plan(each, found), lines=_show_lines(lines.get(link.id, ())))
        for each, link in sorted(plans, key=lambda both: both[1].id)
    ]


def _show_lines(lines: Iterable[tuple[TableMapping, Plan, References]]) -> tuple[PlanView, ...]:
    """What is to be done with a document's lines; those that stay as they are are left out."""
    shown = (show_plan(each, mapping) for mapping, each, _ in lines)
    return tuple(
        each
        for each in shown
        if any(action.kind not in ("unchanged", "couple") for action in each.actions) or each.conflict_kind
    )
