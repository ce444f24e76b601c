"""The addresses of Business Central: which company and which rows a request means, and where a row is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from simulator.odata.address import Segment, parse_path
from simulator.odata.manners import Manners, selected_names
from simulator.odata.messages import ServiceRequest
from simulator.odata.query import Query
from simulator.odata.service import Service, Shape


def _segment_names(service: Service) -> Iterator[str]:
    """Yield every name that a segment of an address may have, but for actions."""
    yield from ("subscriptions", "webhookSupportedResources", "$metadata", "$count", "$value", "$ref", "$batch")
    for shape in service.shapes.values():
        yield shape.name
        yield from shape.fields
        yield from (one.name for one in shape.entity.navigations)


class Addresses(Manners):
    """Companies in the path, in a query option or in a header; names in any case; custom APIs at their own route."""

    def __init__(self, service: Service) -> None:
        super().__init__(service)
        self._names = frozenset(_segment_names(service))
        self._spellings = {name.lower(): name for name in self._names}

    def locate(self, request: ServiceRequest, options: Mapping[str, str]) -> tuple[str, tuple[Segment, ...]]:
        """Return the company from /companies(id)/…, ?company= or a Company header, and the rest of the path."""
        segments = self._spelled(parse_path(request.path))
        if len(segments) > 1 and segments[0].name == "companies" and segments[0].key is not None:
            self._check_api(request, segments[1].name)
            return segments[0].key, segments[1:]
        if segments:
            self._check_api(request, segments[0].name)
        company = options.get("company") or request.header("company") or request.header("companyid")
        return company, segments

    def _spelled(self, segments: tuple[Segment, ...]) -> tuple[Segment, ...]:
        """Return segments as they are declared: in addresses case does not matter."""
        if all(one.name in self._names for one in segments):
            return segments
        return tuple(replace(one, name=self._spellings.get(one.name.lower(), one.name)) for one in segments)

    def _check_api(self, request: ServiceRequest, name: str) -> None:
        """Refuse a set of one API (the standard one, or a custom one) at the address of another."""
        shape = self.service.shapes.get(name)
        if shape is None or name == "companies" or "/api/" not in request.root:
            return
        if request.root.partition("/api/")[2].lower() != (shape.entity.api or "v2.0").lower():
            raise self.unknown_segment(name)

    def row_path(self, shape: Shape, key: str, scope: str) -> str:
        """Return /companies(id)/set(key) for what belongs to a company."""
        quoted = key if shape.has_guid_key else f"'{key}'"
        row = key if shape.entity.subpage else f"{shape.name}({quoted})"
        company = f"/companies({scope})" if scope and shape.entity.scoped else ""
        return f"{company}/{row}"

    def context(self, request: ServiceRequest, shape: Shape, scope: str, query: Query, suffix: str = "") -> str:
        """Return …$metadata#companies(id)/customers with the selected names."""
        company = f"companies({scope})/" if scope and shape.entity.scoped else ""
        return f"{request.root_url}/$metadata#{company}{shape.name}{selected_names(query)}{suffix}"

    def page_options(self, shape: Shape, options: dict[str, str], token: str, left: int | None) -> dict[str, str]:
        """Return the options with aid=FIN and the last row's id; $top becomes what is left of it."""
        kept = {name: value for name, value in options.items() if name not in ("aid", "$skiptoken", "$skip", "$top")}
        if left is not None:
            kept["$top"] = str(left)
        return kept | {"aid": "FIN", "$skiptoken": token}
