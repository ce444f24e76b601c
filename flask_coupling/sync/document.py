"""A document on its way through the engine, beside the work of its header."""

from __future__ import annotations

from dataclasses import dataclass, field

from flask_coupling.core.freight import Charge
from flask_coupling.core.side import Side
from flask_coupling.errors import CouplingError

from .link import Link
from .work import Work


@dataclass(slots=True)
class Document:
    """A coupled document whose lines are looked at.

    `first` and `last` are the looks at the document itself: before its lines, and the latest one. `made` is the side on
    which it was created just now, `source` where its data come from while its two sides never agreed. `wrote` tells to
    which sides something of its lines was sent the last time, `is_touched` whether ever, `is_settled` whether nothing
    of them is left to another run, `undecided` names the lines a person has to decide about, and `error` is what went
    wrong. `freight` is what it is charged for freight, where that
    was looked at, and `freight_line` the id of the line that charged it when it last agreed.
    """

    link: Link
    first: Work
    last: Work
    made: Side | None = None
    source: Side | None = None
    wrote: frozenset[Side] = frozenset()
    is_touched: bool = False
    is_settled: bool = True
    undecided: list[str] = field(default_factory=list)
    error: CouplingError | None = None
    freight: Charge | None = None
    freight_line: str | None = None
