"""Create partners for the new records of one side: batches are filled across pages, and several are under way at once.

An initial load is nothing but this. What is done for a record is what `plan` and `finish` do for any pair, but all of
a batch get the same two actions, so they are handled column by column; a record that is not created plainly becomes
an ordinary `Work` and goes that way.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from types import TracebackType

from flask_coupling.core.action import Couple, Insert
from flask_coupling.core.fill import Filling
from flask_coupling.core.plan import Plan, plan
from flask_coupling.core.record import Record, Values
from flask_coupling.core.reference import UnplannableError
from flask_coupling.core.side import Side
from flask_coupling.core.stamp import stamp_of
from flask_coupling.endpoints.endpoint import Outcome, Page, Verb, Write
from flask_coupling.errors import CouplingError, CreateUnanswered

from .announce import announce, is_heard
from .baseline import snapshot_texts
from .carry_out import Task, chooser, note_all, send
from .doubts import plan_doubt
from .intents import Declared, declare_intents
from .made import Made, store_made
from .naming import with_names
from .portions import process
from .process import BATCH, alone, partner_values, settle
from .run import Run
from .work import Work

AT_ONCE = 4
"""Batches that may be under way together: what a run that is stopped still brings to an end, and holds in memory."""


@dataclass(slots=True)
class _Batch:
    """Creates that travel together: `size` records were taken for it, `others` are those that are not created."""

    size: int
    sources: list[Record] = field(default_factory=list)
    values: list[Values] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    writes: list[Write] = field(default_factory=list)
    others: list[Work] = field(default_factory=list)
    answer: Future[list[Outcome]] | None = None

    @property
    def is_answered(self) -> bool:
        """Whether nothing is to be waited for."""
        return self.answer is None or self.answer.done()


class Creating:
    """Takes new records of one side as they are read; `then` of `add` is called once all before it is stored.

    To be used as a context: an error that ends the block is raised after what is under way was stored, if it is one of
    ours. Nothing more is begun once the run was asked to stop.
    """

    def __init__(self, run: Run, side: Side) -> None:
        self.run, self.side = run, side
        self.is_stopped = False
        self._waiting: list[Record] = []
        self._under_way: deque[_Batch] = deque()
        self._added = self._stored = 0
        self._marks: deque[tuple[int, Callable[[], None]]] = deque()
        self._most = _most_at_once(run, side)
        self._pool = ThreadPoolExecutor(max_workers=self._most)
        self._is_dirty, self._untold = False, list[Work]()

    def __enter__(self) -> Creating:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if error is None:
                self._begin_rest()
            if error is None or isinstance(error, CouplingError):
                self._settle_all()
        finally:
            self._pool.shutdown()

    def add(self, records: list[Record], then: Callable[[], None]) -> None:
        """Create partners for these, now or together with the next ones; the list is taken over and emptied."""
        admits, doubts = self.run.mapping.filter(self.side).admits, self.run.doubts
        taken = [each for each in records if admits(each) or (self.side, each.id) in doubts]
        records.clear()  # the others do not take part, and take no place in a batch
        self._added += len(taken)
        self._waiting += taken
        self._marks.append((self._added, then))
        while len(self._waiting) >= BATCH and not self.is_stopped:
            part, self._waiting = self._waiting[:BATCH], self._waiting[BATCH:]
            self._begin(part)
        self._pass_marks()

    def each_settled(self, pages: Iterator[Page]) -> Iterator[Page]:
        """The pages; before one that tells of a record again which is under way, that record's coupling is stored."""
        for page in pages:
            busy = {record.id for record in self._waiting}
            busy.update(record.id for batch in self._under_way for record in batch.sources)
            if busy and not (busy.isdisjoint(each.id for each in page.records) and busy.isdisjoint(page.deleted)):
                self._begin_rest()
                self._settle_all()
            given = [page]
            del page
            yield given.pop()

    # --- one batch ---------------------------------------------------------------------------------------------------

    def _begin_rest(self) -> None:
        part, self._waiting = self._waiting, []
        if part and not self.is_stopped:
            self._begin(part)

    def _begin(self, records: Sequence[Record]) -> None:
        """Plan, declare and send; what the batch before it came to is stored in the same transaction."""
        if self.run.lines_mappings or self._are_taken(records):
            self._process(records)
            return
        if self._most == 1:  # these may refer to what is under way
            self._make_room()
        batch = self._planned(records) if not self.is_stopped else None
        self._make_room()
        if batch is None or self.is_stopped:
            return
        self._declare(batch)
        self._commit()
        if batch.writes:
            batch.answer = self._pool.submit(send, self.run.services.of(self.side.other), batch.writes)
        self._under_way.append(batch)

    def _make_room(self) -> None:
        """Store what is answered, which takes memory, and wait for an answer where as many are under way as may be."""
        while self._under_way and (len(self._under_way) >= self._most or self._under_way[0].is_answered):
            self._settle()

    def _are_taken(self, records: Sequence[Record]) -> bool:
        """Whether a row of Sales is to be given our company before its partner is created."""
        return self.side is Side.SALES and any(stamp_of(alone(self.side, each), self.run.mapping) for each in records)

    def _process(self, records: Sequence[Record]) -> None:
        """What takes more than one step goes the ordinary way: documents, which are created with their lines, too."""
        process(self.run, [(alone(self.side, record), None) for record in records])
        self._stored += len(records)
        self._pass_marks()
        self.is_stopped = self.run.progress.stop_requested()

    def _planned(self, records: Sequence[Record]) -> _Batch:
        run, side, mapping = self.run, self.side, self.run.mapping
        batch = _Batch(len(records))
        pairs = [alone(side, record) for record in records]
        references = partner_values(run, pairs)
        filling, admits = Filling(side, mapping, references), mapping.filter(side).admits
        for record, pair in zip(records, pairs, strict=True):
            if run.doubts and (doubt := plan_doubt(pair, run.doubts)):
                batch.others.append(Work(doubt, None))
                continue
            if not admits(record):
                continue
            try:
                values = filling.values_for(record)
            except UnplannableError:
                planned = plan(pair, mapping, references, direction=run.direction)
                batch.others.append(Work(with_names(run, planned), None))
                continue
            batch.sources.append(record)
            batch.values.append(values)
        batch.texts = snapshot_texts(batch.sources, mapping.remembered(side))
        return batch

    def _declare(self, batch: _Batch) -> None:
        """Write down what is about to be created; what may be under way already is taken out."""
        run, target = self.run, self.side.other
        view, choose = run.services.view(target), chooser(run.services, run.ledger, target)
        spread = view.table.spread
        batch.writes = [
            Write(Verb.CREATE, view, choose(source.id), spread(values))
            for source, values in zip(batch.sources, batch.values, strict=True)
        ]
        told = zip(batch.sources, batch.writes, batch.values, batch.texts, strict=True)
        creates = {source.id: Declared(write.id, values, text) for source, write, values, text in told}
        ledger = run.ledger
        taken = declare_intents(ledger.session, ledger.key, target, creates, ledger.job_id, ledger.clock())
        for place in reversed(range(len(batch.sources))) if taken else ():
            if batch.sources[place].id in taken:
                self._set_aside(batch, place)

    def _set_aside(self, batch: _Batch, place: int) -> None:
        work = self._work(batch, place)
        work.problem = CreateUnanswered(record=self.run.ledger.describe(work), service=self.side.other.label)
        batch.others.append(work)
        for column in (batch.sources, batch.values, batch.texts, batch.writes):
            del column[place]

    def _work(self, batch: _Batch, place: int) -> Work:
        """One record of a batch as the ordinary way has it."""
        pair = alone(self.side, batch.sources[place])
        couple = Couple(pair.bc.id if pair.bc else None, pair.sales.id if pair.sales else None)
        planned = Plan(pair, (Insert(self.side.other, batch.values[place]), couple))
        return Work(planned, None, texts={self.side: batch.texts[place]})

    # --- what became of it -------------------------------------------------------------------------------------------

    def _settle(self) -> None:
        """Store what became of the oldest batch, and see whether to go on; the commit is left to what follows."""
        batch = self._under_way.popleft()
        if self._is_dirty and not batch.is_answered:
            self._commit()  # nothing is locked while an answer is waited for
        outcomes = batch.answer.result() if batch.answer is not None else []
        self._store(batch, outcomes)
        self._stored += batch.size
        if self._marks and self._marks[0][0] <= self._stored:
            self._pass_marks()
        self.is_stopped = self.is_stopped or self.run.progress.stop_requested()

    def _settle_all(self) -> None:
        while self._under_way:
            self._settle()
        self._pass_marks()
        if self._is_dirty:
            self._commit()

    def _store(self, batch: _Batch, outcomes: Sequence[Outcome]) -> None:
        run, others = self.run, batch.others
        made: list[Made] = []
        tasks: list[tuple[Task, Outcome]] = []
        for place, outcome in enumerate(outcomes):
            if outcome.record is not None:
                made.append(Made(batch.sources[place], outcome.record, batch.texts[place], batch.values[place]))
            else:
                tasks.append((Task(self._work(batch, place), batch.writes[place]), outcome))
        note_all(tasks, self.side.other, run.services)
        late = store_made(run.ledger, self.side, made)
        if not late:
            run.counters["inserted"] += len(made)
            run.done += len(made)
        elif made:
            others = [*others, *late]
        others = [*others, *(task.work for task, _ in tasks)]
        if others:
            settle(run, others)
        run.report()
        self._is_dirty = True
        if made and not late and is_heard():
            self._untold += [each.as_work(self.side) for each in made]

    def _commit(self) -> None:
        self.run.progress.commit()
        self._is_dirty, told, self._untold = False, self._untold, []
        if told:
            announce(self.run.sender, self.run.ledger, told)

    def _pass_marks(self) -> None:
        while self._marks and self._marks[0][0] <= self._stored:
            self._marks.popleft()[1]()


def _most_at_once(run: Run, side: Side) -> int:
    """How many batches may be under way: one where records of a table refer to each other, and some must come first."""
    if any(each.reference and run.mapping.name in each.reference.targets for each, _ in run.mapping.pairs):
        return 1
    return AT_ONCE if run.services.of(side.other).batch_limit >= BATCH else min(AT_ONCE, 2)
