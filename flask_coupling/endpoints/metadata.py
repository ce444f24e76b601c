"""What Business Central says about its properties' types, asked only when a blank has to be written."""

from __future__ import annotations

import re
from collections.abc import Mapping
from threading import Lock
from xml.etree import ElementTree

from flask_coupling.core.mapping import Table
from flask_coupling.core.record import EMPTY_GUID, Value
from flask_coupling.errors import RecordError, ServiceFailed, ServiceGarbled, SetupError

from .query import is_guid
from .transport import Transport

_EDM = "{http://docs.oasis-open.org/odata/ns/edm}"
_BLANKS: Mapping[str, Value] = {
    "Edm.String": "",
    "Edm.Guid": EMPTY_GUID,
    "Edm.Date": "0001-01-01",
    "Edm.DateTimeOffset": "0001-01-01T00:00:00Z",
    "Edm.Boolean": False,
    "Edm.Decimal": 0,
    "Edm.Double": 0,
    "Edm.Int32": 0,
    "Edm.Int64": 0,
}
_BLANK_OPTION = " "
_DATE = re.compile(r"\d{4}-\d\d-\d\d")

Types = dict[str, dict[str, str]]


class Blanks:
    """The blank each property needs: Business Central's API refuses null for most types."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport
        self._types: dict[str, Types] = {}
        self._lock = Lock()

    def of(self, table: Table, name: str, *, route: str, address: str) -> Value:
        """The blank of a property of the table at `address`: by its name where that says it, else by its type."""
        if name.endswith("Id"):
            return EMPTY_GUID
        kind = self._of_table(table, route, address).get(name)
        return _BLANKS.get(kind, _BLANK_OPTION) if kind else _by_name(name)

    def _of_table(self, table: Table, route: str, address: str) -> dict[str, str]:
        with self._lock:
            if route not in self._types:
                self._types[route] = self._declared(route)
            types = self._types[route]
            if table.name not in types:
                types[table.name] = self._observed(address)
            return types[table.name]

    def _declared(self, route: str) -> Types:
        try:
            return read_types(self._transport.get(f"{route}/$metadata", {"Accept": "application/xml"}).body)
        except (SetupError, RecordError, ServiceFailed, ServiceGarbled, ElementTree.ParseError):
            return {}  # an API that keeps its schema to itself

    def _observed(self, address: str) -> dict[str, str]:
        """Types as the first row shows them; an empty table shows none."""
        content = self._transport.get(f"{address}?$top=1").json()
        rows = content.get("value") if isinstance(content, dict) else None
        return {name: _kind(value) for name, value in rows[0].items()} if rows else {}


def _kind(value: object) -> str:
    if isinstance(value, str):
        return "Edm.Guid" if is_guid(value) else "Edm.Date" if _DATE.fullmatch(value) else _escaped_or_text(value)
    return "Edm.Boolean" if isinstance(value, bool) else "Edm.Decimal"


def _escaped_or_text(value: str) -> str:
    return "option" if "_x00" in value else "Edm.String"


def _by_name(name: str) -> Value:
    return _BLANKS["Edm.Date"] if name.endswith("Date") else ""


def read_types(schema: bytes) -> Types:
    """Property types by entity set and property, from a CSDL document."""
    root = ElementTree.fromstring(schema)
    properties = {
        each.get("Name", ""): {one.get("Name", ""): one.get("Type", "") for one in each.iter(f"{_EDM}Property")}
        for each in root.iter(f"{_EDM}EntityType")
    }
    return {
        each.get("Name", ""): properties.get(each.get("EntityType", "").rpartition(".")[2], {})
        for each in root.iter(f"{_EDM}EntitySet")
    }
