"""Answers about the service as a whole: its document, its metadata, its webhooks. None of them is about rows."""

from __future__ import annotations

from collections.abc import Callable

import orjson

from simulator.http.definitions import Definitions, metadata_changes
from simulator.http.sending import Send
from simulator.http.subscriptions import Subscriptions
from simulator.odata.address import Segment
from simulator.odata.csdl import write_csdl
from simulator.odata.manners import Manners
from simulator.odata.messages import ServiceRequest, ServiceResponse
from simulator.odata.query import parse_options
from simulator.store.reader import Reader
from simulator.store.store import Store

Segments = tuple[Segment, ...]


class Specials:
    """The addresses of one service that are no entity sets."""

    def __init__(self, manners: Manners, store: Store, send: Send) -> None:
        self.manners = manners
        self.service = manners.service
        self.store = store
        self.send = send
        self._csdl: dict[bool, bytes] = {}

    def answer(self, request: ServiceRequest, reader: Reader, segments: Segments) -> ServiceResponse | None:
        """Return the answer at such an address; None for every other."""
        if not segments:
            return self._service_document(request)
        special = _SPECIALS.get(segments[0].name)
        return special(self, request, reader, segments) if special is not None else None

    def _service_document(self, request: ServiceRequest) -> ServiceResponse:
        sets = [{"name": one.name, "kind": "EntitySet", "url": one.name} for one in self.service.model.entity_sets]
        context = f"{request.root_url}/$metadata"
        return ServiceResponse(200, {}, orjson.dumps({"@odata.context": context, "value": sets}))

    def _metadata(self, request: ServiceRequest, reader: Reader, segments: Segments) -> ServiceResponse:
        if request.method != "GET":
            raise self.manners.method_not_allowed(request.method, None)
        tells_tracking = parse_options(request.query).get("annotations", "").lower() == "true"
        if tells_tracking not in self._csdl:
            self._csdl[tells_tracking] = write_csdl(self.service.model, tells_tracking)
        return ServiceResponse(200, {"Content-Type": "application/xml"}, self._csdl[tells_tracking])

    def _definitions(self, request: ServiceRequest, reader: Reader, segments: Segments) -> ServiceResponse | None:
        if self.manners.definitions is None:
            return None
        return Definitions(request, reader, self.manners).answer(segments)

    def _relationships(self, request: ServiceRequest, reader: Reader, segments: Segments) -> ServiceResponse | None:
        if self.manners.definitions is None:
            return None
        return Definitions(request, reader, self.manners).answer_relationships(segments)

    def _option_sets(self, request: ServiceRequest, reader: Reader, segments: Segments) -> ServiceResponse | None:
        if self.manners.definitions is None:
            return None
        return Definitions(request, reader, self.manners).answer_option_sets(segments)

    def _metadata_changes(self, request: ServiceRequest, reader: Reader, segments: Segments) -> ServiceResponse | None:
        if self.manners.definitions is None:
            return None
        return metadata_changes(request, reader, self.manners, segments[0])

    def _subscriptions(self, request: ServiceRequest, reader: Reader, segments: Segments) -> ServiceResponse | None:
        if not self.manners.has_subscriptions:
            return None
        return Subscriptions(request, self.manners, self.store, self.send).answer(segments)

    def _webhook_resources(self, request: ServiceRequest, reader: Reader, segments: Segments) -> ServiceResponse | None:
        if not self.manners.has_subscriptions:
            return None
        if request.method != "GET":
            raise self.manners.method_not_allowed(request.method, None)
        sets = [{"resource": one.name} for one in self.service.model.entity_sets if one.webhooks]
        context = f"{request.root_url}/$metadata#webhookSupportedResources"
        return ServiceResponse(200, {}, orjson.dumps({"@odata.context": context, "value": sets}))


_SPECIALS: dict[str, Callable[[Specials, ServiceRequest, Reader, Segments], ServiceResponse | None]] = {
    "$metadata": Specials._metadata,
    "subscriptions": Specials._subscriptions,
    "webhookSupportedResources": Specials._webhook_resources,
    "EntityDefinitions": Specials._definitions,
    "RelationshipDefinitions": Specials._relationships,
    "GlobalOptionSetDefinitions": Specials._option_sets,
    "RetrieveMetadataChanges": Specials._metadata_changes,
}
