"""How many couplings each table mapping has, and how many of them are in which state; each counted in its own index."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select

from flask_coupling.globals import current_coupling
from flask_coupling.models import Coupling

from .show import CONFLICT_CODES


@dataclass(slots=True)
class Numbers:
    """Couplings of a table mapping: all, those something is left to do for, those with an error, and two kinds."""

    total: int = 0
    unsettled: int = 0
    failed: int = 0
    conflicts: int = 0
    paused: int = 0


def count_by_mapping(connection: str) -> dict[str, Numbers]:
    """The numbers of each table mapping that has couplings."""
    found: dict[str, Numbers] = defaultdict(Numbers)
    for mapping, count in _count(connection):
        found[mapping].total = count
    # named, so that a database goes to each mapping's unsettled ones instead of reading all couplings
    for mapping, count in _count(connection, Coupling.mapping.in_(list(found)), Coupling.unsettled):
        found[mapping].unsettled = count
    for mapping, count in _count(connection, Coupling.paused):
        found[mapping].paused = count
    query = select(Coupling.mapping, Coupling.error_code, func.count())
    query = query.where(Coupling.connection == connection, Coupling.error_code.is_not(None))
    for mapping, code, count in current_coupling.session.execute(query.group_by(Coupling.mapping, Coupling.error_code)):
        found[mapping].failed += count
        found[mapping].conflicts += count * (code in CONFLICT_CODES)
    return dict(found)


def _count(connection: str, *conditions: Any) -> Any:
    query = select(Coupling.mapping, func.count()).where(Coupling.connection == connection, *conditions)
    return current_coupling.session.execute(query.group_by(Coupling.mapping))
