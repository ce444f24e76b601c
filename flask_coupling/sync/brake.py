"""The brake: a run that would change too much of what agreed before stops before its first write."""

from __future__ import annotations

from collections.abc import Sequence

from flask_coupling.core.action import Delete, Modify, Uncouple
from flask_coupling.core.mapping import TableMapping
from flask_coupling.core.plan import Plan
from flask_coupling.core.stamp import is_stamp
from flask_coupling.errors import MassChangeConflictError

from .link import chunks, count_links
from .observe import Observed
from .process import BATCH, partner_values, plan_all
from .run import Run


def check_brake(run: Run, observed: Sequence[Observed]) -> None:
    """Stop before the first write when too large a share of what agreed before would be changed or deleted.

    Raises MassChangeConflictError. A wrong filter, an emptied table or a failed import on one side looks like that.
    """
    if run.brake is None or len(observed) < run.brake.minimum:
        return
    total = count_links(run.ledger.session, run.ledger.connection, run.mapping.name)
    if len(observed) <= run.brake.share * total:
        return
    count = 0
    for part in chunks(observed, BATCH):
        works = plan_all(run, part, partner_values(run, [pair for pair, _ in part]))
        count += sum(1 for work in works if work.plan.pair.baseline is not None and _is_drastic(work.plan, run.mapping))
    if count >= run.brake.minimum and count > run.brake.share * total:
        raise MassChangeConflictError(mapping=run.mapping.caption or run.mapping.name, count=count, total=total)


def _is_drastic(plan: Plan, mapping: TableMapping) -> bool:
    is_gone = plan.conflict is not None and plan.conflict.missing is not None
    drastic = (each for each in plan.actions if isinstance(each, Modify | Delete | Uncouple))
    return is_gone or any(not is_stamp(each, mapping) for each in drastic)
