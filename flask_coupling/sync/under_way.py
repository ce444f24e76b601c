"""Changes under way: written down before they are sent, so that one whose end is unknown is told from a user's edit."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session, scoped_session

from flask_coupling.core.action import Insert, Modify
from flask_coupling.core.doubt import Sent, SentValue, doubt
from flask_coupling.core.mapping import TableMapping
from flask_coupling.core.record import Pair
from flask_coupling.core.side import Side
from flask_coupling.models import JobState, SynchJob, WriteIntent, table_of

from .history import entries as history
from .intents import is_certain
from .work import Work

intents = table_of(WriteIntent)
jobs = table_of(SynchJob)

AnySession = Session | scoped_session[Session]

UNANSWERED = timedelta(minutes=10)
"""As long as this a write that was not answered may still be carried out: Business Central works on one for up to
8 minutes, its gateway waits for 10."""


@dataclass(frozen=True, slots=True)
class _Entry:
    """A change of one coupled record; `is_new` until the run that declared it has its outcome."""

    coupling_id: int
    sent: Sent
    is_new: bool = False


@dataclass(slots=True)
class _Batch:
    """What is left of the row of one batch; `is_foreign` tells that another job, still at work, declared it."""

    id: int
    job_id: str
    created_at: datetime
    entries: list[_Entry]
    is_foreign: bool = False


class UnderWay:
    """The changes of one table mapping whose ends are not known yet, kept in the database.

    `declare` before sending and `settle` with the outcomes write to the session; the caller commits, the first before
    it sends anything and the second together with the outcomes.
    """

    def __init__(self, session: AnySession, key: Mapping[str, str], mapping: TableMapping, job_id: str) -> None:
        self._session, self._key, self._mapping, self._job_id = session, dict(key), mapping, job_id
        self._batches: dict[int, _Batch] = {}

    def declare(self, works: Iterable[Work], now: datetime) -> bool:
        """Write down the changes that are about to be sent; returns whether there are any."""
        told = [each for work in works for each in self._entries(work)]
        if not told:
            return False
        row = {**self._key, "job_id": self._job_id, "created_at": now, "writes": [_plain(each) for each in told]}
        id = self._session.execute(insert(intents).values(row)).inserted_primary_key[0]  # type: ignore[attr-defined]
        self._batches[id] = _Batch(id, self._job_id, now, told)
        return True

    def declare_made(self, works: Sequence[Work], now: datetime) -> None:
        """Write down creates in Sales whose row was there already: users may have changed it since we made it."""
        told = [_Entry(work.link.id, _made(work, self._mapping)) for work in works if work.link is not None]
        if told:
            row = {**self._key, "job_id": self._job_id, "created_at": now, "writes": [_plain(each) for each in told]}
            self._session.execute(insert(intents).values(row))

    def _entries(self, work: Work) -> Iterable[_Entry]:
        if work.link is None or work.reason == "undo":
            return
        for action in work.plan.actions:
            if isinstance(action, Modify) and action.fields and action.side not in work.written:
                yield _Entry(work.link.id, _sent(action, work.plan.pair, self._mapping), is_new=True)

    def read(self) -> set[int]:
        """Read what was left, or what other jobs have under way; returns the couplings that any of it concerns."""
        self._batches = {id: each for id, each in self._batches.items() if any(one.is_new for one in each.entries)}
        is_foreign = (jobs.c.state == JobState.IN_PROCESS) & (jobs.c.id != self._job_id)
        of_mapping = (intents.c[name] == value for name, value in self._key.items())
        query = select(intents, is_foreign.label("is_foreign")).outerjoin(jobs, jobs.c.id == intents.c.job_id)
        for row in self._session.execute(query.where(*of_mapping).order_by(intents.c.id)):
            if row.id not in self._batches:
                entries = [_parse(each) for each in row.writes]
                self._batches[row.id] = _Batch(row.id, row.job_id, row.created_at, entries, bool(row.is_foreign))
        return {each.coupling_id for batch in self._batches.values() for each in batch.entries}

    def doubt(self, pair: Pair, coupling_id: int) -> Pair:
        """The pair with a baseline that does not depend on whether our writes to it were carried out."""
        for batch in self._batches.values():
            for each in batch.entries:
                if each.coupling_id == coupling_id:
                    pair = doubt(pair, each.sent, self._mapping)
        return pair

    def forget(self, coupling_ids: set[int]) -> None:
        """Drop what concerns couplings that are not there any more."""
        for batch in list(self._batches.values()):
            self._shrink(batch, [each for each in batch.entries if each.coupling_id in coupling_ids])

    def settle(self, works: Iterable[Work], now: datetime, *, is_stored: Callable[[Work], bool]) -> None:
        """Forget the changes whose ends are known; `is_stored` tells a work with whose baseline earlier ones are over.

        Earlier ones that were found to be done become history.
        """
        known = {work.link.id: work for work in works if work.link is not None}
        for batch in list(self._batches.values()) if known else ():
            mine = [(each, known[each.coupling_id]) for each in batch.entries if each.coupling_id in known]
            new = [each for each, work in mine if each.is_new and _is_certain(work, each)]
            old = [
                (each, work)
                for each, work in mine
                if not (each.is_new or batch.is_foreign) and is_stored(work) and _is_over(work, each, batch, now)
            ]
            done = [pair for pair in old if pair[0].sent.is_done(pair[1].plan.pair, self._mapping)]
            self._note(batch, [pair for pair in done if pair[0].sent.etag])  # a row that was found is history already
            self._shrink(batch, [*new, *(each for each, _ in old)])
            # what was not answered is from now on looked at like anything that was left
            batch.entries = [
                replace(each, is_new=each.is_new and each.coupling_id not in known) for each in batch.entries
            ]

    def _note(self, batch: _Batch, done: Sequence[tuple[_Entry, Work]]) -> None:
        common = {**self._key, "action": "modify", "reason": "changed", "job_id": batch.job_id, "at": batch.created_at}
        rows = [{**common, **self._told(each.sent, work)} for each, work in done]
        if rows:
            self._session.execute(insert(history), rows)

    def _told(self, sent: Sent, work: Work) -> dict[str, Any]:
        bc_id, sales_id = work.title_ids
        names = {each.name: each.of(sent.side) for each, _ in self._mapping.pairs}
        fields = {names[name]: [told.before, told.sent] for name, told in sent.fields.items() if name in names}
        return {"bc_id": bc_id, "sales_id": sales_id, "side": sent.side.value, "fields": fields, "requested_by": ""}

    def _shrink(self, batch: _Batch, over: Sequence[_Entry]) -> None:
        if not over:
            return
        gone = {id(each) for each in over}
        batch.entries = [each for each in batch.entries if id(each) not in gone]
        row = intents.c.id == batch.id
        if batch.entries:
            left = [_plain(each) for each in batch.entries]
            self._session.execute(update(intents).where(row).values(writes=left))
        else:
            del self._batches[batch.id]
            self._session.execute(delete(intents).where(row))


def _is_certain(work: Work, entry: _Entry) -> bool:
    """Whether the outcome of a change that was just sent is known."""
    error = work.errors.get(entry.sent.side)
    return error is None or is_certain(error)


def _is_over(work: Work, entry: _Entry, batch: _Batch, now: datetime) -> bool:
    """Whether a change that was left cannot be carried out any more: its row moved on, is gone, or it is too late."""
    row = work.final(entry.sent.side)
    return row is None or row.etag != entry.sent.etag or now - batch.created_at > UNANSWERED


def _sent(action: Modify, pair: Pair, mapping: TableMapping) -> Sent:
    source, target = pair.of(action.side.other), pair.of(action.side)
    assert source is not None and target is not None
    fields = {}
    for field, _ in mapping.pairs:
        name, other = field.of(action.side) or "", field.of(action.side.other) or ""
        if field.name in action.fields and name in action.values:
            told = (source.values.get(other), action.values[name], target.values.get(name))
            fields[field.name] = SentValue(*told)
    return Sent(action.side, action.if_match, fields)


def _made(work: Work, mapping: TableMapping) -> Sent:
    """What a create in Sales would have written, all fields that flow there; no row carried an etag before."""
    source, values = work.plan.pair.bc, next(each for each in work.plan.actions if isinstance(each, Insert)).values
    assert source is not None
    fields = {
        field.name: SentValue(source.values.get(field.bc or ""), values.get(field.sales or ""), None)
        for field, flow in mapping.pairs
        if flow.allows(Side.BC)
    }
    return Sent(Side.SALES, "", fields)


def _plain(entry: _Entry) -> list[Any]:
    sent = entry.sent
    return [entry.coupling_id, sent.side.value, sent.etag, {name: list(told) for name, told in sent.fields.items()}]


def _parse(told: Sequence[Any]) -> _Entry:
    coupling_id, side, etag, fields = told
    return _Entry(coupling_id, Sent(Side(side), etag, {name: SentValue(*value) for name, value in fields.items()}))
