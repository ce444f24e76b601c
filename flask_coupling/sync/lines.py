"""The lines of documents: read, planned, carried out and stored together with the documents they belong to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain

from flask_coupling.core.action import Couple, Insert, Skip
from flask_coupling.core.closing import hold_returning
from flask_coupling.core.fill import insert_values
from flask_coupling.core.freight import Charge, Freight, money
from flask_coupling.core.lines import pair_lines
from flask_coupling.core.mapping import TableMapping
from flask_coupling.core.plan import Plan, plan, resolve
from flask_coupling.core.record import Baseline, Pair, Record, Values
from flask_coupling.core.reference import References, UnplannableError
from flask_coupling.core.side import Side
from flask_coupling.errors import ConflictError, FreightAccountMissing

from .document import Document
from .freight import carry_freight, plan_freight, recall_freight_lines
from .intents import drop_intents, open_intents
from .link import Link, read_baselines, read_links_within
from .observe import Observed, doubted, pair_of
from .problem import problem_of
from .process import alone, finish, partner_values, plan_all
from .remembered import is_as_remembered
from .run import Run
from .under_way import UNANSWERED
from .work import Work


def nest_lines(run: Run, works: Sequence[Work]) -> None:
    """Let documents that are about to be created bring their lines; one whose line cannot be told waits as a whole."""
    for side in Side:
        making = [work for work in works if (action := _insert(work)) is not None and action.side is side]
        for child in run.lines_mappings if making else ():
            if child.direction.allows(side.other) and run.direction.allows(side.other):
                _nest(run.of_lines(child), making, side.other)


def _insert(work: Work) -> Insert | None:
    return next((each for each in work.plan.actions if isinstance(each, Insert)), None)


def _nest(run: Run, works: Sequence[Work], source: Side) -> None:
    ids = [record.id for work in works if (record := work.plan.pair.of(source))]
    rows = _read(run, source, ids)
    references = partner_values(run, [alone(source, record) for record in chain.from_iterable(rows.values())])
    for work in works:
        record, action = work.plan.pair.of(source), _insert(work)
        if record is None or action is None:
            continue
        told = _values_of(rows.get(record.id, []), source, run.mapping, references)
        told = _with_freight(run, told, record) if source is Side.SALES else told
        if isinstance(told, Skip):
            work.plan = Plan(work.plan.pair, (told,))
            continue
        made = replace(action, lines={**action.lines, run.mapping.name: told})
        work.plan = replace(work.plan, actions=tuple(made if each is action else each for each in work.plan.actions))


def _values_of(
    rows: Sequence[Record], source: Side, mapping: TableMapping, references: References
) -> list[Values] | Skip:
    told = list[Values]()
    for record in rows:
        if not mapping.filter(source).admits(record):
            continue
        try:
            told.append(insert_values(record, source, mapping.nested, references))
        except UnplannableError as error:
            facts = dict(error.facts)
            facts["field"] = f"{facts['field']} of line {_name(record, source, mapping)}"
            return Skip(error.code, tuple(facts.items()))
    return told


def _with_freight(run: Run, told: list[Values] | Skip, document: Record) -> list[Values] | Skip:
    amount = run.freight.charged(document) if run.freight else None
    if run.freight is None or amount is None or isinstance(told, Skip):
        return told
    if not run.freight_account:
        return Skip(FreightAccountMissing.code, (("amount", str(amount)),))
    return [*told, run.freight.line(run.freight_account, amount)]


def _name(record: Record, side: Side, mapping: TableMapping) -> str:
    table = mapping.table(side)
    parts = (record.values.get(table.number), record.values.get(table.title))
    return " ".join(str(part) for part in parts if part) or record.id


def synchronize_lines(run: Run, documents: Mapping[int, Document]) -> None:
    """Bring the lines of these documents together, by coupling of the document, and note in each what became of them.

    Costs one bulk reading of each side. Lines that were never coupled are coupled with a line of the other side that
    agrees in the fields the mapping matches on; the others are created.
    """
    for document in documents.values():
        document.wrote, document.is_settled = frozenset(), True
    for child in run.lines_mappings if documents else ():
        lines = run.of_lines(child)
        works = _plan(lines, documents)
        for work in works:
            work.plan = hold_returning(work.plan, child)
        uncertain = lines.ledger.under_way.read() if works else set()
        finish(lines, [work for work in works if not is_as_remembered(work, child, uncertain)])
        for work in works:
            _note(documents[work.parent or 0], work, lines)
        carry_freight(run, lines, documents)


def _note(document: Document, work: Work, run: Run) -> None:
    document.wrote |= work.written.keys()
    document.is_settled = document.is_settled and work.plan.is_settled
    document.is_touched = document.is_touched or bool(work.written)
    problem = problem_of(work, run.ledger.describe)
    document.error = document.error or problem
    if isinstance(problem, ConflictError):
        document.undecided.append(run.ledger.describe(work))


def plan_lines(run: Run, links: Sequence[Link]) -> dict[int, list[tuple[TableMapping, Plan, References]]]:
    """What would be done with the lines of these documents now, by coupling of the document; nothing is written."""
    told: dict[int, list[tuple[TableMapping, Plan, References]]] = {link.id: [] for link in links}
    headers, baselines = _headers(run, links), _agreed(run, links)
    for child in run.lines_mappings if links else ():
        documents = {link.id: _looked_at(link, headers.get(link.sales_id), baselines) for link in links}
        lines = run.of_lines(child)
        works = _plan(lines, documents)
        references = partner_values(lines, [work.plan.pair for work in works])
        for work in works:
            told[work.parent or 0].append((child, work.plan, references))
        for id, mapping, carried in plan_freight(run, lines, documents):
            told[id].append((mapping, carried, {}))
    return told


def see_lines(
    run: Run, documents: Sequence[tuple[Pair, Link]], charges: dict[int, Charge]
) -> Iterator[tuple[Run, int, Pair, Link | None]]:
    """Every line of these documents as it is now, with the run that handles it and the coupling of its document.

    Lines that are coupled come as pairs, the others alone. `charges` gets what each document is charged for freight.
    Costs one bulk reading of each side; nothing is written.
    """
    baselines = _agreed(run, [link for _, link in documents])
    looked_at = {link.id: _looked_at(link, pair.sales, baselines) for pair, link in documents}
    for child in run.lines_mappings if documents else ():
        lines = run.of_lines(child)
        for id, seen in _observe(lines, looked_at).items():
            yield from ((lines, id, pair, link) for pair, link in seen.coupled)
            fitting = _fitting(lines, looked_at[id], seen)
            if (charge := looked_at[id].freight) is not None:
                charges[id] = charge
            yield from ((lines, id, alone(side, row), None) for side in Side for row in fitting[side])


def _headers(run: Run, links: Sequence[Link]) -> Mapping[str, Record]:
    """The documents of Sales, where more has to be known of them than their lines."""
    if run.mapping.freight is None or not links:
        return {}
    return run.services.sales.get_many(run.services.view(Side.SALES), [link.sales_id for link in links])


def _agreed(run: Run, links: Sequence[Link]) -> Mapping[int, Baseline]:
    """What the documents last agreed on, where more has to be known of them than their lines."""
    return read_baselines(run.ledger.session, [link.id for link in links]) if run.mapping.freight else {}


def _looked_at(link: Link, sales: Record | None, baselines: Mapping[int, Baseline]) -> Document:
    work = Work(Plan(Pair(None, sales, baselines.get(link.id))), None)
    return Document(link, work, work, source=Side(link.source) if link.source else None)


@dataclass(slots=True)
class _Lines:
    """The lines of one document: those coupled, and of each side those that are not."""

    coupled: list[Observed] = field(default_factory=list)
    strangers: dict[Side, list[Record]] = field(default_factory=lambda: {side: [] for side in Side})


def _plan(run: Run, documents: Mapping[int, Document]) -> list[Work]:
    observed = _observe(run, documents)
    pairs = [pair for each in observed.values() for pair, _ in each.coupled]
    loose = [alone(side, row) for each in observed.values() for side in Side for row in each.strangers[side]]
    references = partner_values(run, [*pairs, *loose])
    works: list[Work] = []
    for id, lines in observed.items():
        mine = _plan_coupled(run, lines.coupled, references) + _plan_strangers(run, documents[id], lines, references)
        for work in mine:
            work.parent = id
        works += mine
    _settle_intents(run, [work.plan.pair for work in works if work.link is None])
    return works


def _plan_coupled(run: Run, observed: Sequence[Observed], references: References) -> list[Work]:
    if not run.chosen:
        return plan_all(run, observed, references)
    works: list[Work] = []
    for pair, link in observed:
        policy = run.chosen.get(link.id) if link is not None else None
        works += plan_all(run if policy is None else replace(run, policy=policy), [(pair, link)], references)
    return works


def _observe(run: Run, documents: Mapping[int, Document]) -> dict[int, _Lines]:
    session = run.ledger.session
    if run.freight:
        recall_freight_lines(run, documents)
    links = read_links_within(session, run.mapping.name, list(documents))
    baselines = read_baselines(session, [link.id for link in chain.from_iterable(links.values())])
    rows = {side: _read(run, side, [each.link.id_of(side) for each in documents.values()]) for side in Side}
    found: dict[int, _Lines] = {}
    for id, document in documents.items():
        own = {side: {row.id: row for row in rows[side].get(document.link.id_of(side), ())} for side in Side}
        lines = found[id] = _Lines()
        for link in links.get(id, ()):
            ends = {side: own[side].pop(link.id_of(side), None) for side in Side}
            lines.coupled.append((pair_of(ends, baselines.get(link.id), link), link))
        lines.strangers = {side: list(own[side].values()) for side in Side}
    sure = {
        link.id: pair
        for pair, link in doubted([both for each in found.values() for both in each.coupled], run.ledger)
        if link
    }
    for lines in found.values():
        lines.coupled = [(sure[link.id], link) for _, link in lines.coupled if link]
    return found


def _read(run: Run, side: Side, ids: Sequence[str]) -> dict[str, list[Record]]:
    """The lines of these documents of a side, in the order they have there."""
    number = run.mapping.table(side).number
    extra = [run.freight.account] if run.freight and side is Side.BC else []
    rows = run.services.of(side).find_within(run.mapping.view(side, *extra), ids)
    return {id: sorted(each, key=lambda row: _place(row, number)) for id, each in rows.items()}


def _place(row: Record, number: str) -> float:
    place = row.values.get(number)
    return float(place) if isinstance(place, int | float) else 0.0


def _plan_strangers(run: Run, document: Document, lines: _Lines, references: References) -> list[Work]:
    fitting = _fitting(run, document, lines)
    partners = pair_lines(fitting[Side.BC], fitting[Side.SALES], run.mapping, references)
    works = [_couple(run, document, bc, sales, references) for bc, sales in partners]
    taken = {row.id for both in partners for row in both}
    rest = [alone(side, row) for side in Side for row in fitting[side] if row.id not in taken]
    return works + plan_all(run, [(pair, None) for pair in rest], references)


def _fitting(run: Run, document: Document, lines: _Lines) -> dict[Side, list[Record]]:
    """The lines of each side that take part and have no partner, without the one that charges freight."""
    fitting = {
        side: [row for row in rows if run.mapping.filter(side).admits(row)] for side, rows in lines.strangers.items()
    }
    if run.freight:
        charge = document.freight = _charge(run.freight, run.freight_account, document, lines)
        fitting[Side.BC] = [line for line in fitting[Side.BC] if line is not charge.line]
    return fitting


def _charge(freight: Freight, account: str, document: Document, lines: _Lines) -> Charge:
    baseline = document.first.plan.pair.baseline
    then = baseline.sales.values.get(freight.amount) if baseline is not None else None
    now = freight.charged(document.last.final(Side.SALES))
    line = freight.find(lines.strangers[Side.BC], account, now, then, known=document.freight_line)
    is_known = baseline is not None and freight.amount in baseline.sales.values
    return Charge(freight.billed(line), money(now), money(then) if is_known else None, line)


def _couple(run: Run, document: Document, bc: Record, sales: Record, references: References) -> Work:
    pair = Pair(bc, sales, None, document.source, is_coupled=True)
    planned = resolve(plan(pair, run.mapping, references, direction=run.direction), run.policy)
    return Work(replace(planned, actions=(*planned.actions, Couple(bc.id, sales.id))), None)


def _settle_intents(run: Run, strangers: Sequence[Pair]) -> None:
    """Forget the creates of lines that were found to be made, and those that cannot be carried out any more."""
    ledger = run.ledger
    if not ledger.job_id:
        return  # it is only looked at
    made = {side: {bc.id if side is Side.SALES else sales.id for bc, sales in _met(strangers)} for side in Side}
    for intent in open_intents(ledger.session, ledger.key, ledger.job_id):
        if intent.source_id in made[intent.side] or ledger.clock() - intent.created_at > UNANSWERED:
            drop_intents(ledger.session, ledger.key, intent.side, [intent.source_id])


def _met(pairs: Sequence[Pair]) -> list[tuple[Record, Record]]:
    """The two lines of those that were just found to belong together."""
    return [(pair.bc, pair.sales) for pair in pairs if pair.bc is not None and pair.sales is not None]
