"""Change feeds and other readings page by page: where they begin, go on after a cursor, and end."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any

import orjson

from flask_coupling.core.mapping import Table, TableView
from flask_coupling.core.record import Record
from flask_coupling.errors import CouplingError, CursorExpired, QueryRefused

from .batch import Part, Reply, Result
from .cut import PORTION, cut
from .endpoint import Page
from .exchange import Exchange
from .pages import Parsed, RawPage, follow, raw_page
from .query import with_options
from .refusal import Subject
from .rows import chosen, read_rows, reader
from .together import first_replies
from .watermark import Reading
from .wire import Answer

_OUTDATED = ("SkipTokenIsNoLongerValid",)


class Feeds(Exchange):
    """A service whose tables are read in pages, whole or from where a cursor says."""

    portion: int = PORTION

    @abstractmethod
    def changes(self, view: TableView, since: str | None, first: Reply | None = None) -> Iterator[Page]:
        """See `Endpoint.changes`; `first` is the answer with the first page where it is there already."""

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

    # --- by time stamps ----------------------------------------------------------------------------------------------

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

    def _time_path(self, view: TableView, reading: Reading) -> str:
        table, start = view.table, reading.mark.start
        if reading.path:
            return self._stored(table, reading.path)
        where = f"{table.modified_on} ge {start}" if start and table.modified_on else ""
        # by id, which never changes: a row edited while we page would else take the next page's beginning along
        return with_options(self._set_path(table), **chosen(view), filter=where, orderby=table.key)

    def _stored(self, table: Table, path: str) -> str:
        """A path that was part of a cursor; raises CursorExpired when it does not lead to this very table."""
        if not path.startswith(self._set_path(table) + "?"):
            raise CursorExpired(service=self.side.label, table=table.name)
        return path

    def _below_root(self, link: str) -> str:
        return link.removeprefix(self.transport.root + "/")

    # --- pages -------------------------------------------------------------------------------------------------------

    def _pages(self, view: TableView, path: str, headers: Mapping[str, str]) -> Iterator[Page]:
        read = reader(view)
        for raw in self._raw_pages(path, headers, Subject(view.table.name)):
            yield Page(read_rows(read, raw.rows, self.side.label))

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

    def _parse_whole(self, answer: Answer) -> Parsed:
        return self._parse(answer), iter(())

    def _parse_portions(self, answer: Answer) -> Parsed:
        """A large page, whose rows come in portions."""
        return cut(answer.held, self._parse_rows, self.portion) or self._parse_whole(answer)

    def _parse_rows(self, body: bytes) -> list[Any]:
        """A part of the rows of a page, as a list of JSON."""
        rows: list[Any] = orjson.loads(body)
        return rows
