"""One pair on its way through the engine: observed, planned, carried out."""

from __future__ import annotations

from dataclasses import dataclass, field

from flask_coupling.core.action import Delete, Insert, Modify, Skip, Uncouple
from flask_coupling.core.plan import Plan
from flask_coupling.core.record import Record
from flask_coupling.core.side import Side
from flask_coupling.errors import CouplingError

from .link import Link


@dataclass(slots=True)
class Work:
    """A plan, the coupling it concerns (None: not coupled yet), and what became of its writes.

    `written` holds the rows as the services answered, `errors` what they refused, by side. `problem` is an error that
    concerns the record as a whole. `reason` tells the history why, where that is not plain from the plan. `blocked`
    are the sides whose failed data were left alone this time. `adopted` is a row that was found where one was to be
    created, because an earlier attempt had made it. `texts` holds what is remembered of a side as JSON, once made.
    `parent` is the coupling of the document a line belongs to; `is_open` says that a document's lines are still to
    come. `is_overtaken` says that another run stored a newer agreement of the pair, which was not replaced.
    """

    plan: Plan
    link: Link | None
    written: dict[Side, Record | None] = field(default_factory=dict)
    errors: dict[Side, CouplingError] = field(default_factory=dict)
    problem: CouplingError | None = None
    reason: str = ""
    blocked: frozenset[Side] = frozenset()
    adopted: Record | None = None
    texts: dict[Side, str] = field(default_factory=dict)
    parent: int | None = None
    is_open: bool = False
    is_overtaken: bool = False

    def final(self, side: Side) -> Record | None:
        """The row of one side as it is now, as far as is known."""
        return self.written[side] if side in self.written else self.plan.pair.of(side)

    def agreed(self, side: Side) -> str | None:
        """The etag of the agreement this work was planned from; None where there was none, and for a new pair."""
        baseline = self.plan.pair.baseline
        known = self.link.etag_of(side) if self.link is not None else None
        return (baseline.of(side).etag or known) if baseline is not None else known

    @property
    def source(self) -> str | None:
        """The side a document's data come from while it is being made; None for all else."""
        made = next((each.side for each in self.plan.actions if isinstance(each, Insert)), None)
        return made.other.value if made is not None and self.is_open else None

    @property
    def title_ids(self) -> tuple[str | None, str | None]:
        """The ids of both ends, None where there is none."""
        bc, sales = self.final(Side.BC), self.final(Side.SALES)
        return (
            bc.id if bc else (self.link.bc_id if self.link else None),
            sales.id if sales else (self.link.sales_id if self.link else None),
        )

    @property
    def counter(self) -> str | None:
        """The one job counter this record counts for; None for a record that does not take part."""
        if self.problem or self.errors or not self._is_decided:
            return "failed"
        if self.blocked or any(isinstance(action, Skip) for action in self.plan.actions):
            return Skip.counter
        kinds = [type(action) for action in self.plan.actions]
        for kind in (Insert, Delete, Uncouple, Modify):
            if kind in kinds:
                return kind.counter
        return "unchanged" if kinds else None

    @property
    def _is_decided(self) -> bool:
        conflict = self.plan.conflict
        if conflict is None:
            return True
        if conflict.fields:
            return not any(each.field in self.plan.held for each in conflict.fields)
        return bool(self.plan.actions)
