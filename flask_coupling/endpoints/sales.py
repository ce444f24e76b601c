"""Dynamics 365 Sales (the Dataverse Web API) as an endpoint."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, ClassVar
from urllib.parse import quote, urlsplit

from flask_coupling.core.column import Columns
from flask_coupling.core.mapping import Table, TableView
from flask_coupling.core.record import Record, Value, Values
from flask_coupling.core.side import Side
from flask_coupling.core.table_filter import TableFilter, literal
from flask_coupling.errors import QueryRefused, ServiceGarbled, TableUnknown

from . import definitions
from .batch import Part, Reply, Result, arrange, chunks, read_multipart, write_multipart
from .endpoint import Count, Outcome, Page, ServiceFacts, Verb, Write
from .options import OptionRows
from .pages import RawPage, raw_page
from .query import SALES_SPELLING, Spelling, any_of, is_guid, literally, with_options
from .refusal import Subject
from .rows import Reader, chosen, is_deletion, read_rows, reader, without_deletions
from .sent import sent_row
from .service import ServiceEndpoint
from .transport import Transport
from .wire import Answer

API_PATH = "/api/data/v9.2"

FORMATTED = "OData.Community.Display.V1.FormattedValue"

_REPRESENTATION = {"Prefer": "return=representation"}
_AUTHOR = "_modifiedby_value"
_NAMED = {"Prefer": f'odata.include-annotations="{FORMATTED}"'}


class Sales(ServiceEndpoint):
    """One Dynamics 365 Sales environment.

    The caller may choose the ids of new rows. The change feed is the service's own change tracking, deletions
    included; a table that is not tracked is read by its time stamps, and its deletions are then not told.
    """

    side = Side.SALES
    batch_limit = 1_000
    concurrency = 52
    chooses_ids = True
    feeds_deletions = True

    page_size: ClassVar[int] = 5_000
    longest_filter: ClassVar[int] = 8_000
    most_terms: ClassVar[int] = 100
    spelling: ClassVar[Spelling] = SALES_SPELLING
    count_limit: ClassVar[int | None] = 5_000

    def __init__(self, transport: Transport) -> None:
        super().__init__(transport)
        self._path = urlsplit(transport.root).path

    def changes(self, view: TableView, since: str | None, first: Reply | None = None) -> Iterator[Page]:
        """See `Endpoint.changes`; the cursor is the delta or next link below the API's root."""
        if view.table.option_set is not None:
            yield self._options.changes(view, since, first)
            return
        if since and since.startswith("["):
            yield from self._changes_by_time(view, since, self._paging, first)
            return
        yield from self._tracked(view, self._tracked_path(view, since), first, is_first=not since)

    def get(self, view: TableView, id: str) -> Record | None:
        """See `Endpoint.get`."""
        if view.table.option_set is not None:
            return self._options.get_many(view, [id]).get(id)
        return super().get(view, id)

    def get_many(self, view: TableView, ids: Sequence[str]) -> dict[str, Record]:
        """See `Endpoint.get_many`."""
        if view.table.option_set is not None:
            return self._options.get_many(view, ids)
        return super().get_many(view, ids)

    def find(self, view: TableView, field: str, values: Sequence[object]) -> list[Record]:
        """See `Endpoint.find`."""
        if view.table.option_set is not None:
            return self._options.find(view, field, values)
        return super().find(view, field, values)

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
        search = super().search if view.table.option_set is None else self._options.search
        return search(view, text, where, limit=limit, cursor=cursor, order=order)

    def count(self, table: Table, where: TableFilter) -> Count:
        """See `Endpoint.count`."""
        return super().count(table, where) if table.option_set is None else self._options.count(table, where)

    def batch(self, writes: Sequence[Write]) -> list[Outcome]:
        """See `Endpoint.batch`; writes on options are carried out before the others."""
        known = {place: write for place, write in enumerate(writes) if write.view.table.option_set is not None}
        if not known:
            return super().batch(writes)
        done = dict(zip(known, self._options.batch(list(known.values())), strict=True))
        rest = [place for place in range(len(writes)) if place not in known]
        done |= zip(rest, super().batch([writes[place] for place in rest]), strict=True)
        return [done[place] for place in range(len(writes))]

    def check(self) -> ServiceFacts:
        """See `Endpoint.check`: who we are, which organization this is, and its base currency."""
        me = self._read("WhoAmI")
        user_id, organization_id = str(me.get("UserId")), str(me.get("OrganizationId"))
        if not is_guid(user_id) or not is_guid(organization_id):
            raise ServiceGarbled(service=self.side.label, detail="it does not say who we are")
        version = self._read("RetrieveVersion").get("Version")
        organization = self._read(f"organizations({organization_id})", "name,_basecurrencyid_value")
        currency_id = str(organization.get("_basecurrencyid_value") or "")
        currency = self._read(f"transactioncurrencies({currency_id})", "isocurrencycode") if currency_id else {}
        user = self._read(f"systemusers({user_id})", "fullname")
        details = {
            "organization_id": organization_id,
            "organization_name": str(organization.get("name") or ""),
            "user_id": user_id,
            "base_currency_id": currency_id,
            "base_currency_code": str(currency.get("isocurrencycode") or ""),
        }
        return ServiceFacts(self.side, str(version or ""), str(user.get("fullname") or user_id), details)

    def authors(self, table: Table, ids: Sequence[str]) -> dict[str, str]:
        """See `Endpoint.authors`: one request. A table of a custom API does not tell."""
        if table.route or table.option_set is not None or not ids:
            return {}
        filters = any_of(table, table.key, ids, self.spelling, longest=self.longest_filter, most=self.most_terms)
        select, address = f"{table.key},{_AUTHOR}", self._set_path(table)
        parts = [Part("GET", with_options(address, select=select, filter=each), _NAMED) for each in filters]
        found: dict[str, str] = {}
        for result in self._exchange_patiently(table, parts, is_reading=True):
            for row in raw_page(self._content(result, Subject(table.name)), self.transport).rows:
                found[str(row.get(table.key)).lower()] = str(row.get(f"{_AUTHOR}@{FORMATTED}") or "")
        return {id: name for id in ids if (name := found.get(id.lower()))}

    def url(self, table: Table, id: str) -> str:
        """See `Endpoint.url`: the record's form in the app."""
        org = self.transport.root.removesuffix(API_PATH)
        if table.option_set is not None:  # nothing shows one option; the table's list is where it is chosen
            return f"{org}/main.aspx?etn={quote(table.option_set.entity)}&pagetype=entitylist"
        return f"{org}/main.aspx?etn={quote(table.key.removesuffix('id'))}&pagetype=entityrecord&id={quote(id)}"

    def columns(self, table: Table) -> Columns | None:
        """See `Endpoint.columns`: the table's definition. A table of a custom API has none."""
        if table.route:
            return None
        if table.option_set is not None:
            return self._options.columns(table)
        return self._known_columns.of(table.name, lambda: {table.name: self._defined(table)})[table.name]

    def tables_with(self, column: str, tables: Sequence[str]) -> list[str]:
        """Those of these tables that have a column, in one request; one that is not there has none."""
        rows = self._values(definitions.holders_path(column, tables))
        return [str(row.get("EntitySetName")) for row in rows if row.get("Attributes")]

    def _defined(self, table: Table) -> Columns:
        found = self._values(definitions.attributes_path(table.name))
        if not found:
            raise TableUnknown(service=self.side.label, segment=table.name, detail="it has no such definition")
        options: dict[str, tuple[int, ...]] = {}
        for cast in definitions.CASTS:
            path = definitions.options_path(str(found[0].get("LogicalName")), cast)
            options |= definitions.read_options(self._values(path))
        return definitions.read_attributes(found[0].get("Attributes") or (), options)

    def _values(self, path: str) -> list[dict[str, Any]]:
        rows = self._read(path).get("value")
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            raise ServiceGarbled(service=self.side.label, detail="a table definition without its rows")
        return rows

    @property
    def _options(self) -> OptionRows:
        return OptionRows(self.transport, self._exchange_patiently)

    def read_together(self, table: Table, parts: Sequence[Part]) -> list[Result]:
        """The results of reading operations on tables of the same API as `table`, sent in batches."""
        portions = chunks(parts, self.batch_limit)
        return [result for part in portions for result in self._exchange_patiently(table, part, is_reading=True)]

    # --- change tracking ---------------------------------------------------------------------------------------------

    def _opening(self, view: TableView, since: str | None) -> Part:
        if view.table.option_set is not None:
            return self._options.opening(view)
        if since and since.startswith("["):
            return super()._opening(view, since)
        return Part("GET", self._tracked_path(view, since), self._tracking)

    def _tracked_path(self, view: TableView, since: str | None) -> str:
        if since:
            return self._stored(view.table, since)
        return with_options(self._set_path(view.table), **chosen(view))

    @property
    def _tracking(self) -> dict[str, str]:
        return {"Prefer": f"odata.track-changes,odata.maxpagesize={self.page_size}"}

    def _tracked(self, view: TableView, path: str, known: Reply | None, *, is_first: bool) -> Iterator[Page]:
        subject = Subject(view.table.name)
        pages = self._raw_pages(path, self._tracking, subject, known, is_stored=not is_first, in_portions=True)
        read = reader(view)
        try:
            first = next(pages)
        except QueryRefused as error:
            if not is_first or "track" not in str(error).lower():
                raise
            yield from self._changes_by_time(view, None, self._paging)
            return
        if is_first and not first.delta and "track-changes" not in first.applied:
            yield from self._changes_by_time(view, None, self._paging)
            return
        yield from self._change_pages(first, read)
        for page in pages:
            yield from self._change_pages(page, read)

    def _change_pages(self, page: RawPage, read: Reader) -> Iterator[Page]:
        """A page of the feed, in portions; the last one tells how it goes on."""
        if not page.next and not page.delta:
            raise ServiceGarbled(service=self.side.label, detail="a change feed that ends without its delta link")
        cursor, resume = self._below_root(page.delta) or None, self._below_root(page.next) or None
        for rows, is_last in page.portions(self.side.label):
            deleted = [str(row.get("id")) for row in rows if is_deletion(row)]
            records = read_rows(read, without_deletions(rows) if deleted else rows, self.side.label)
            given = [Page(records, deleted, *((cursor, None if cursor else resume) if is_last else ()))]
            del rows, records
            yield given.pop()

    # --- wire --------------------------------------------------------------------------------------------------------

    def _read(self, path: str, select: str = "") -> dict[str, Any]:
        table = path.partition("(")[0]
        content = self._parse(self.transport.get(with_options(path, select=select), subject=Subject(table)))
        if not isinstance(content, dict):
            raise ServiceGarbled(service=self.side.label, detail=f"an answer to {table} that is no object")
        return content

    def _set_path(self, table: Table) -> str:
        return f"api/{table.route}/{table.name}" if table.route else table.name

    def _parse(self, answer: Answer) -> Any:
        return answer.json()

    def _exchange(self, table: Table, parts: Sequence[Part], *, is_reading: bool) -> list[Result]:
        kind, body = write_multipart(parts, self._path, self.side.label)
        answer = self.transport.send(
            "POST",
            "$batch",
            headers={"Content-Type": kind, "Accept": "multipart/mixed", "Prefer": "odata.continue-on-error"},
            body=body,
            subject=Subject(table.name, verb=None if is_reading else Verb.UPDATE),
            repeatable=is_reading,
        )
        return arrange(read_multipart(answer), parts, self.side.label)

    def _part(self, write: Write, query: str) -> Part:
        table, path = write.view.table, self._set_path(write.view.table)
        if write.verb is Verb.CREATE:
            body = self._body(write)
            if write.id:
                body[table.key] = write.id
            return Part("POST", path + query, _REPRESENTATION, body, table.key, write.id or "")
        id, etag = self._checked_id(write), self._checked_etag(write)
        if write.verb is Verb.DELETE:
            return Part("DELETE", f"{path}({id})", {"If-Match": etag} if write.if_match else {}, None, table.key, id)
        headers = {**_REPRESENTATION, "If-Match": etag}
        return Part("PATCH", f"{path}({id}){query}", headers, self._body(write), table.key, id)

    def _body(self, write: Write) -> dict[str, Any]:
        body: dict[str, Any] = self._row(write.view.table, write.values, write)
        for each in write.nested:
            body[each.navigation] = [self._row(each.table, values, write) for values in each.rows]
        return body

    def _row(self, table: Table, values: Values, write: Write) -> dict[str, Value]:
        return sent_row(table, values, self.side.label, Subject(write.view.table.name, write.id or "", write.verb))

    def _search_filters(self, table: Table, text: str) -> list[str]:
        quoted = literal(literally(text))
        return [" or ".join(f"contains({name},{quoted})" for name in (table.title, table.number) if name)]
