"""Couple small tables by equal values, as soon as records refer to them (currencies by their code)."""

from __future__ import annotations

from collections.abc import Sequence

from flask_coupling.core.criteria import default_criteria, in_groups
from flask_coupling.core.mapping import TableMapping
from flask_coupling.core.side import Side

from .carry_out import Services
from .ledger import Ledger
from .matching import Rows, couple_found, find_partners


def couple_by_value(mappings: Sequence[TableMapping], services: Services, ledger: Ledger) -> int:
    """Couple the records of these mappings that match uniquely on both sides and are free; returns how many.

    Costs one reading of all their tables, which are small: one request to each service. The caller commits.
    """
    groups = [in_groups(default_criteria(each), each) for each in mappings]
    told = list(zip(mappings, groups, strict=True))
    views = {side: [(Rows(side, each).view(by), None) for each, by in told] for side in Side}
    pages = {side: services.of(side).changes_of(views[side]) for side in Side}
    count = 0
    for place, (mapping, by) in enumerate(told):
        theirs = Ledger(ledger.session, ledger.connection, mapping, ledger.job_id, ledger.clock)
        both = Services(services.bc, services.sales, mapping)
        found = find_partners(both, theirs, by, opened={side: pages[side][place] for side in Side})
        count += sum(len(coupled) for coupled, _ in couple_found(found, theirs))
    return count
