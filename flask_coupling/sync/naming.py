"""What records without a partner are called, so that a message about one says more than its id."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace

from flask_coupling.core.action import Action, Skip
from flask_coupling.core.mapping import TableView
from flask_coupling.core.plan import Plan
from flask_coupling.core.record import Pair
from flask_coupling.core.reference import References
from flask_coupling.core.side import Side
from flask_coupling.core.stamp import OTHER_COMPANY

from .companies import company_name
from .labels import text_of
from .observe import missing_values
from .run import Run


def name_missing(run: Run, pairs: Iterable[Pair], references: References) -> None:
    """Ask once for the names of what these pairs refer to and what has no partner: one request for each table."""
    asked: dict[tuple[str, Side], list[str]] = defaultdict(list)
    for mapping, side, id in missing_values(run.mapping, pairs, references):
        if (mapping, side, id) not in run.names and mapping in run.others:
            asked[mapping, side].append(id)
    for (mapping, side), ids in asked.items():
        names = _names(run, mapping, side, ids)
        run.names |= {(mapping, side, id): names.get(id, id) for id in ids}


def _names(run: Run, mapping: str, side: Side, ids: Sequence[str]) -> dict[str, str]:
    """Number and title of records, by id."""
    table = run.others[mapping].table(side)
    view = TableView(table, tuple(dict.fromkeys(name for name in (table.number, table.title) if name)))
    records = run.services.of(side).get_many(view, ids)
    return {id: text_of(record, table.number) or text_of(record, table.title) or id for id, record in records.items()}


def _company(run: Run, id: str) -> str:
    """What another company is called; asked for once."""
    if (OTHER_COMPANY, Side.SALES, id) not in run.names:
        run.names[OTHER_COMPANY, Side.SALES, id] = company_name(run.services.sales, run.mapping, id)
    return run.names[OTHER_COMPANY, Side.SALES, id]


def with_names(run: Run, plan: Plan) -> Plan:
    """The plan, saying of what has no partner, and of other companies, how they are called."""
    if not (run.names or run.mapping.company) or not any(isinstance(each, Skip) for each in plan.actions):
        return plan
    return replace(plan, actions=tuple(_named(run, each) for each in plan.actions))


def _named(run: Run, action: Action) -> Action:
    if not isinstance(action, Skip) or action.reason not in ("reference_missing", OTHER_COMPANY):
        return action
    facts = dict(action.facts)
    if action.reason == OTHER_COMPANY:
        return replace(action, facts=tuple({**facts, "other": _company(run, str(facts["other"]))}.items()))
    name = run.names.get((facts["mapping"], Side(facts["side"]), str(facts["value"])))
    return action if name is None else replace(action, facts=(*action.facts, ("name", name)))
