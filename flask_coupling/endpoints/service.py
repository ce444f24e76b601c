"""What both services have in common as endpoints: pages, look-ups by id and value, search, and portions of writes."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from copy import copy
from dataclasses import replace
from threading import BoundedSemaphore
from typing import Any, ClassVar, Self

from flask_coupling.core.mapping import Table, TableView, Within
from flask_coupling.core.record import Record
from flask_coupling.core.side import Side
from flask_coupling.core.table_filter import TableFilter
from flask_coupling.errors import (
    CouplingError,
    CursorExpired,
    QueryRefused,
    RecordNotFound,
    ServiceGarbled,
    ServiceThrottled,
    TableUnknown,
    ValueRefused,
)

from .batch import Part, Reply, Result, carry_all, chunks
from .endpoint import Count, Outcome, Page, Verb, Write
from .gate import retry_after
from .known_columns import KnownColumns
from .pages import Parsed, RawPage, follow, raw_page
from .query import Spell, any_of, is_guid, render, with_options
from .refusal import Subject
from .rows import Reader, Row, chosen, read_rows, reader
from .search import Search
from .together import first_replies
from .transport import Transport
from .watermark import Reading
from .wire import Answer

_OUTDATED = ("SkipTokenIsNoLongerValid",)


class ServiceEndpoint(ABC):
    """An endpoint over HTTP; the two services fill in their addresses, spelling and batch forms."""

    side: Side
    batch_limit: int
    concurrency: int
    chooses_ids: bool
    feeds_deletions: bool

    page_size: ClassVar[int]
    longest_filter: ClassVar[int]
    most_terms: ClassVar[int]
    spell: ClassVar[Spell]
    count_limit: ClassVar[int | None] = None

    def __init__(self, transport: Transport) -> None:
        self.transport = transport
        self._known_columns = KnownColumns(transport.clock)
        # callers may have several batches under way; the service's limit is for all of them together
        self._slots = BoundedSemaphore(max(min(self.concurrency, transport.settings.parallel), 1))

    def __repr__(self) -> str:
        return f"<{type(self).__name__} at {self.transport.root}>"

    def apart(self) -> Self:
        """The same endpoint with a count of requests of its own, for one of several runs at once."""
        other = copy(self)
        other.transport = self.transport.apart()
        return other

    @property
    def requests_made(self) -> int:
        """HTTP requests this endpoint has made so far, those for tokens and repetitions included."""
        return self.transport.requests_made

    # --- what differs ------------------------------------------------------------------------------------------------

    @abstractmethod
    def changes(self, view: TableView, since: str | None, first: Reply | None = None) -> Iterator[Page]:
        """See `Endpoint.changes`; `first` is the answer with the first page where it is there already."""

    @abstractmethod
    def _set_path(self, table: Table) -> str:
        """The entity set's address below the transport's root."""

    @abstractmethod
    def _parse(self, answer: Answer) -> Any:
        """The JSON of an answer in plain spelling."""

    @abstractmethod
    def _exchange(self, table: Table, parts: Sequence[Part], *, is_reading: bool) -> list[Result]:
        """Send one batch of at most `batch_limit` operations on tables of `table`'s API; the results in order."""

    @abstractmethod
    def _part(self, write: Write, query: str) -> Part:
        """The operation of one write; `query` selects what is to be returned, where a service lets us."""

    @abstractmethod
    def _search_filters(self, table: Table, text: str) -> list[str]:
        """The filters that find a text in title or number, to be asked one after the other."""

    # --- one row, some rows ------------------------------------------------------------------------------------------

    def get(self, view: TableView, id: str) -> Record | None:
        """See `Endpoint.get`."""
        if not is_guid(id):
            return None
        path = with_options(f"{self._set_path(view.table)}({id})", **chosen(view))
        try:
            answer = self.transport.get(path, subject=Subject(view.table.name, id))
        except RecordNotFound:
            return None
        return self._record(view, self._parse(answer))

    def authors(self, table: Table, ids: Sequence[str]) -> Mapping[str, str]:
        """See `Endpoint.authors`."""
        return {}

    def get_many(self, view: TableView, ids: Sequence[str]) -> dict[str, Record]:
        """See `Endpoint.get_many`."""
        found = {record.id.lower(): record for record in self.find(view, view.table.key, list(filter(is_guid, ids)))}
        return {id: found[id.lower()] for id in ids if id.lower() in found}

    def find(self, view: TableView, field: str, values: Sequence[object]) -> list[Record]:
        """See `Endpoint.find`."""
        filters = list(
            any_of(view.table, field, values, type(self).spell, longest=self.longest_filter, most=self.most_terms)
        )
        address = self._set_path(view.table)
        paths = [with_options(address, **chosen(view), filter=each) for each in filters]
        if len(paths) == 1:
            return [record for page in self._pages(view, paths[0], {}) for record in page.records]
        return [record for portion in chunks(paths, self.batch_limit) for record in self._read_all(view, portion)]

    def find_within(self, view: TableView, ids: Sequence[str]) -> dict[str, list[Record]]:
        """See `Endpoint.find_within`."""
        within, found = view.table.within, dict[str, list[Record]]()
        if within is None:
            raise TableUnknown(service=self.side.label, table=f"{view.table.name} as lines of a document")
        for id, record in self._find_within(view, within, list(filter(is_guid, ids))) if ids else ():
            found.setdefault(id, []).append(record)
        return found

    def _find_within(self, view: TableView, within: Within, ids: Sequence[str]) -> Iterator[tuple[str, Record]]:
        """Each line with the id of its document."""
        for record in self.find(view, within.column, ids):
            yield str(record.values[within.column]), record

    def _read_all(self, view: TableView, paths: Sequence[str]) -> Iterator[Record]:
        """Read several addresses in one batch; a part that was cut into pages is read to its end."""
        read = reader(view)
        for result in self._exchange_patiently(view.table, [Part("GET", path) for path in paths], is_reading=True):
            page = raw_page(self._content(result, Subject(view.table.name)), self.transport)
            yield from read_rows(read, page.rows, self.side.label)
            for more in self._pages(view, page.next, {}):
                yield from more.records

    def _content(self, result: Result, subject: Subject) -> Any:
        if isinstance(result, CouplingError):
            raise result
        if not result.is_success:
            raise self._refusal(result, subject)
        return result.content

    # --- pages -------------------------------------------------------------------------------------------------------

    def _pages(self, view: TableView, path: str, headers: Mapping[str, str]) -> Iterator[Page]:
        read = reader(view)
        for raw in self._raw_pages(path, headers, Subject(view.table.name)):
            yield Page(read_rows(read, raw.rows, self.side.label))

    def changes_of(self, feeds: Sequence[tuple[TableView, str | None]]) -> list[Iterator[Page]]:
        """See `Endpoint.changes_of`."""
        openings: dict[int, Part] = {}
        for place, (view, since) in enumerate(feeds):
            with suppress(CursorExpired):  # asked for by itself, the feed says so
                openings[place] = self._opening(view, since)
        first = first_replies(feeds, openings, self._read_batch, self.batch_limit)
        return [self.changes(view, since, first.get(place)) for place, (view, since) in enumerate(feeds)]

    def _read_batch(self, table: Table, parts: Sequence[Part]) -> list[Result]:
        return self._exchange_patiently(table, parts, is_reading=True)

    def _opening(self, view: TableView, since: str | None) -> Part:
        """How the first page after a cursor, or of all, is asked for."""
        reading = Reading.parse(since, self.side.label, view.table.name) if since else Reading()
        return Part("GET", self._time_path(view, reading), self._paging)

    @property
    def _paging(self) -> dict[str, str]:
        return {"Prefer": f"odata.maxpagesize={self.page_size}"}

    def _raw_pages(
        self,
        path: str,
        headers: Mapping[str, str],
        subject: Subject,
        known: Reply | None = None,
        *,
        is_stored: bool = False,
        in_portions: bool = False,
    ) -> Iterator[RawPage]:
        """The pages from `path` on, of which the first may be `known`; with `in_portions` large ones are cut.

        One that was stored and is not taken any more raises CursorExpired.
        """
        parse = self._parse_portions if in_portions else self._parse_whole
        if known is not None:
            page = raw_page(known.content, self.transport)
            yield page
            yield from follow(self.transport, parse, page.next, headers, subject)
            return
        pages = follow(self.transport, parse, path, headers, subject)
        try:
            first = next(pages, None)
        except CouplingError as error:
            if is_stored and (isinstance(error, QueryRefused) or error.facts.get("service_code") in _OUTDATED):
                raise CursorExpired(service=self.side.label, table=subject.table) from error
            raise
        if first is not None:
            yield first
            yield from pages

    def _changes_by_time(
        self, view: TableView, since: str | None, headers: Mapping[str, str], known: Reply | None = None
    ) -> Iterator[Page]:
        """The change feed of a table that has nothing but time stamps."""
        table, clock = view.table, self.transport.clock
        reading = Reading.parse(since, self.side.label, table.name) if since else Reading()
        reading = replace(reading, began=reading.began or clock.wall())
        read, records = reader(view), list[Record]()
        for raw in self._time_pages(view, reading, headers, known):
            for rows, is_last in raw.portions(self.side.label):
                records = read_rows(read, rows, self.side.label)
                reading = reading.after(records, self._below_root(raw.next), raw.service_time)
                if raw.next or not is_last:
                    given = [Page(records, resume=reading.cursor if is_last else None)]
                    records = []
                    yield given.pop()
        given = [Page(records, cursor=reading.ended(clock.wall(), self.transport.settings.overlap).cursor)]
        del records
        yield given.pop()

    def _time_pages(
        self, view: TableView, reading: Reading, headers: Mapping[str, str], known: Reply | None
    ) -> Iterator[RawPage]:
        path, is_stored = self._time_path(view, reading), bool(reading.path)
        return self._raw_pages(path, headers, Subject(view.table.name), known, is_stored=is_stored, in_portions=True)

    def _parse_whole(self, answer: Answer) -> Parsed:
        return self._parse(answer), iter(())

    def _parse_portions(self, answer: Answer) -> Parsed:
        """A page whose rows may come in portions, where a service's pages are that large."""
        return self._parse_whole(answer)

    def _time_path(self, view: TableView, reading: Reading) -> str:
        table, start = view.table, reading.mark.start
        if reading.path:
            return self._stored(table, reading.path)
        where = f"{table.modified_on} ge {start}" if start and table.modified_on else ""
        # by id, which never changes: a row edited while we page would else take the next page's beginning along
        return with_options(self._set_path(table), **chosen(view), filter=where, orderby=table.key)

    def _below_root(self, link: str) -> str:
        return link.removeprefix(self.transport.root + "/")

    def _stored(self, table: Table, path: str) -> str:
        """A path that was part of a cursor; raises CursorExpired when it does not lead to this very table."""
        if not path.startswith(self._set_path(table) + "?"):
            raise CursorExpired(service=self.side.label, table=table.name)
        return path

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
        """See `Endpoint.search`; the cursor is opaque and good for the same search only."""
        conditions, address = render(view.table, where, type(self).spell), self._set_path(view.table)
        searching = Search(view, text.strip(), conditions, address, order or view.table.title)
        filters = self._search_filters(view.table, searching.text) if searching.text else [""]
        place, path = searching.resume(cursor, len(filters), self.side.label) if cursor else (0, "")
        found: dict[str, Record] = {}
        read = reader(view)
        while place < len(filters) and len(found) < limit:
            prefer = {"Prefer": f"odata.maxpagesize={limit - len(found)}"}
            page = next(self._raw_pages(path or searching.path(filters[place]), prefer, Subject(view.table.name)))
            records = read_rows(read, page.rows, self.side.label)
            found.update((each.id, each) for each in records if not searching.has_shown(each, place))
            path = self._below_root(page.next)
            place += not path
        return Page(list(found.values()), cursor=f"{place}:{path}" if place < len(filters) else None)

    def count(self, table: Table, where: TableFilter) -> Count:
        """See `Endpoint.count`."""
        condition = render(table, where, type(self).spell)
        path = with_options(self._set_path(table), select=table.key, filter=condition, count="true")
        prefer = {"Prefer": "odata.maxpagesize=1"}
        content = self._parse(self.transport.get(path, prefer, subject=Subject(table.name)))
        number = content.get("@odata.count") if isinstance(content, dict) else None
        if not isinstance(number, int):
            raise ServiceGarbled(service=self.side.label, detail=f"{table.name} without the count asked for")
        return Count(number, self.count_limit is None or number < self.count_limit)

    # --- writes ------------------------------------------------------------------------------------------------------

    def batch(self, writes: Sequence[Write]) -> list[Outcome]:
        """See `Endpoint.batch`; writes on tables of different APIs travel in different batches."""
        portions: list[Sequence[int]] = []
        for route in dict.fromkeys(write.view.table.route for write in writes):
            places = [place for place, write in enumerate(writes) if write.view.table.route == route]
            portions += chunks(places, self.batch_limit)
        parallel = min(self.concurrency, self.transport.settings.parallel)
        known, error = carry_all(portions, lambda places: self._write([writes[place] for place in places]), parallel)
        if error is not None:
            answered = max(known, default=-1) + 1
            error.facts["outcomes"] = [known.get(place) or Outcome(error=error) for place in range(answered)]
            raise error
        return [known[place] for place in range(len(writes))]

    def _write(self, writes: Sequence[Write]) -> list[Outcome]:
        """Carry out one portion; a write that cannot even be sent has its outcome at once."""
        outcomes: list[Outcome | None] = [None] * len(writes)
        places: list[int] = []
        parts: list[Part] = []
        views = {id(write.view): write.view for write in writes}
        queries = {key: with_options("", **chosen(view)) for key, view in views.items()}
        readers = {key: reader(view) for key, view in views.items()}
        for place, write in enumerate(writes):
            try:
                parts.append(self._part(write, queries[id(write.view)]))
                places.append(place)
            except CouplingError as error:
                outcomes[place] = Outcome(error=error)
        if parts:
            results = self._exchange_patiently(writes[0].view.table, parts, is_reading=False)
            for place, result in zip(places, results, strict=True):
                write = writes[place]
                outcomes[place] = self._outcome(write, result, readers[id(write.view)])
        return [outcome for outcome in outcomes if outcome is not None]

    def _outcome(self, write: Write, result: Result, read: Reader) -> Outcome:
        if not isinstance(result, Reply):
            return Outcome(error=result)
        if not 200 <= result.status < 300:
            return Outcome(error=self._refusal(result, Subject(write.view.table.name, write.id or "", write.verb)))
        if write.verb is Verb.DELETE:
            return Outcome()
        row = result.content
        if not isinstance(row, dict) or write.view.table.key not in row:
            detail = f"a written row of {write.view.table.name} that was not returned"
            return Outcome(error=ServiceGarbled(service=self.side.label, detail=detail, sent=True))
        row.pop("@odata.context", None)
        try:
            return Outcome(read(row))
        except KeyError as error:
            detail = f"a written row of {write.view.table.name} without its {error.args[0]}"
            return Outcome(error=ServiceGarbled(service=self.side.label, detail=detail, sent=True))

    def _exchange_patiently(self, table: Table, parts: Sequence[Part], *, is_reading: bool) -> list[Result]:
        """Send one batch, and those of its parts again that were only throttled."""
        results = self._exchange_in_turn(table, parts, is_reading=is_reading)
        for attempt in range(self.transport.settings.retries):
            places = [place for place, result in enumerate(results) if _is_throttled(result)]
            if not places:
                break
            waits = [self._asked(result) for place in places if isinstance(result := results[place], Reply)]
            self.transport.hold_all(max((wait for wait in waits if wait is not None), default=None), attempt)
            again: Sequence[Result]
            try:
                again = self._exchange_in_turn(table, [parts[place] for place in places], is_reading=is_reading)
            except ServiceThrottled:
                break  # longer than anyone should wait here, and the replies say so already
            except CouplingError as error:
                again = [error] * len(places)
            for place, result in zip(places, again, strict=True):
                results[place] = result
        return results

    def _exchange_in_turn(self, table: Table, parts: Sequence[Part], *, is_reading: bool) -> list[Result]:
        with self._slots:
            return self._exchange(table, parts, is_reading=is_reading)

    def _record(self, view: TableView, row: Row) -> Record:
        if not isinstance(row, dict) or view.table.key not in row:
            raise ServiceGarbled(service=self.side.label, detail=f"a row of {view.table.name} without its id")
        row.pop("@odata.context", None)
        return read_rows(reader(view), [row], self.side.label)[0]

    def _refusal(self, reply: Reply, subject: Subject) -> CouplingError:
        return self.transport.dialect.refusal(reply.status, reply.content, subject, self._asked(reply))

    def _asked(self, reply: Reply) -> float | None:
        return retry_after(reply.headers, self.transport.clock, self.transport.settings.longest_retry_after)

    def _checked_id(self, write: Write) -> str:
        """The id of a row to write to, or the error a row without such an id has."""
        if not is_guid(write.id):
            raise RecordNotFound(service=self.side.label, id=write.id, table=write.view.table.name)
        return str(write.id)

    def _checked_etag(self, write: Write) -> str:
        etag = write.if_match or "*"
        if any(character < " " for character in etag):
            subject = Subject(write.view.table.name, write.id or "", write.verb)
            raise ValueRefused(service=self.side.label, record=subject.record, detail="a line break in an etag")
        return etag


def _is_throttled(result: Result) -> bool:
    return isinstance(result, Reply) and result.status == 429
