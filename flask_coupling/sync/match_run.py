"""A run of match-based coupling: couple, create what has no match, synchronize, and tell why the rest was left."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from flask_coupling.core.criteria import Group, fields_of
from flask_coupling.core.match import Match, MatchResult
from flask_coupling.core.plan import Plan
from flask_coupling.core.record import Pair, Record
from flask_coupling.core.reference import References
from flask_coupling.core.side import Side
from flask_coupling.errors import AlreadyCoupled, CouplingError, RecordNotFound

from .link import chunks, couplings, read_links
from .matching import Found, couple_found, find_partners, unmatched
from .observe import observe_links
from .portions import process
from .process import BATCH, partner_values
from .reasons import reason_of
from .run import Run
from .selected import create_partners
from .work import Work


@dataclass(frozen=True, slots=True)
class Asked:
    """What a run of match-based coupling was asked to do.

    `bc_ids` limits it to these records, None is all without a partner; `exclude` names those a person took out.
    `create_new` creates a partner in Sales for each record that matches nothing. With `synchronize` the new couplings
    are synchronized, by the data of `source` where that is given.
    """

    groups: Sequence[Group]
    bc_ids: Sequence[str] | None = None
    exclude: frozenset[str] = frozenset()
    create_new: bool = False
    synchronize: bool = False
    source: Side | None = None


class _Stopped(Exception):
    """The run was asked to stop while it was reading."""


def match_records(run: Run, asked: Asked) -> None:
    """Couple the records without a partner that match exactly one, and log each of the others with its reason.

    Counts them as `coupled` and `failed`; those taken out are not counted. A run that was stopped can be run again:
    it goes on with what is left.
    """
    try:
        found = find_partners(
            run.services,
            run.ledger,
            asked.groups,
            run.blanks,
            bc_ids=asked.bc_ids,
            others=run.others.values(),
            each_page=_watch(run),
            refer=_couple_first(run, asked),
        )
    except _Stopped:
        return
    run.total = run.done + len(found.matches)
    late = _couple(run, found, asked)
    created = _create(run, found, asked)
    if late is None or created is None or (asked.synchronize and not _synchronize(run)):
        return
    _log_missing(run, found, asked.bc_ids or ())
    _log_unmatched(run, found, {**late}, asked.exclude | created)


def _couple_first(run: Run, asked: Asked) -> Callable[[Sequence[Record]], References] | None:
    """What couples what records refer to before they are matched by it; None where they are not, or nobody asked."""
    if run.couple_missing is None or not any(each.reference for each in fields_of(asked.groups)):
        return None
    return lambda records: partner_values(run, [Pair(record, None) for record in records])


def _watch(run: Run) -> Callable[[], None]:
    def each_page() -> None:
        run.report()
        if run.progress.stop_requested():
            raise _Stopped

    return each_page


def _couple(run: Run, found: Found, asked: Asked) -> dict[str, CouplingError] | None:
    """The records somebody else coupled meanwhile, with that as their error; None when the run was asked to stop."""
    late: dict[str, CouplingError] = {}
    for coupled, too_late in couple_found(found, run.ledger, asked.source, exclude=asked.exclude):
        run.counters["coupled"] += len(coupled)
        run.done += len(coupled)
        for id in too_late:
            late[id] = AlreadyCoupled(record=found.bc.title(id), partner="another record")
        run.report()
        run.progress.commit()
        if run.progress.stop_requested():
            return None
    return late


def _create(run: Run, found: Found, asked: Asked) -> frozenset[str] | None:
    """Create the partners of those that match nothing at all; a doubtful match is no reason to make a duplicate."""
    if not asked.create_new:
        return frozenset()
    ids = [id for id in unmatched(found, MatchResult.NO_MATCH) if id not in asked.exclude]
    total = run.total
    create_partners(run, Side.BC, ids)
    run.total = total
    return None if run.progress.stop_requested() else frozenset(ids)


def _synchronize(run: Run) -> bool:
    """Synchronize what this job coupled, also before it was interrupted; False when it was asked to stop."""
    ledger = run.ledger
    mine = (couplings.c.connection == ledger.connection, couplings.c.mapping == run.mapping.name)
    query = select(couplings.c.id).where(*mine, couplings.c.job_id == ledger.job_id, couplings.c.bc_etag.is_(None))
    ids = list(ledger.session.scalars(query.order_by(couplings.c.id)))
    run.total = (run.total or 0) + len(ids)
    for part in chunks(ids, BATCH):
        links = read_links(ledger.session, ledger.connection, run.mapping.name, "id", part)
        if not process(run, observe_links(links, run.services, ledger)):
            return False
    return True


def _log_missing(run: Run, found: Found, bc_ids: Iterable[str]) -> None:
    """Tell of the records asked for that are not there (or outside the table filter); coupled ones are left alone."""
    wanted = [id for id in bc_ids if id not in found.matches]
    links = read_links(run.ledger.session, run.ledger.connection, run.mapping.name, "bc_id", wanted)
    coupled = {link.bc_id for link in links}
    gone = [id for id in wanted if id not in coupled]
    error = {id: RecordNotFound(service=Side.BC.label, table=run.mapping.bc.name, id=id) for id in gone}
    _log(run, [(Work(Plan(Pair(Record(id, "", "", {}), None)), None), error[id]) for id in gone])


def _log_unmatched(run: Run, found: Found, late: Mapping[str, CouplingError], left_out: frozenset[str]) -> None:
    """One row for each record that was not coupled, with the reason and the candidates."""
    told = [match for id, match in found.matches.items() if id not in left_out]
    told = [match for match in told if match.result is not MatchResult.COUPLED or match.bc_id in late]
    for part in chunks(told, BATCH):
        _log(run, [(found.work(each.bc_id), late.get(each.bc_id) or _reason(each, found)) for each in part])


def _reason(match: Match, found: Found) -> CouplingError:
    return reason_of(match, found.bc, found.sales)


def _log(run: Run, problems: Sequence[tuple[Work, CouplingError]]) -> None:
    run.ledger.log(problems, "failed")
    run.counters["failed"] += len(problems)
    run.done += len(problems)
    run.report()
    run.progress.commit()
