"""The two services in memory, as unreliable as the real ones: pages that move, lost and late answers, refusals."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from flask_coupling.core.mapping import TableView
from flask_coupling.core.record import Record, Value
from flask_coupling.core.side import Side
from flask_coupling.endpoints.endpoint import Outcome, Page, Verb, Write
from flask_coupling.endpoints.memory import MemoryEndpoint
from flask_coupling.errors import (
    CouplingError,
    DuplicateRecord,
    PermissionMissing,
    ServiceFailed,
    ServiceGarbled,
    ServiceThrottled,
    ServiceTimeout,
    ServiceUnreachable,
)

from .history import NOBODY, USER, History
from .script import Script

START = datetime(2026, 1, 1, 12, tzinfo=UTC)
"""When every simulation begins."""

LATEST = 480.0
"""Seconds after which a write that timed out is carried out at the latest: Business Central gives up after these."""

Failure = Callable[[Side], CouplingError]

UNSEEN: Mapping[str, Failure] = {
    "F1 refused": lambda side: ServiceUnreachable(service=side.label, host="x", detail="refused", sent=False),
    "F8 no name": lambda side: ServiceUnreachable(service=side.label, host="x", detail="no such host", sent=False),
    "F10 throttled": lambda side: ServiceThrottled(service=side.label, seconds=30, retry_after=30),
    "F12 failed": lambda side: ServiceFailed(service=side.label, http_status=500, detail="internal"),
    "F13 token refused": lambda side: PermissionMissing(service=side.label, detail="the token is not accepted"),
}
"""Failures by which a service did nothing, and the caller can know."""

UNKNOWN: Mapping[str, Failure] = {
    "F2 reset": lambda side: ServiceUnreachable(service=side.label, host="x", detail="reset", sent=True),
    "F4 timeout": lambda side: ServiceTimeout(service=side.label, seconds=120, sent=True),
    "F6 gateway": lambda side: ServiceFailed(service=side.label, http_status=502, detail="bad gateway"),
}
"""Failures after which the caller cannot know: nothing was done, or all of it, or it will be done later."""

LOST: Mapping[str, Failure] = {
    "F3 answer lost": lambda side: ServiceUnreachable(service=side.label, host="x", detail="reset", sent=True),
    "F5 cut off": lambda side: ServiceGarbled(service=side.label, detail="it ends after 7 bytes", sent=True),
    "F6 HTML": lambda side: ServiceGarbled(service=side.label, detail="text/html instead of JSON", sent=True),
    "F7 slow drip": lambda side: ServiceTimeout(service=side.label, seconds=600, sent=True),
}
"""Failures of the answer: the service did its work."""


class UnreliableService(MemoryEndpoint):
    """A memory endpoint that keeps a history, acts out the script's faults, and lets others act between two steps.

    `author` is who writes at the moment; `clock` is the world's clock, in seconds.
    """

    def __init__(self, side: Side, script: Script, history: History, table: str, clock: Callable[[], float]) -> None:
        super().__init__(side)
        self.script, self.history, self.clock = script, history, clock
        self.watched = table
        self.author = USER
        self.acting = NOBODY
        self.times: dict[tuple[str, str], datetime] = {}
        self._late: list[tuple[float, str, Sequence[Write]]] = []

    # --- what happens to a request ---------------------------------------------------------------------------------

    def _fail_unseen(self) -> None:
        for name, error in UNSEEN.items():
            if self.script.happens(name):
                raise error(self.side)

    def _fail_lost(self) -> None:
        for name, error in {**UNKNOWN, **LOST}.items():
            if self.script.happens(name):
                raise error(self.side)

    def _request(self, what: str) -> None:
        """One request is about to be sent."""
        self.script.point(f"before {self.side}.{what}")
        self.settle_late()
        self._fail_unseen()

    def _answered(self, what: str) -> None:
        self.script.point(f"after {self.side}.{what}")

    # --- reading -----------------------------------------------------------------------------------------------------

    def changes(self, view: TableView, since: str | None) -> Iterator[Page]:
        """As the services do it: each page shows the rows as they are when it is asked for."""
        self._request("changes")
        start = self._parse_cursor(view, since)
        begun, after, size = self._version, "", self.page_size
        while True:
            self._fail_lost()
            rows = self._table(view.table.name).rows
            ids = sorted(id for id, row in rows.items() if row.version > start and id > after)
            records = [self._record(view, id) for id in ids[:size]]
            if self.script.happens("F19 answers in another order"):
                records.reverse()
            if len(ids) <= size:
                break
            after = ids[size - 1]
            self._answered("page")
            yield Page(records)
            self._request("page")
        self._answered("last page")
        yield Page(records, self._gone_since(view, start if since else None), self._next_cursor(begun))

    def _gone_since(self, view: TableView, start: int | None) -> list[str]:
        if start is None or not self.feeds_deletions:
            return []
        return [id for id, version in self._table(view.table.name).gone.items() if version > start]

    def _next_cursor(self, begun: int) -> str:
        """Business Central's feed goes by time stamps and looks back over an overlap."""
        if self.side is Side.BC and self.script.happens("F22 rows again"):
            return str(max(begun - self.script.random.randrange(6), 0))
        return str(begun)

    def get_many(self, view: TableView, ids: Sequence[str]) -> dict[str, Record]:
        """The rows as they are now; the answer may not arrive."""
        self._request("get_many")
        found = super().get_many(view, ids)
        self._fail_lost()
        self._answered("get_many")
        return found

    def find(self, view: TableView, field: str, values: Sequence[object]) -> list[Record]:
        """The rows as they are now; the answer may not arrive."""
        self._request("find")
        found = super().find(view, field, values)
        self._fail_lost()
        self._answered("find")
        return found

    # --- writing -----------------------------------------------------------------------------------------------------

    def batch(self, writes: Sequence[Write]) -> list[Outcome]:
        """Carry out the writes request by request, as the transport does."""
        outcomes: list[Outcome] = []
        for start in range(0, len(writes), self.batch_limit):
            try:
                outcomes += self._exchange(writes[start : start + self.batch_limit])
            except CouplingError as error:
                error.outcomes = outcomes
                raise
        return outcomes

    def _exchange(self, writes: Sequence[Write]) -> list[Outcome]:
        self._request("batch")
        for name, error in UNKNOWN.items():
            if self.script.happens(name):
                self._do_some_time(writes)
                raise error(self.side)
        outcomes = self._write_all(writes)
        if self.script.happens("F9 delivered twice") and (self.chooses_ids or not _creates(writes)):
            self._write_all(writes)
        for name, error in LOST.items():
            if self.script.happens(name):
                raise error(self.side)
        if self.script.happens("F19 part missing"):
            garbled = ServiceGarbled(service=self.side.label, detail="the answer to one part is missing", sent=True)
            outcomes[self.script.random.randrange(len(outcomes))] = Outcome(error=garbled)
        self._answered("batch")
        return outcomes

    def _do_some_time(self, writes: Sequence[Write]) -> None:
        """Never, at once, or later."""
        fate = self.script.random.randrange(3)
        if fate == 1:
            self._write_all(writes)
        elif fate == 2:
            self._late.append((self.clock() + self.script.random.uniform(1, LATEST), self.acting, list(writes)))

    def settle_late(self, until: float | None = None) -> None:
        """Carry out what was late and is due."""
        now = self.clock() if until is None else until
        due = sorted((each for each in self._late if each[0] <= now), key=lambda each: each[0])
        self._late = [each for each in self._late if each[0] > now]
        for _, acting, writes in due:
            self.script.note("F4 carried out late", self.side)
            self._write_all(writes, acting)

    def _write_all(self, writes: Sequence[Write], acting: str = "") -> list[Outcome]:
        self.author = acting or self.acting
        try:
            outcomes = []
            for write in writes:
                if self.script.happens("F11 part throttled"):
                    error = ServiceThrottled(service=self.side.label, seconds=5, retry_after=5)
                    outcomes.append(Outcome(error=error))
                    continue
                if error := self._refused(write):
                    outcomes.append(Outcome(error=error))
                    continue
                outcomes.append(self._carry_out(write))
            return outcomes
        finally:
            self.author = USER

    def _refused(self, write: Write) -> CouplingError | None:
        """What single records are refused for."""
        if self.script.happens("F14 record forbidden"):
            return PermissionMissing(service=self.side.label, detail="this record is not yours")
        if write.verb is Verb.CREATE and self.script.happens("F16 duplicate key"):
            return DuplicateRecord(service=self.side.label, record=str(write.id), detail="number")
        return None

    # --- history -----------------------------------------------------------------------------------------------------

    def _store(self, table: str, id: str, values: Mapping[str, Value]) -> None:
        before = self._snapshot(table, id)
        super()._store(table, id, values)
        self.times[(table, id)] = START + timedelta(seconds=self.clock())
        if table == self.watched:
            self._tell(id, before, self._snapshot(table, id))

    def _delete(self, table: str, id: str) -> None:
        before = self._snapshot(table, id)
        super()._delete(table, id)
        if table == self.watched:
            self._tell(id, before, None)

    def _record(self, view: TableView, id: str) -> Record:
        """The row with the time of its last change by the world's clock."""
        return replace(super()._record(view, id), modified_on=self.times[(view.table.name, id)].isoformat())

    def _snapshot(self, table: str, id: str) -> dict[str, Any] | None:
        row = self._table(table).rows.get(id)
        return dict(row.values) if row is not None else None

    def _tell(self, id: str, before: dict[str, Any] | None, after: dict[str, Any] | None) -> None:
        self.history.add(self.side, id, self.author, before, after)
        self.script.tell(f"    {self.side} {id[:8]} by {self.author}: {_shortly(before, after)}")


def _creates(writes: Sequence[Write]) -> bool:
    return any(write.verb.value == "create" for write in writes)


def _shortly(before: Mapping[str, Any] | None, after: Mapping[str, Any] | None) -> str:
    if before is None:
        return f"created {after}"
    if after is None:
        return "deleted"
    return ", ".join(
        f"{name} {before.get(name)!r} -> {after[name]!r}" for name in after if before.get(name) != after[name]
    )
