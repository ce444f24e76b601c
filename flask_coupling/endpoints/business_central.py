"""Business Central's API v2.0 as an endpoint."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from threading import Lock
from typing import Any, ClassVar, Self
from urllib.parse import quote, urlsplit
from xml.etree.ElementTree import ParseError

import orjson

from flask_coupling.core.column import Columns
from flask_coupling.core.mapping import Table, TableView, Within
from flask_coupling.core.record import Record, Values
from flask_coupling.core.side import Side
from flask_coupling.errors import (
    CompanyUnknown,
    RecordNotFound,
    ServiceGarbled,
    SetupError,
    TableUnknown,
    ValueRefused,
)

from .batch import Part, Reply, Result, chunks, read_json, write_json
from .csdl import read_columns
from .endpoint import Page, ServiceFacts, Verb, Write
from .metadata import Blanks
from .pages import raw_page
from .query import BC_SPELLING, Spelling, any_of, is_guid, with_options
from .refusal import Subject
from .rows import Reader, chosen, decode_content, decode_names, decode_row, expanded, read_rows, reader, selected
from .service import ServiceEndpoint
from .transport import Transport
from .unwritable import without_unwritable
from .wire import Answer

BC_URL = "https://api.businesscentral.dynamics.com"
CLIENT_URL = "https://businesscentral.dynamics.com"
STANDARD_ROUTE = "api/v2.0"

_METHODS = {Verb.CREATE: "POST", Verb.UPDATE: "PATCH", Verb.DELETE: "DELETE"}
_CONTINUE = {"Content-Type": "application/json", "Prefer": "odata.continue-on-error"}
# the card page of each table in the web client
_PAGES = {
    "customers": 21,
    "vendors": 26,
    "items": 30,
    "contacts": 5050,
    "salespeoplePurchasers": 5116,
    "salesQuotes": 41,
    "salesOrders": 42,
    "salesInvoices": 43,
    "opportunities": 5124,
    "currencies": 495,
    "paymentTerms": 4,
    "shipmentMethods": 11,
    "unitsOfMeasure": 209,
}


class BusinessCentral(ServiceEndpoint):
    """One company of one Business Central environment.

    Created rows get ids of the service's choosing, and deletions are not in its change feed. `company` is an id or a
    name; a name costs one request at first use. `client_url` is where people open records.
    """

    side = Side.BC
    batch_limit = 100
    concurrency = 5
    chooses_ids = False
    feeds_deletions = False

    page_size: ClassVar[int] = 20_000
    longest_filter: ClassVar[int] = 1_800
    most_terms: ClassVar[int] = 100
    spelling: ClassVar[Spelling] = BC_SPELLING

    def __init__(
        self, transport: Transport, *, environment: str, company: str, user: str = "", client_url: str = ""
    ) -> None:
        super().__init__(transport)
        self._environment, self._company, self._user = environment, company, user
        self._client_url = client_url or CLIENT_URL
        self._companies: list[dict[str, Any]] | None = None
        self._company_id = company if is_guid(company) else ""
        self._blanks = Blanks(transport)
        self._lock = Lock()

    def changes(self, view: TableView, since: str | None, first: Reply | None = None) -> Iterator[Page]:
        """See `Endpoint.changes`: by time stamp; a page may hold rows the caller has seen already."""
        return self._changes_by_time(view, since, self._paging, first)

    def apart(self) -> Self:
        """See `Exchange.apart`; the company is looked up first, and that counts as the other's."""
        before = self.requests_made
        self._root()
        other = super().apart()
        other.transport.count(self.requests_made - before)
        return other

    def check(self) -> ServiceFacts:
        """See `Endpoint.check`; also raises CompanyUnknown, which lists the companies there are."""
        company = self._chosen_company(self._list_companies())
        self._company_id = company["id"]
        path = with_options(f"{self._root()}/customers", select="id", top=1)
        self.transport.get(path, subject=Subject("customers"))
        details = {
            "company_id": self._company_id,
            "company_name": str(company.get("name") or ""),
            "base_currency_code": self._base_currency(),
        }
        return ServiceFacts(self.side, str(company.get("systemVersion") or ""), self._user, details)

    def columns(self, table: Table) -> Columns | None:
        """See `Endpoint.columns`: the API's schema, and what is known to be read only, which it does not tell."""
        tables = self._known_columns.of(_route(table.route), lambda: self._described(_route(table.route)))
        if tables and table.name not in tables:
            raise TableUnknown(service=self.side.label, segment=table.name, detail="its schema has no such table")
        return without_unwritable(table, tables[table.name]) if tables else None

    def _described(self, route: str) -> dict[str, Columns]:
        try:
            return read_columns(self.transport.get(f"{route}/$metadata", {"Accept": "application/xml"}).body)
        except (SetupError, ServiceGarbled, ParseError):
            return {}  # an API that keeps its schema to itself

    def url(self, table: Table, id: str) -> str:
        """See `Endpoint.url`: the card page of the table, filtered to the record."""
        page = _PAGES.get(table.name)
        company = quote(self._company_name(), safe="")
        place = f"&page={page}" if page else ""
        wanted = quote(f"'SystemId' IS '{id}'", safe="'")
        return f"{self._client_url}/{self._client_path()}?company={company}{place}&filter={wanted}"

    def resource(self, table: Table) -> str:
        """A table as webhook subscriptions name it."""
        return f"/{self._set_path(table)}"

    def subscription_path(self, table: Table) -> str:
        """Where subscriptions for a table are made, below the root."""
        return f"{_route(table.route)}/subscriptions"

    # --- lines of documents: readable by id or through their document only -------------------------------------------

    def get_many(self, view: TableView, ids: Sequence[str]) -> dict[str, Record]:
        """See `Endpoint.get_many`."""
        if view.table.within is None:
            return super().get_many(view, ids)
        path, found, read = self._set_path(view.table), dict[str, Record](), reader(view)
        for portion in chunks([id for id in ids if is_guid(id)], self.batch_limit):
            parts = [Part("GET", with_options(f"{path}({id})", **chosen(view))) for id in portion]
            for id, result in zip(portion, self._exchange_patiently(view.table, parts, is_reading=True), strict=True):
                try:
                    found[id] = self._read_row(read, self._content(result, Subject(view.table.name, id)))
                except RecordNotFound:
                    continue
        return found

    def _find_within(self, view: TableView, within: Within, ids: Sequence[str]) -> Iterator[tuple[str, Record]]:
        """Through the documents: only one of them may be named in a filter of their lines."""
        documents = Table(name=within.table, key="id", modified_on="", title="", route=view.table.route)
        lines, read = f"{within.navigation}($select={selected(view)})", reader(view)
        asked = any_of(documents, "id", ids, self.spelling, longest=self.longest_filter, most=self.most_terms)
        address = self._set_path(documents)
        paths = [with_options(address, select="id", filter=each, expand=lines) for each in asked]
        for portion in chunks(paths, self.batch_limit):
            for row in self._read_raw(documents, portion):
                for line in row.get(within.navigation) or ():
                    yield str(row["id"]), self._read_row(read, line)

    def _read_raw(self, table: Table, paths: Sequence[str]) -> Iterator[dict[str, Any]]:
        for result in self._exchange_patiently(table, [Part("GET", path) for path in paths], is_reading=True):
            page = raw_page(self._content(result, Subject(table.name)), self.transport)
            yield from page.rows
            for more in self._raw_pages(page.next, {}, Subject(table.name)) if page.next else ():
                yield from more.rows

    def _read_row(self, read: Reader, row: dict[str, Any]) -> Record:
        row.pop("@odata.context", None)
        return read_rows(read, [decode_row(row)], self.side.label)[0]

    # --- company -----------------------------------------------------------------------------------------------------

    def _client_path(self) -> str:
        return "/".join(urlsplit(self.transport.root).path.strip("/").split("/")[1:])

    def _company_name(self) -> str:
        named = [each for each in self._companies or () if each["id"] == self._company_id]
        return str(named[0]["name"]) if named else self._company

    def _list_companies(self) -> list[dict[str, Any]]:
        content = self._parse(self.transport.get(f"{STANDARD_ROUTE}/companies", subject=Subject("companies")))
        rows = raw_page(content, self.transport).rows
        if not all(isinstance(row, dict) and is_guid(row.get("id")) for row in rows):
            raise ServiceGarbled(service=self.side.label, detail="a company without its id")
        self._companies = rows
        return rows

    def _chosen_company(self, companies: list[dict[str, Any]]) -> dict[str, Any]:
        wanted = self._company.strip().lower()
        for each in companies:
            if wanted in (str(each["id"]).lower(), str(each.get("name") or "").lower()):
                return each
        if not wanted and len(companies) == 1:
            return companies[0]
        names = ", ".join(str(each.get("name") or each["id"]) for each in companies) or "none"
        raise CompanyUnknown(environment=self._environment, company=self._company or "(none chosen)", companies=names)

    def _root(self, route: str = "") -> str:
        if not self._company_id:
            with self._lock:
                if not self._company_id:
                    self._company_id = self._chosen_company(self._list_companies())["id"]
        return f"{_route(route)}/companies({self._company_id})"

    def _base_currency(self) -> str:
        """The company's own currency code; empty where it is not told."""
        path = with_options(f"{self._root()}/companyInformation", select="currencyCode")
        try:
            rows = raw_page(self._parse(self.transport.get(path)), self.transport).rows
        except SetupError:
            return ""
        return str(rows[0].get("currencyCode") or "") if rows else ""

    # --- wire --------------------------------------------------------------------------------------------------------

    def _set_path(self, table: Table) -> str:
        return f"{self._root(table.route)}/{table.name}"

    def _parse(self, answer: Answer) -> Any:
        body, has_names = decode_names(answer.body)
        try:
            content = orjson.loads(body)
        except orjson.JSONDecodeError:
            return answer.json()  # raises the error that says so
        return decode_content(content) if has_names else content

    def _parse_rows(self, body: bytes) -> list[Any]:
        plain, has_names = decode_names(body)
        rows = super()._parse_rows(plain)
        if has_names:
            decode_content({"value": rows})
        return rows

    def _exchange(self, table: Table, parts: Sequence[Part], *, is_reading: bool) -> list[Result]:
        root = _route(table.route)
        relative = [Part(each.method, each.path.removeprefix(f"{root}/"), each.headers, each.body) for each in parts]
        answer = self.transport.send(
            "POST",
            f"{root}/$batch",
            headers=_CONTINUE,
            body=write_json(relative),
            subject=Subject(table.name, verb=None if is_reading else Verb.UPDATE),
            repeatable=is_reading,
        )
        return read_json(self._parse(answer), len(parts), self.side.label)

    def _part(self, write: Write, query: str) -> Part:
        path, headers = self._set_path(write.view.table), {}
        if write.verb is Verb.CREATE:
            if write.id:
                record = Subject(write.view.table.name, write.id).record
                raise ValueRefused(service=self.side.label, record=record, detail="it chooses the ids of its rows")
        else:
            path = f"{path}({self._checked_id(write)})"
            headers = {"If-Match": self._checked_etag(write)}
        if write.verb is Verb.DELETE:
            return Part(_METHODS[write.verb], path, headers, None)
        return Part(_METHODS[write.verb], with_options(path, expand=expanded(write.view)), headers, self._body(write))

    def _body(self, write: Write) -> Mapping[str, Any]:
        body = self._row(write.view.table, write.values)
        if not write.nested:
            return body
        lines = {each.navigation: [self._row(each.table, values) for values in each.rows] for each in write.nested}
        return {**body, **lines}

    def _row(self, table: Table, values: Values) -> Values:
        if None not in values.values():
            return values
        route, address = _route(table.route), self._set_path(table)
        return {
            name: self._blanks.of(table, name, route=route, address=address) if value is None else value
            for name, value in values.items()
        }

    def _search_filters(self, table: Table, text: str) -> list[str]:
        """One filter for each field: an `or` over two of them is refused."""
        quoted = "'" + text.lower().replace("'", "''") + "'"
        return [f"contains(tolower({name}),{quoted})" for name in (table.title, table.number) if name]


def _route(route: str) -> str:
    return f"api/{route}" if route else STANDARD_ROUTE
