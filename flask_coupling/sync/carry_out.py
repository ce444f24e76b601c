"""Carry out: turn a batch of plans into batched requests, and note what became of each write."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from hashlib import sha1
from typing import NamedTuple, Protocol
from uuid import NAMESPACE_URL

from flask_coupling.core.action import Delete, Insert, Modify
from flask_coupling.core.mapping import TableMapping, TableView
from flask_coupling.core.side import Side
from flask_coupling.core.stamp import is_stamp
from flask_coupling.endpoints.endpoint import Endpoint, Nested, Outcome, Verb, Write
from flask_coupling.endpoints.query import is_guid
from flask_coupling.errors import CouplingError, CreateUnanswered, DuplicateRecord, RecordNotFound, ServiceGarbled

from .baseline import next_text
from .intents import Declared, declare_intents, source_of
from .ledger import Ledger
from .work import Work


@dataclass(frozen=True, slots=True)
class Services:
    """The two services of a run and what is read of each; `lines` are the mappings of a document's lines, by name."""

    bc: Endpoint
    sales: Endpoint
    mapping: TableMapping
    lines: Mapping[str, TableMapping] = field(default_factory=dict)

    def of(self, side: Side) -> Endpoint:
        """The service of one side."""
        return self.bc if side is Side.BC else self.sales

    def view(self, side: Side) -> TableView:
        """What is read of one side."""
        return self.mapping.view(side)

    def apart(self) -> Services:
        """The same services with counts of requests of their own, for one of several runs at once."""
        bc, sales = (each.apart() if hasattr(each, "apart") else each for each in (self.bc, self.sales))
        return Services(bc, sales, self.mapping)

    @property
    def requests_made(self) -> int:
        """HTTP requests of both services so far, where they count them."""
        return sum(getattr(self.of(side), "requests_made", 0) for side in Side)


class Task(NamedTuple):
    """One write and the work it belongs to."""

    work: Work
    write: Write


def carry_out(works: Sequence[Work], services: Services, ledger: Ledger, commit: Callable[[], None]) -> None:
    """Send all writes of a batch, both services at once, and put the outcomes into the works.

    Creates and changes are declared and committed before they are sent. A whole exchange that failed becomes the
    error of each write it may have lost, so that the caller can store what did succeed.
    """
    _take_rows(works, services)
    tasks = _tasks(works, services, ledger)
    declared = [_declare(tasks[side], side, ledger) for side in Side]
    if ledger.under_way.declare(works, ledger.clock()) or any(declared):
        commit()
    busy = [side for side in Side if tasks[side]]
    writes = {side: [task.write for task in tasks[side]] for side in busy}
    if len(busy) == 2:
        with ThreadPoolExecutor(max_workers=1) as pool:
            other = pool.submit(send, services.of(Side.SALES), writes[Side.SALES])
            bc = send(services.of(Side.BC), writes[Side.BC])
            outcomes = {Side.BC: bc, Side.SALES: other.result()}
    else:
        outcomes = {side: send(services.of(side), writes[side]) for side in busy}
    for side, answered in outcomes.items():
        note_all(list(zip(tasks[side], answered, strict=True)), side, services)


def _take_rows(works: Sequence[Work], services: Services) -> None:
    """Give rows of Sales our company before partners are made of them: another company may be about to do the same.

    One that was changed meanwhile, by that company or a user, gets no partner now.
    """
    if services.mapping.scope is None:
        return
    view, tasks = services.view(Side.SALES), list[Task]()
    for work in works:
        if work.link is None and Side.SALES not in work.written and not work.errors:
            takes = [each for each in work.plan.actions if is_stamp(each, services.mapping)]
            tasks += [Task(work, _update(each, view)) for each in takes if isinstance(each, Modify)]
    answered = send(services.sales, [task.write for task in tasks])
    note_all(list(zip(tasks, answered, strict=True)), Side.SALES, services)
    for work, _ in tasks:  # it is the row of Sales itself that failed, not what another record was to tell it
        work.problem = work.errors.pop(Side.SALES, None)


def _tasks(works: Sequence[Work], services: Services, ledger: Ledger) -> dict[Side, list[Task]]:
    tasks: dict[Side, list[Task]] = {side: [] for side in Side}
    views = {side: services.view(side) for side in Side}
    choose = {side: chooser(services, ledger, side) for side in Side}
    for work in works:
        for action in work.plan.actions if work.problem is None else ():
            if isinstance(action, _WRITES) and action.side not in work.written:
                side = action.side
                tasks[side].append(Task(work, _write(action, work, views[side], choose[side], services.lines)))
    return tasks


_WRITES = (Insert, Modify, Delete)


def _write(
    action: Insert | Modify | Delete, work: Work, view: TableView, choose: Choose, lines: Mapping[str, TableMapping]
) -> Write:
    if isinstance(action, Insert):
        nested = _nested(action, lines) if action.lines else ()
        replaced = work.link.id_of(action.side) if work.link is not None else ""
        id = choose(source_of(work, action.side), replaced)
        return Write(Verb.CREATE, view, id, view.table.spread(action.values), nested=nested)
    if isinstance(action, Modify):
        return _update(action, view)
    return Write(Verb.DELETE, view, action.id, {}, action.if_match)


