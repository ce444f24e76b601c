"""What a request does at the address that was found for it: read or write, by its method and what it ends with."""

from __future__ import annotations

from collections.abc import Callable

from simulator.http.flat import FlatReading
from simulator.http.multiple import MULTIPLE
from simulator.http.pages import Mark, Pages
from simulator.http.reading import Reading
from simulator.http.referring import refer
from simulator.http.rendering import Projections
from simulator.http.target import Resolver, Target
from simulator.http.uploads import Uploads
from simulator.http.writing import Writing
from simulator.odata.manners import Manners
from simulator.odata.messages import ServiceRequest, ServiceResponse
from simulator.store.reader import Reader
from simulator.store.store import Store
from simulator.store.transaction import Transaction


class Answers:
    """Answers requests whose target is known, and keeps the pages that they may ask for again."""

    def __init__(self, manners: Manners, store: Store) -> None:
        self.manners = manners
        self.projections = Projections()
        self._store = store
        self._state = store.state_of(manners.service.name)
        self._pages = Pages()
        self._uploads = Uploads()

    def answer(self, request: ServiceRequest, reader: Reader, target: Target) -> ServiceResponse:
        """Return the answer; `reader` is a transaction where something may be written."""
        resolver = Resolver(reader, self.manners)
        if request.method in ("GET", "HEAD"):
            return self._read(Reading(request, reader, self.manners, self.projections), resolver, target)
        if not isinstance(reader, Transaction):
            raise self.manners.method_not_allowed(request.method, target.entity)
        return self._write(Writing(request, reader, self.manners, resolver, self.projections), target)

    def kept_page(self, request: ServiceRequest) -> ServiceResponse | None:
        """Return the page that was answered to the same request, unless something in its set was written since."""
        kept = self._pages.get(self._pages.key(request))
        if kept is None or kept[0] != self._mark(kept[0][1]):
            return None
        return ServiceResponse(kept[1].status, dict(kept[1].headers), kept[1].body)

    def _mark(self, entity_set: str) -> Mark:
        """What changes whenever something in a set is written."""
        return self._store.epoch, entity_set, self._state.set_versions[entity_set]

    def _read(self, reading: Reading, resolver: Resolver, target: Target) -> ServiceResponse:
        if target.action is not None or target.multiple:
            raise self.manners.method_not_allowed("GET", target.entity)
        if target.tail == "$ref":
            return reading.references(target)
        if target.is_set:
            return reading.count(target) if target.tail == "$count" else self._collection(reading, resolver, target)
        if target.tail == "$count" or (target.tail == "$value" and target.prop is None):
            raise self.manners.unknown_segment(target.tail)
        row = resolver.find(target)
        if row is None:
            if target.owner is not None and not target.key:
                return ServiceResponse(204)  # a single navigation that points at nothing
            raise resolver.missing(target)
        return reading.property(target, row) if target.prop is not None else reading.entity(target, row)

    def _collection(self, reading: Reading, resolver: Resolver, target: Target) -> ServiceResponse:
        flat = self.manners.flat_query(target.entity, reading.options) if target.within is None else None
        if flat is not None:
            return FlatReading(reading.request, resolver.reader, self.manners, flat).answer()
        mark = self._mark(target.shape.name)  # before the rows are read: a write in between makes the page stale
        response = reading.collection(target)
        if reading.is_repeatable and not reading.request.in_batch:
            self._pages.put(self._pages.key(reading.request), mark, response)
        return response

    def _write(self, writing: Writing, target: Target) -> ServiceResponse:
        method = writing.request.method
        if target.action is not None:
            if method != "POST":
                raise self.manners.method_not_allowed(method, target.entity)
            return writing.call(target)
        if target.multiple:
            if method != "POST":
                raise self.manners.method_not_allowed(method, target.entity)
            return MULTIPLE[target.multiple](writing, target)
        if target.tail == "$ref":
            return refer(writing, target)
        if target.tail or (target.prop is not None and method not in ("PUT", "DELETE", "PATCH")):
            raise self.manners.method_not_allowed(method, target.entity)
        if target.prop is not None:
            return self._uploads.answer(writing, target) or writing.set_property(target)
        verb = _VERBS.get(method)
        if verb is None or (method == "PUT" and not self.manners.puts):
            raise self.manners.method_not_allowed(method, target.entity)
        return verb(writing, target)


_VERBS: dict[str, Callable[[Writing, Target], ServiceResponse]] = {
    "POST": Writing.create,
    "PATCH": Writing.update,
    "PUT": Writing.update,
    "MERGE": Writing.update,
    "DELETE": Writing.delete,
}
