"""A real endpoint that keeps its rows in memory: etags, change feed, stale writes, refusals and injected failures."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from flask_coupling.core.column import Columns
from flask_coupling.core.mapping import Table, TableView
from flask_coupling.core.record import Record, Value
from flask_coupling.core.side import Side
from flask_coupling.core.table_filter import TableFilter
from flask_coupling.errors import (
    CouplingError,
    CursorExpired,
    DuplicateRecord,
    RecordNotFound,
    ServiceTimeout,
    StaleRecordConflictError,
    ValueRefused,
)

from .endpoint import Count, Outcome, Page, ServiceFacts, Verb, Write
from .memory_rows import Call, MemoryTable, Row, key_of, record_of, shows, with_composites

Rule = Callable[[Write], CouplingError | None]
"""Says whether a write is refused."""


class MemoryEndpoint:
    """An endpoint over dictionaries.

    `MemoryEndpoint(Side.SALES, accounts=[{"name": "Adatum"}])`: a row's id stands under `id` or the table's key
    (`accountid`), and is made when missing. `edit`, `add` and `remove` act as another user would. `calls` logs what
    was asked, `requests_made` counts it. `refuse` is a rule for writes, `reshape` lets a test normalize what is
    written (trim, upper case), as services do; `names` are those who changed rows last, by id.
    """

    batch_limit = 1_000
    concurrency = 1

    def __init__(self, side: Side, *, page_size: int = 5_000, **tables: Sequence[Mapping[str, Any]]) -> None:
        self.side = side
        self.page_size = page_size
        self.chooses_ids = self.feeds_deletions = side is Side.SALES
        self.calls: list[Call] = []
        self.refuse: Rule = _refuse_nothing
        self.names: dict[str, str] = {}
        self.reshape: Callable[[str, dict[str, Value]], dict[str, Value]] = lambda _, values: values
        self._version = self._expired = 0
        self._failures: dict[str, list[tuple[CouplingError, bool]]] = {}
        self._tables: dict[str, MemoryTable] = {}
        for name, rows in tables.items():
            for row in rows:
                self.add(name, **row)

    # --- what a test does ----------------------------------------------------------------------------------------

    def add(self, table: str, **values: Any) -> str:
        """Make a row as another user would; returns its id."""
        given = values.pop("id", None) or values.pop(key_of(self.side, table), None)
        id = str(given or self._new_id(table))
        self._store(table, id, values)
        return id

    def edit(self, table: str, id: str, **values: Value) -> None:
        """Change a row as another user would; raises RecordNotFound when it is not there."""
        if id not in self._table(table).rows:
            raise RecordNotFound(service=self.side.label, id=id, table=table)
        self._store(table, id, values)

    def remove(self, table: str, id: str) -> None:
        """Delete a row as another user would; raises RecordNotFound when it is not there."""
        self._delete(table, id)

    def rows(self, table: str) -> dict[str, dict[str, Value]]:
        """All values by id, as they are now (copies)."""
        return {id: dict(row.values) for id, row in self._table(table).rows.items()}

    def fail(self, method: str, *errors: CouplingError, after: bool = False) -> None:
        """Let the next calls of a method raise these errors; `after` it has done its work: the answer is lost."""
        self._failures.setdefault(method, []).extend((error, after) for error in errors)

    def lose_answers(self, count: int = 1) -> None:
        """Carry out the next batches, and let their answers never arrive."""
        lost = [ServiceTimeout(service=self.side.label, seconds=120, sent=True) for _ in range(count)]
        self.fail("batch", *lost, after=True)

    def expire_cursors(self) -> None:
        """Forget every cursor handed out so far."""
        self._expired = self._version + 1

    @property
    def requests_made(self) -> int:
        """Calls that a service would have needed requests for."""
        return len(self.calls)

    # --- Endpoint ------------------------------------------------------------------------------------------------

    def changes(self, view: TableView, since: str | None) -> Iterator[Page]:
        """See `Endpoint.changes`."""
        self._begin("changes", view.table)
        text, _, place = (since or "").partition(" ")
        start, (last, _, began) = self._parse_cursor(view, text or None), place.partition(" ")
        table, cursor = self._table(view.table.name), began or str(self._version)
        ids = self._rest(view.table, last)
        records = [self._record(view, id) for id in ids if table.rows[id].version > start]
        gone = [id for id, version in table.gone.items() if version > start] if since and self.feeds_deletions else []
        pages = [records[at : at + self.page_size] for at in range(0, len(records), self.page_size)] or [[]]
        for page in pages[:-1]:
            yield Page(page, resume=f"{start} {page[-1].id} {cursor}")
        yield Page(pages[-1], gone, cursor)

    def changes_of(self, feeds: Sequence[tuple[TableView, str | None]]) -> list[Iterator[Page]]:
        """See `Endpoint.changes_of`."""
        return [self.changes(view, since) for view, since in feeds]

    def search(
        self,
        view: TableView,
        text: str,
        where: TableFilter,
        *,
        limit: int,
        cursor: str | None = None,
        order: str = "",
    ) -> Page:
        """See `Endpoint.search`."""
        table, start = view.table, int(cursor or 0)
        self._begin("search", table)
        wide = TableView(table, (*dict.fromkeys((*view.fields, *where.fields)),))
        ids = [id for id in self._table(table.name).rows if shows(table, self._table(table.name).rows[id], text)]
        found = [id for id in ids if where.admits(self._record(wide, id))]
        by, _, turned = (order or table.title).partition(" ")
        rows = self._table(table.name).rows
        found.sort(key=lambda id: str(rows[id].values.get(by) or "").lower(), reverse=bool(turned))
        rest = start + limit < len(found)
        records = [self._record(view, id) for id in found[start : start + limit]]
        return Page(records, cursor=str(start + limit) if rest else None)

    def count(self, table: Table, where: TableFilter) -> Count:
        """See `Endpoint.count`."""
        self._begin("count", table)
        view = TableView(table, where.fields)
        return Count(sum(where.admits(self._record(view, id)) for id in self._table(table.name).rows))

    def columns(self, table: Table) -> Columns | None:
        """See `Endpoint.columns`: dictionaries hold whatever is put into them."""
        return None

    def authors(self, table: Table, ids: Sequence[str]) -> dict[str, str]:
        """See `Endpoint.authors`: those in the attribute `names`."""
        self._begin("authors", table, len(ids))
        return {id: self.names[id] for id in ids if id in self.names}

    def get(self, view: TableView, id: str) -> Record | None:
        """See `Endpoint.get`."""
        self._begin("get", view.table)
        return self._record(view, id) if id in self._table(view.table.name).rows else None

    def get_many(self, view: TableView, ids: Sequence[str]) -> dict[str, Record]:
        """See `Endpoint.get_many`."""
        self._begin("get_many", view.table, len(ids))
        rows = self._table(view.table.name).rows
        return {id: self._record(view, id) for id in ids if id in rows}

    def find(self, view: TableView, field: str, values: Sequence[object]) -> list[Record]:
        """See `Endpoint.find`; Dataverse compares texts without regard to case, Business Central with."""
        self._begin("find", view.table, len(values))
        wanted = {self._folded(value) for value in values}
        rows = self._table(view.table.name).rows
        key = view.table.key
        hits = [id for id, row in rows.items() if self._folded(id if field == key else row.values.get(field)) in wanted]
        return [self._record(view, id) for id in hits]

    def find_within(self, view: TableView, ids: Sequence[str]) -> dict[str, list[Record]]:
        """See `Endpoint.find_within`."""
        assert view.table.within is not None
        column, found = view.table.within.column, dict[str, list[Record]]()
        for record in self.find(view, column, ids):
            found.setdefault(str(self._table(view.table.name).rows[record.id].values[column]), []).append(record)
        return found

    def batch(self, writes: Sequence[Write]) -> list[Outcome]:
        """See `Endpoint.batch`."""
        lost = self._begin("batch", writes[0].view.table, len(writes)) if writes else None
        outcomes = [self._carry_out(write) for write in writes]
        if lost:
            raise lost
        return outcomes

    def check(self) -> ServiceFacts:
        """See `Endpoint.check`."""
        self._begin("check", None)
        return ServiceFacts(self.side, "memory", "memory", {})

    def url(self, table: Table, id: str) -> str:
        """See `Endpoint.url`."""
        return f"https://{self.side}.example/{table.name}/{id}"

    # --- inside --------------------------------------------------------------------------------------------------

    def _begin(self, method: str, table: Table | None, count: int = 1) -> CouplingError | None:
        """Log the call; raises the failure planned for it, or returns the one to raise when the work is done."""
        self.calls.append(Call(method, table.name if table else "", count))
        planned = self._failures.get(method)
        if not planned:
            return None
        error, comes_after = planned.pop(0)
        if comes_after:
            return error
        raise error

    def _carry_out(self, write: Write) -> Outcome:
        if error := self.refuse(write) or self._refusal(write):
            return Outcome(error=error)
        table = write.view.table
        if write.verb is Verb.DELETE:
            self._delete(table.name, str(write.id))
            return Outcome()
        id = write.id or self._new_id(table.name)
        self._store(
            table.name, id, with_composites(table, self._table(table.name).rows.get(id), table.spread(write.values))
        )
        for each in write.nested:
            assert each.table.within is not None
            for values in each.rows:
                own = {**each.table.spread(values), each.table.within.column: id}
                self._store(each.table.name, self._new_id(each.table.name), own)
        return Outcome(self._record(write.view, id))

    def _refusal(self, write: Write) -> CouplingError | None:
        table = write.view.table.name
        row = self._table(table).rows.get(write.id or "")
        facts: dict[str, Any] = {
            "service": self.side.label,
            "table": table,
            "id": write.id,
            "record": f"{table} {write.id}",
        }
        if write.verb is Verb.CREATE:
            if write.id and not self.chooses_ids:
                return ValueRefused(**facts, detail="it chooses the ids of its rows")
            return DuplicateRecord(**facts, detail="the id is taken") if row else None
        if row is None:
            return RecordNotFound(**facts)
        is_stale = write.if_match not in (None, "*", row.etag)
        return StaleRecordConflictError(**facts) if is_stale else None

    def _store(self, table: str, id: str, values: Mapping[str, Value]) -> None:
        kept = self._table(table)
        self._version += 1
        row = kept.rows.get(id)
        merged = {**(row.values if row else {}), **values}
        kept.rows[id] = Row(self.reshape(table, merged), self._version)
        kept.gone.pop(id, None)

    def _delete(self, table: str, id: str) -> None:
        kept = self._table(table)
        if kept.rows.pop(id, None) is None:
            raise RecordNotFound(service=self.side.label, id=id, table=table)
        self._version += 1
        kept.gone[id] = self._version

    def _record(self, view: TableView, id: str) -> Record:
        return record_of(view, id, self._table(view.table.name).rows[id])

    def _folded(self, value: object) -> object:
        return value.casefold() if isinstance(value, str) and self.side is Side.SALES else value

    def _rest(self, table: Table, last: str) -> list[str]:
        """The ids after `last` (all without it), in the order of their making; raises CursorExpired when it is gone."""
        ids = list(self._table(table.name).rows)
        if last and last not in ids:
            raise CursorExpired(service=self.side.label, table=table.name)
        return ids[ids.index(last) + 1 :] if last else ids

    def _parse_cursor(self, view: TableView, since: str | None) -> int:
        if since is None:
            return 0
        if not since.isdecimal() or int(since) < self._expired:
            raise CursorExpired(service=self.side.label, table=view.table.name)
        return int(since)

    def _new_id(self, table: str) -> str:
        return str(uuid5(NAMESPACE_URL, f"{self.side}/{table}/{self._version}"))

    def _table(self, name: str) -> MemoryTable:
        return self._tables.setdefault(name, MemoryTable())


def _refuse_nothing(_: Write) -> CouplingError | None:
    return None
