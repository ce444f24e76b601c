"""The lines of a document, compared."""

from __future__ import annotations

from collections.abc import Mapping

from flask_coupling.core.mapping import TableMapping
from flask_coupling.core.plan import Plan
from flask_coupling.core.reference import References
from flask_coupling.core.side import Side
from flask_coupling.globals import current_coupling
from flask_coupling.models import Connection, Coupling
from flask_coupling.sync.carry_out import Services
from flask_coupling.sync.labels import text_of
from flask_coupling.sync.ledger import Ledger
from flask_coupling.sync.lines import plan_lines
from flask_coupling.sync.link import read_links
from flask_coupling.sync.run import Run

from .setting import blank_references, effective_mappings
from .show import compare
from .views import LineComparison


class Onlooker:
    """The progress of a look at records: nothing to report, nothing to commit."""

    def report(self, done: int, total: int | None, counters: Mapping[str, int], requests: int) -> None:
        """Nobody is told."""

    def stop_requested(self) -> bool:
        """It is not stopped."""
        return False

    def commit(self) -> None:
        """Nothing was written."""


def compare_lines(connection: Connection, services: Services, coupling: Coupling) -> tuple[LineComparison, ...]:
    """Return the lines of a coupled document side by side, in their order; empty where it is no document."""
    mapping, others = services.mapping, effective_mappings(connection.name)
    if not any(each.parent == mapping.name for each in others.values()):
        return ()
    run = Run(
        services=services,
        ledger=Ledger(current_coupling.session, connection.name, mapping, "", current_coupling.clock),
        direction=mapping.direction,
        policy=mapping.policy,
        progress=Onlooker(),
        others=others,
        blanks=blank_references(connection),
        freight_account=connection.freight_account,
    )
    links = read_links(run.ledger.session, connection.name, mapping.name, "id", [coupling.id])
    told = [_show(*each) for each in plan_lines(run, links).get(coupling.id, ())]
    return tuple(sorted(told, key=lambda each: (not each.number, each.number.zfill(9))))


def _show(mapping: TableMapping, planned: Plan, references: References) -> LineComparison:
    pair = planned.pair
    comparison = compare(pair, mapping, references)
    return LineComparison(
        mapping=mapping.name,
        number=text_of(pair.bc, mapping.bc.number) or text_of(pair.sales, mapping.sales.number),
        title=text_of(pair.bc, mapping.bc.title) or text_of(pair.sales, mapping.sales.title),
        bc_id=pair.bc.id if pair.bc else None,
        sales_id=pair.sales.id if pair.sales else None,
        state=_state(planned, {each.state for each in comparison}),
        comparison=comparison,
    )


def _state(planned: Plan, states: set[str]) -> str:
    if any(planned.pair.of(side) is None for side in Side):
        return "missing"
    if planned.conflict is not None:
        return "conflict"
    return "same" if states <= {"same"} else "differs"
