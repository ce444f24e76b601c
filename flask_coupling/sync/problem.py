"""What to tell people about a pair that was not fully handled."""

from __future__ import annotations

from collections.abc import Callable

from flask_coupling.core.action import Skip
from flask_coupling.core.conflict import Conflict, ConflictKind
from flask_coupling.core.plan import is_resolved
from flask_coupling.core.side import Side
from flask_coupling.errors import (
    AlreadyCoupled,
    CouplingError,
    DeletionConflictError,
    DirectionNotAllowed,
    ExchangeRateMissing,
    FreightAccountMissing,
    MatchAmbiguous,
    MatchContested,
    MatchRemoved,
    MatchTaken,
    OtherCompany,
    OutsideFilter,
    PartnerNotCreatable,
    RecordError,
    ReferenceMissing,
    UpdateConflictError,
    ValueMissing,
    ValueUntranslatable,
)

from .work import Work

_SKIPS: dict[str, type[CouplingError]] = {
    each.code: each
    for each in (
        AlreadyCoupled,
        ExchangeRateMissing,
        ReferenceMissing,
        OtherCompany,
        OutsideFilter,
        ValueMissing,
        ValueUntranslatable,
        DirectionNotAllowed,
        FreightAccountMissing,
        PartnerNotCreatable,
        MatchAmbiguous,
        MatchContested,
        MatchRemoved,
        MatchTaken,
    )
}


def problem_of(work: Work, describe: Callable[[Work], str]) -> CouplingError | None:
    """The error that describes why a pair is not settled, or None; `describe` gives its name for people."""
    if work.problem is not None:
        return work.problem
    if work.errors:
        return next(iter(work.errors.values()))
    if work.plan.conflict is not None and not is_resolved(work.plan):
        return conflict_error(work.plan.conflict, describe(work))
    for action in work.plan.actions:
        if isinstance(action, Skip):
            return skip_error(action, describe(work))
    return None


def skip_error(skip: Skip, record: str) -> CouplingError:
    """A Skip as the error it stands for."""
    kind = _SKIPS.get(skip.reason)
    if kind is None:
        return RecordError(detail=f"{record} was set aside: {skip.reason}")
    facts = {"record": record, **dict(skip.facts)}
    if kind is ReferenceMissing:
        source = Side(facts["side"])
        facts = {"name": facts["value"], "service": source.label, "other": source.other.label, **facts}
    return kind(**facts)


def conflict_error(conflict: Conflict, record: str) -> CouplingError:
    """A conflict as the error it stands for."""
    if conflict.kind is ConflictKind.UPDATE:
        return UpdateConflictError(record=record, fields=", ".join(each.field for each in conflict.fields))
    missing = conflict.missing or Side.BC
    return DeletionConflictError(record=record, service=missing.label, side=missing.value)