def _update(action: Modify, view: TableView) -> Write:
    return Write(Verb.UPDATE, view, action.id, view.table.spread(action.values), action.if_match)


def _nested(action: Insert, lines: Mapping[str, TableMapping]) -> list[Nested]:
    """The lines that are created with a document."""
    tables = {name: lines[name].table(action.side) for name in action.lines}
    return [
        Nested(tables[name], [tables[name].spread(values) for values in rows])
        for name, rows in action.lines.items()
        if rows
    ]


class Choose(Protocol):
    """Gives the id of the row made for a record; None where the service chooses it."""

    def __call__(self, source_id: str, replaced: str = "") -> str | None:
        """`replaced` is the id of a deleted row in whose stead it is made."""
        ...


def chooser(services: Services, ledger: Ledger, side: Side) -> Choose:
    """What gives the ids of rows about to be created: the same for the same source, so that a repeat finds the row.

    An id is a UUID of version 5 but for its first eight digits, which are those of the source's id: rows that follow
    one another there do so here, too, which spares both databases' indexes. A coupling that is being restored gets
    another id than the row that was deleted.
    """
    if not services.of(side).chooses_ids or services.view(side).table.option_set is not None:
        return lambda source_id, replaced="": None  # an option's number is free
    named = sha1(NAMESPACE_URL.bytes + f"flask_coupling/{ledger.connection}/{ledger.mapping.name}/".encode())

    def choose(source_id: str, replaced: str = "") -> str:
        hashed = named.copy()
        hashed.update(f"{source_id}/{replaced}".encode())
        digits = hashed.hexdigest()
        first = source_id[:8].lower() if is_guid(source_id) else digits[:8]
        variant = "89ab"[int(digits[16], 16) & 3]
        return f"{first}-{digits[8:12]}-5{digits[13:16]}-{variant}{digits[17:20]}-{digits[20:32]}"

    return choose


def _declare(tasks: list[Task], side: Side, ledger: Ledger) -> bool:
    """Write down the creates that are about to be sent; those that may be under way already are taken out."""
    creates = {source_of(task.work, side): task for task in tasks if task.write.verb is Verb.CREATE}
    if not creates:
        return False
    taken = declare_intents(
        ledger.session,
        ledger.key,
        side,
        {id: _declared(task, side, ledger) for id, task in creates.items()},
        ledger.job_id,
        ledger.clock(),
    )
    for id in taken:
        creates[id].work.problem = CreateUnanswered(record=ledger.describe(creates[id].work), service=side.label)
        tasks.remove(creates[id])
    return True


def _declared(task: Task, side: Side, ledger: Ledger) -> Declared:
    sent = next(action.values for action in task.work.plan.actions if isinstance(action, Insert))
    return Declared(task.write.id, sent, next_text(task.work, ledger.mapping, side.other))


def send(endpoint: Endpoint, writes: Sequence[Write]) -> list[Outcome]:
    """One outcome for each write, whatever happens to the exchange."""
    if not writes:
        return []
    try:
        return endpoint.batch(writes)
    except CouplingError as error:
        answered: list[Outcome] = list(error.outcomes)
        return answered + [Outcome(error=error)] * (len(writes) - len(answered))


def note_all(answered: Sequence[tuple[Task, Outcome]], side: Side, services: Services) -> None:
    """Put the outcomes of writes to one side into their works."""
    for task, outcome in answered:
        _note(task, side, outcome)
    if side is Side.SALES:
        _adopt_duplicates([task for task, _ in answered], services)


def _note(task: Task, side: Side, outcome: Outcome) -> None:
    if outcome.error is not None:
        task.work.errors[side] = outcome.error
    elif outcome.record is None and task.write.verb is not Verb.DELETE:
        task.work.errors[side] = ServiceGarbled(service=side.label, detail="it did not answer with the written row")
    else:
        task.work.written[side] = outcome.record


def _adopt_duplicates(tasks: Sequence[Task], services: Services) -> None:
    """A create under an id we chose that exists already was made by an earlier attempt: that row is the partner.

    It may say something else than what was to be created, so a new pair has to be compared; a coupling that is being
    restored has no earlier attempt but its own.
    """
    made = {
        task.write.id: task
        for task in tasks
        if task.write.verb is Verb.CREATE
        and task.write.id
        and isinstance(task.work.errors.get(Side.SALES), DuplicateRecord)
    }
    if not made:
        return
    view = services.view(Side.SALES)
    for id, record in services.sales.get_many(view, [each for each in made if each]).items():
        work = made[id].work
        del work.errors[Side.SALES]
        if work.link is None:
            work.adopted = record
        else:
            work.written[Side.SALES] = record


def is_stale(work: Work) -> bool:
    """Whether a row changed or vanished between reading and writing, so that the pair has to be looked at again."""
    stale = [each for each in work.errors.values() if each.code == "stale_record" or isinstance(each, RecordNotFound)]
    return bool(stale)
