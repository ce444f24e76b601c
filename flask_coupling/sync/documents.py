"""Documents: the header, then its lines, then what may only be written when they are there; and the totals compared."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from sqlalchemy import update

from flask_coupling.core.action import Insert, Modify, Skip, Unchanged, Uncouple
from flask_coupling.core.closing import (
    closing_constants,
    defer_closing,
    differing_totals,
    hold_returning,
    tells_totals,
    with_values,
)
from flask_coupling.core.plan import Plan, is_resolved
from flask_coupling.core.record import Pair
from flask_coupling.core.side import Side, direction_from
from flask_coupling.errors import ConflictError, CouplingError, FreightDiffers, LinesConflictError, TotalsDiffer

from .announce import announce
from .document import Document
from .freight import remember_freight_lines, settle_freight
from .lines import nest_lines, synchronize_lines
from .link import Link, chunks, couplings, forget_lines, read_links
from .observe import observe_links
from .posting import adopt_marked, end_posted, rest_ended, wake_posted
from .process import finish, partner_values, plan_all
from .run import Run
from .work import Work

ROUNDS = 4
"""Times lines and header are looked at in turn: what one writes may change what the other tells (discount and tax)."""

Documents = Mapping[int, Document]
"""Documents by their coupling."""


def finish_documents(run: Run, works: Sequence[Work]) -> None:
    """Carry out and store a batch of documents with their lines.

    A document stays unsettled until all of it is stored, so that a run that dies between is made up for.
    """
    works = adopt_marked(run, works)
    settled = finish(run, works, prepare=lambda pending: _prepare(run, pending), is_counted=False)
    rest_ended(run, settled)
    wake_posted(run, settled)
    documents = _documents(run, settled)
    _bring_together(run, documents)
    failed = _conclude(run, documents)
    told = {id(each.first): _told(each, failed.get(key)) for key, each in documents.items()}
    run.progress.commit()
    _count(run, [told.get(id(work), (work, work.counter)) for work in settled])


def _prepare(run: Run, works: Sequence[Work]) -> None:
    _finish_begun(run, works)
    nest_lines(run, works)
    for work in works:
        work.is_open = True
        work.plan = defer_closing(work.plan, run.mapping)
        if _made(work) is not None:
            work.plan = hold_returning(work.plan, run.mapping)
    end_posted(run, works)


def _finish_begun(run: Run, works: Sequence[Work]) -> None:
    """Let documents that an earlier run began to make be finished, whatever the table filter says of them meanwhile."""
    begun = [work for work in works if work.link is not None and _is_begun(run, work)]
    pairs = [work.plan.pair for work in begun]
    references = partner_values(run, pairs) if pairs else {}
    for work in begun:
        work.plan = plan_all(run.unfiltered(), [(work.plan.pair, work.link)], references)[0].plan


def _is_begun(run: Run, work: Work) -> bool:
    """Whether we made one of the two, and never came to write what comes last."""
    baseline, link = work.plan.pair.baseline, work.link
    if baseline is None or link is None or link.source is None or work.final(Side.BC) is None:
        return False
    pairs = [each for each, _ in run.mapping.pairs if each.name in run.mapping.closing]
    return any(each.bc not in baseline.bc.values for each in pairs)


def _documents(run: Run, works: Sequence[Work]) -> dict[int, Document]:
    """The documents both sides now have; those that failed or were set aside come another time."""
    sound = {id: work for work in works if _is_sound(work) and (id := work.title_ids[0])}
    session, ledger = run.ledger.session, run.ledger
    links = read_links(session, ledger.connection, run.mapping.name, "bc_id", list(sound))
    found = {link.id: _document(run, link, sound[link.bc_id]) for link in links}
    forget_lines(session, [id for id, each in found.items() if each.made is not None and each.first.link is not None])
    return found


def _document(run: Run, link: Link, work: Work) -> Document:
    made, chosen = _made(work), Side(link.source) if link.source else None
    if made is None and chosen is not None and _is_begun(run, work):
        made = chosen.other
    return Document(link, work, work, made=made, source=chosen if made is None else made.other)


def _is_sound(work: Work) -> bool:
    if work.problem or work.errors or work.blocked or any(work.final(side) is None for side in Side):
        return False
    return not any(isinstance(each, Skip | Uncouple) for each in work.plan.actions)


def _made(work: Work) -> Side | None:
    """The side on which the document was created just now."""
    return next((each.side for each in work.plan.actions if isinstance(each, Insert)), None)


def _bring_together(run: Run, documents: Documents) -> None:
    """Lines and header in turn, until nothing is written that could change the other."""
    for _ in range(ROUNDS):
        made, others = _split(documents)
        synchronize_lines(run.unfiltered(), made)
        synchronize_lines(run, others)
        run.progress.commit()
        _close(run, documents)
        documents = {id: each for id, each in documents.items() if each.error is None and _goes_on(run, each)}
        if not documents:
            return


def _split(documents: Documents) -> tuple[Documents, Documents]:
    """Those made just now, which tell back what they became whichever way the run goes, and the others."""
    made = {id: each for id, each in documents.items() if each.made is not None}
    return made, {id: each for id, each in documents.items() if id not in made}


def _goes_on(run: Run, document: Document) -> bool:
    """Whether something was written to a side that tells what it made of it: tax, numbers."""
    written = document.wrote | (document.last.written.keys() if document.last is not document.first else set())
    return any(
        flow is direction_from(side) for each in run.lines_mappings for _, flow in each.pairs for side in written
    )


def _close(run: Run, documents: Documents) -> None:
    """Look again at the documents that are open still, and write what comes last."""
    open_ids = [id for id, each in documents.items() if each.error is None and _is_open(run, each)]
    links = read_links(run.ledger.session, run.ledger.connection, run.mapping.name, "id", open_ids)
    observed = [
        (replace(pair, source=documents[link.id].source), link)
        for pair, link in observe_links(links, run.services, run.ledger)
        if link is not None
    ]
    references = partner_values(run, [pair for pair, _ in observed])
    made = [(pair, link) for pair, link in observed if documents[link.id].made is not None]
    others = [(pair, link) for pair, link in observed if documents[link.id].made is None]
    again = plan_all(run, others, references) + plan_all(run.unfiltered(), made, references)
    for work in again:
        side = documents[work.link.id].made if work.link is not None else None
        if side is not None:
            work.plan = with_values(work.plan, side, closing_constants(run.mapping, side))
        work.is_open = True
    for work in finish(run, again, is_counted=False):
        if work.link is not None:
            documents[work.link.id].last = work


def _is_open(run: Run, document: Document) -> bool:
    """Whether lines were written, something was held back, or a side was not read that has totals to compare."""
    last = document.last
    if document.wrote or last.plan.held or last.written:
        return True
    return not tells_totals(run.mapping, last.final(Side.BC), last.final(Side.SALES))


def _conclude(run: Run, documents: Documents) -> dict[int, Work]:
    """Settle the documents that are alike now, and fail those that are not, with the reason; returns the failed."""
    failed: dict[int, Work] = {}
    settled: dict[int, Work] = {}
    for id, document in documents.items():
        work = document.last
        if not _is_sound(work) or not is_resolved(work.plan):
            continue
        is_settled = document.is_settled and work.plan.is_settled
        error = _error(run, document) or (_difference(run, document) if is_settled else None)
        if error is not None:
            failed[id] = _fail(document, error)
        elif is_settled:
            settled[id] = work
    _settle(run, settled)
    remember_freight_lines(run, {id: documents[id] for id in settled})
    run.ledger.store(list(failed.values()), {})
    return failed


def _error(run: Run, document: Document) -> CouplingError | None:
    """What went wrong with a document; the conflicts of its lines are told of by themselves, and only named here."""
    if not document.undecided or not isinstance(document.error, ConflictError):
        return document.error
    named, more = document.undecided[:_NAMED], len(document.undecided) - _NAMED
    lines = [*named, f"+{more}"] if more > 0 else named
    return LinesConflictError(record=run.ledger.describe(document.last), lines=", ".join(lines))


_NAMED = 5


def _difference(run: Run, document: Document) -> TotalsDiffer | FreightDiffers | None:
    work = document.last
    bc, sales = work.final(Side.BC), work.final(Side.SALES)
    differing = differing_totals(run.mapping, bc, sales) if bc and sales else None
    if differing is None:
        return None
    record, freight = run.ledger.describe(work), document.freight
    if freight is not None and freight.bc != freight.sales:
        return FreightDiffers(record=record, bc=str(freight.bc), sales=str(freight.sales))
    return TotalsDiffer(record=record, bc=str(differing[0]), sales=str(differing[1]))


def _settle(run: Run, works: Mapping[int, Work]) -> None:
    for part in chunks([id for id, work in works.items() if not work.is_overtaken]):
        rows = update(couplings).where(couplings.c.id.in_(part))
        run.ledger.session.execute(rows.values(unsettled=False, error_code=None, error_message=None))
    settle_freight(run, works)
    ends = [work.title_ids for work in works.values()]
    for place, side in enumerate(Side):
        run.ledger.forget_failures(side, [id for both in ends if (id := both[place])])


def _fail(document: Document, error: CouplingError) -> Work:
    work = document.last
    now = Pair(work.final(Side.BC), work.final(Side.SALES), work.plan.pair.baseline, is_coupled=True)
    return Work(Plan(now), document.link, problem=error)


def _told(document: Document, failed: Work | None) -> tuple[Work, str | None]:
    """What is told of a document: the look at it that says most, and how it counts."""
    first, last = document.first, document.last
    if failed is not None:
        return failed, failed.counter
    if first.counter != Unchanged.counter:
        return first, first.counter
    return last, Modify.counter if document.is_touched and last.counter == Unchanged.counter else last.counter


def _count(run: Run, told: Sequence[tuple[Work, str | None]]) -> None:
    run.counters.update(counter for _, counter in told if counter)
    run.done += len(told)
    run.report()
    announce(run.sender, run.ledger, [work for work, _ in told])
