"""Match-Based Coupling: what the criteria would couple, and the job that does it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from flask_coupling.core.criteria import Criterion, in_groups
from flask_coupling.core.mapping import TableMapping
from flask_coupling.core.match import Match, MatchResult
from flask_coupling.core.side import Direction, Side, direction_from
from flask_coupling.errors import InputInvalid
from flask_coupling.globals import current_coupling
from flask_coupling.jobs.collector import rare_collections
from flask_coupling.jobs.context import JobContext
from flask_coupling.models import JobKind
from flask_coupling.permissions import require
from flask_coupling.sync.dependencies import couple_missing
from flask_coupling.sync.ledger import Ledger
from flask_coupling.sync.match_run import Asked, match_records
from flask_coupling.sync.matching import Found, find_partners
from flask_coupling.sync.run import Run

from .keyset import checked_limit, make_cursor, read_cursor
from .match_criteria import chosen_criteria, grouped, load_criteria
from .setting import blank_references, enabled_connection, find_mapping, find_whole, services_for, used_mappings
from .synchronization import checked_direction, start
from .views import JobView

SYNCHRONIZE_AFTER: dict[str, Side | None] = {"none": None, "bc": Side.BC, "sales": Side.SALES, "both": None}
"""Whether new couplings are synchronized, and whose data then count (both: what differs is a conflict)."""

OF_USERS = frozenset({"SALESPEOPLE"})
"""Table mappings whose partners are users of Sales, which an administrator invites: we create none there."""

MOST_IDS = 10_000
SHOWN_CANDIDATES = 10

_RANK = {result: rank for rank, result in enumerate(MatchResult)}


@dataclass(frozen=True, slots=True)
class Candidate:
    """A row of Sales that fits."""

    id: str
    title: str


@dataclass(frozen=True, slots=True)
class MatchView:
    """What the criteria find for one record: `result` is coupled (would be), no_match, ambiguous, already_coupled.

    `candidates` are the first of `count`; `rivals` other records want the same one.
    """

    bc_id: str
    bc_number: str
    bc_title: str
    result: str
    candidates: tuple[Candidate, ...]
    count: int
    rivals: int


@dataclass(frozen=True, slots=True)
class MatchPreview:
    """A part of what a match would do: those to couple first, then by result and name; `counts` is of all records."""

    rows: tuple[MatchView, ...]
    counts: dict[str, int]
    cursor: str | None


def preview_matches(
    connection: str,
    mapping: str,
    criteria: Sequence[Criterion] | None = None,
    *,
    bc_ids: Sequence[str] | None = None,
    cursor: str | None = None,
    limit: int = 50,
) -> MatchPreview:
    """Return what `match` would do now, for all records without a partner or these; nothing is written.

    Each part costs one reading of both sides, because only then can be told what is unique. Raises
    MatchCriteriaMissing, and InputInvalid for criteria the mapping cannot be matched by.
    """
    require("view", connection=connection, mapping=mapping)
    row, found = enabled_connection(connection), find_whole(connection, mapping)
    groups = grouped(found, chosen_criteria(connection, found, criteria))
    place, size = read_cursor(cursor, (int, str, str)), checked_limit(limit)
    ledger = Ledger(current_coupling.session, connection, found, "", current_coupling.clock)
    with rare_collections():
        seen = find_partners(
            services_for(row, found),
            ledger,
            groups,
            blank_references(row),
            bc_ids=_checked_ids(bc_ids),
            others=used_mappings(connection).values(),
        )
    keys = sorted((_RANK[each.result], seen.bc.title(id), id) for id, each in seen.matches.items())
    shown = [key for key in keys if place is None or key > place][: size + 1]
    counts = Counter(each.result.value for each in seen.matches.values())
    return MatchPreview(
        tuple(_show(seen.matches[id], seen) for _, _, id in shown[:size]),
        {result.value: counts[result.value] for result in MatchResult},
        make_cursor(shown[size - 1]) if len(shown) > size else None,
    )


def _show(match: Match, found: Found) -> MatchView:
    candidates = tuple(Candidate(id, found.sales.title(id)) for id in match.candidates[:SHOWN_CANDIDATES])
    return MatchView(
        bc_id=match.bc_id,
        bc_number=found.bc.number(match.bc_id),
        bc_title=found.bc.title(match.bc_id),
        result=match.result.value,
        candidates=candidates,
        count=len(match.candidates),
        rivals=match.rivals,
    )


def match(
    connection: str,
    mapping: str,
    criteria: Sequence[Criterion] | None = None,
    *,
    bc_ids: Sequence[str] | None = None,
    exclude: Sequence[str] = (),
    create_new: bool = False,
    synchronize: str = "none",
    couple_dependencies: bool = False,
) -> JobView:
    """Start a job that couples the records without a partner that match exactly one, and return it.

    `criteria` are those of the mapping unless given. `bc_ids` limits it to these records, `exclude` takes some out.
    `create_new` creates partners in Sales for what matches nothing (a doubtful match is left alone). `synchronize`
    (none, bc, sales, both) then synchronizes the new couplings, with the data of that side. `couple_dependencies`
    couples or creates first what the records refer to: a contact is matched by its company once that has a partner.
    The job's log has a row for each record that was not coupled. Raises MatchCriteriaMissing, InputInvalid,
    DirectionNotAllowed.
    """
    require("couple", connection=connection, mapping=mapping)
    enabled_connection(connection)
    found = find_whole(connection, mapping)
    chosen = chosen_criteria(connection, found, criteria)
    grouped(found, chosen)
    if create_new:
        _check_creating(found)
    payload = {
        "criteria": [asdict(each) for each in chosen],
        "bc_ids": _checked_ids(bc_ids),
        "exclude": _checked_ids(exclude) or [],
        "create_new": create_new,
        "couple_dependencies": couple_dependencies,
        "synchronize": _checked_choice(connection, found, synchronize),
    }
    return start(connection, mapping, JobKind.COUPLING, found.direction.value, payload, inline=False)


def _checked_ids(ids: Sequence[str] | None) -> list[str] | None:
    if ids is None:
        return None
    if len(ids) > MOST_IDS:
        detail = f"at most {MOST_IDS} records can be named"
        raise InputInvalid(detail=detail, errors={"bc_ids": [detail]})
    return list(dict.fromkeys(ids))


def _check_creating(mapping: TableMapping) -> None:
    checked_direction(mapping, Direction.TO_SALES.value)
    if mapping.name in OF_USERS:
        detail = f"{mapping.caption or mapping.name} are never created in {Side.SALES.label}"
        raise InputInvalid(detail=detail, errors={"create_new": [detail]})


def _checked_choice(connection: str, mapping: TableMapping, choice: str) -> str:
    if choice not in SYNCHRONIZE_AFTER:
        detail = f"{choice!r} is not a choice; it is one of {', '.join(SYNCHRONIZE_AFTER)}"
        raise InputInvalid(detail=detail, errors={"synchronize": [detail]})
    if choice != "none":
        require("synchronize", connection=connection, mapping=mapping.name)
    source = SYNCHRONIZE_AFTER[choice]
    if source is not None:
        checked_direction(mapping, direction_from(source).value)
    return choice


def run_matching(context: JobContext) -> None:
    """The work of a coupling job, as its payload asks."""
    job, payload = context.job, context.job.payload
    row, mapping = enabled_connection(job.connection), find_mapping(job.connection, job.mapping)
    services = services_for(row, mapping).apart()
    run = Run(
        services=services,
        ledger=Ledger(context.session, job.connection, mapping, job.id, current_coupling.clock, job.requested_by),
        direction=Direction(job.direction),
        policy=mapping.policy,
        progress=context,
        others=used_mappings(job.connection),
        blanks=blank_references(row),
        sender=current_coupling.app,
        counters=Counter(job.counters),
        requests_earlier=job.requests + services.requests_made,
        couple_missing=couple_missing if payload.get("couple_dependencies") else None,
    )
    asked = Asked(
        groups=in_groups(load_criteria(payload["criteria"]), mapping),
        bc_ids=payload["bc_ids"],
        exclude=frozenset(payload["exclude"]),
        create_new=payload["create_new"],
        synchronize=payload["synchronize"] != "none",
        source=SYNCHRONIZE_AFTER[payload["synchronize"]],
    )
    match_records(run, asked)
