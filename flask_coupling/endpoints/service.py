"""What both services have in common as endpoints: look-ups by id and value, search, and portions of writes."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence

from flask_coupling.core.column import Columns
from flask_coupling.core.mapping import Table, TableView, Within
from flask_coupling.core.record import Record
from flask_coupling.core.table_filter import TableFilter
from flask_coupling.errors import (
    CouplingError,
    RecordNotFound,
    ServiceGarbled,
    TableUnknown,
    ValueRefused,
)

from .batch import Part, Reply, Result, carry_all, chunks
from .endpoint import Count, Outcome, Page, Verb, Write
from .feeds import Feeds
from .pages import raw_page
from .query import Spelling, any_of, is_guid, is_like_date, render, with_options
from .refusal import Subject
from .rows import Reader, Row, chosen, read_rows, reader
from .search import Search


class ServiceEndpoint(Feeds):
    """An endpoint over HTTP; the two services fill in their addresses, spelling and batch forms."""

    # --- what differs ------------------------------------------------------------------------------------------------

    @abstractmethod
    def _part(self, write: Write, query: str) -> Part:
        """The operation of one write; `query` selects what is to be returned, where a service lets us."""

    @abstractmethod
    def _search_filters(self, table: Table, text: str) -> list[str]:
        """The filters that find a text in title or number, to be asked one after the other."""

    @abstractmethod
    def columns(self, table: Table) -> Columns | None:
        """See `Endpoint.columns`."""

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
        spelling = self._spelling(view.table, values)
        filters = list(any_of(view.table, field, values, spelling, longest=self.longest_filter, most=self.most_terms))
        address = self._set_path(view.table)
        paths = [with_options(address, **chosen(view), filter=each) for each in filters]
        if len(paths) == 1:
            return [record for page in self._pages(view, paths[0], {}) for record in page.records]
        return [record for portion in chunks(paths, self.batch_limit) for record in self._read_all(view, portion)]

    def _render(self, table: Table, where: TableFilter) -> str:
        return render(table, where, self._spelling(table, [each.value for each in where.comparisons]))

    def _spelling(self, table: Table, values: Iterable[object]) -> Spelling:
        """How to write the values; only where one looks like a date, the service is asked what its properties hold."""
        if not any(map(is_like_date, values)):
            return self.spelling
        columns = (self.columns(table) or {}).values()
        return self.spelling.of_texts({each.name for each in columns if each.kind == "text"})

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

    def _record(self, view: TableView, row: Row) -> Record:
        if not isinstance(row, dict) or view.table.key not in row:
            raise ServiceGarbled(service=self.side.label, detail=f"a row of {view.table.name} without its id")
        row.pop("@odata.context", None)
        return read_rows(reader(view), [row], self.side.label)[0]

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
        conditions, address = self._render(view.table, where), self._set_path(view.table)
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
        condition = self._render(table, where)
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
            error.outcomes = [known.get(place) or Outcome(error=error) for place in range(answered)]
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
