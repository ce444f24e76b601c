"""Couple a small table by equal values, as soon as records refer to it (currencies by their code)."""

from __future__ import annotations

from flask_coupling.core.criteria import default_criteria, in_groups
from flask_coupling.core.mapping import TableMapping

from .carry_out import Services
from .ledger import Ledger
from .matching import couple_found, find_partners


def couple_by_value(mapping: TableMapping, services: Services, ledger: Ledger) -> int:
    """Couple the records of `mapping` that match uniquely on both sides and are free; returns how many.

    Costs one reading of both tables; both are small. The caller commits.
    """
    theirs = Ledger(ledger.session, ledger.connection, mapping, ledger.job_id, ledger.clock)
    found = find_partners(
        Services(services.bc, services.sales, mapping), theirs, in_groups(default_criteria(mapping), mapping)
    )
    return sum(len(coupled) for coupled, _ in couple_found(found, theirs))
