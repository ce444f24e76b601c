"""What Business Central says about its properties' types, asked only when a blank has to be written."""

from __future__ import annotations

from collections.abc import Mapping
from threading import Lock
from xml.etree import ElementTree

from flask_coupling.core.mapping import Table
from flask_coupling.core.record import EMPTY_GUID, Value
from flask_coupling.errors import RecordError, ServiceFailed, ServiceGarbled, SetupError

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

Types = dict[str, dict[str, str]]


class Blanks:
    """The blank each property needs: Business Central's API refuses null for most types."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport
        self._types: dict[str, Types] = {}
        self._lock = Lock()

    def of(self, table: Table, name: str, route: str) -> Value:
        """The blank of a property: by its name where that says it, else by the service's schema."""
        if name.endswith("Id"):
            return EMPTY_GUID
        kind = self._of_route(route).get(table.name, {}).get(name)
        return _BLANKS.get(kind, _BLANK_OPTION) if kind else _by_name(name)

    def _of_route(self, route: str) -> Types:
        with self._lock:
            if route not in self._types:
                self._types[route] = self._read(route)
            return self._types[route]

    def _read(self, route: str) -> Types:
        try:
            answer = self._transport.get(f"{route}/$metadata", {"Accept": "application/xml"})
            return read_types(answer.body)
        except (SetupError, RecordError, ServiceFailed, ServiceGarbled, ElementTree.ParseError):
            return {}  # an API without a schema: names have to do


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
