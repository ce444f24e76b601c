"""Records that match-based coupling was in doubt about: no partner is made for them, a person is asked instead."""

from __future__ import annotations

from collections.abc import Mapping

from flask_coupling.core.action import Skip
from flask_coupling.core.plan import Plan
from flask_coupling.core.record import Pair
from flask_coupling.core.side import Side

Doubts = Mapping[tuple[Side, str], Skip]
"""Why no partner is made for a record, by side and id."""


def plan_doubt(pair: Pair, doubts: Doubts) -> Plan | None:
    """The plan for a record without a partner that there are doubts about; None when there are none."""
    for side in Side:
        record = pair.of(side)
        if record is not None and (skip := doubts.get((side, record.id))):
            return Plan(pair, (skip,))
    return None
