"""Answer POST, PATCH, PUT and DELETE on sets, rows and properties."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from typing import Any

import orjson

from simulator.http.bodies import BodyReader, Payload, read_bytes, read_object
from simulator.http.pairs import pair_rows
from simulator.http.preconditions import check_if_match, matches, parse_etags
from simulator.http.reading import Reading
from simulator.http.rendering import Projections
from simulator.http.target import Resolver, Target
from simulator.odata.address import Segment
from simulator.odata.edm import Action, Navigation, Property, Type
from simulator.odata.manners import Manners
from simulator.odata.messages import ServiceRequest, ServiceResponse
from simulator.odata.rules import ActionCall, Created, Row
from simulator.odata.service import Shape
from simulator.store.reader import StoredRow
from simulator.store.transaction import Transaction

_NOTHING: AbstractContextManager[None] = nullcontext()


class Writing:
    """One write to one service, for one request."""

    def __init__(
        self,
        request: ServiceRequest,
        world: Transaction,
        manners: Manners,
        resolver: Resolver,
        projections: Projections,
    ) -> None:
        self.request = request
        self.world = world
        self.manners = manners
        self.resolver = resolver
        self.reading = Reading(request, world, manners, projections)
        self._readers: dict[str, BodyReader] = {}

    def _reader(self, shape: Shape) -> BodyReader:
        found = self._readers.get(shape.name)
        if found is None:
            found = self._readers[shape.name] = BodyReader(self.request, self.resolver, shape)
        return found

    # create

    def create(self, target: Target) -> ServiceResponse:
        """POST to a set: 201 with the row, or 204 with its address."""
        if not target.is_set:
            raise self.manners.method_not_allowed("POST", target.entity)
        if not target.entity.insert_allowed:
            raise self.manners.method_not_allowed("POST", target.entity)
        body = read_object(self.request, self.manners)
        with self._part(target.shape, target.through is not None):
            row = self.insert(target.shape, body, _implied(target))
            if target.through is not None and target.within is not None:
                pair_rows(self.world, self.resolver, target.through, target.within[1], row.key)
            return self._answer(target, row, is_create=True)

    def _part(self, shape: Shape, is_paired: bool = False) -> AbstractContextManager[None]:
        """Undo a refused part of a batch that may have written rows already; its answer may be what is refused."""
        request = self.request
        if not request.in_batch:
            return _NOTHING
        is_undoable = shape.is_compound or is_paired or request.query or self.world.state.guard is not None
        return self.world.savepoint() if is_undoable else _NOTHING

    def insert(self, shape: Shape, body: dict[str, Any], given: Row) -> StoredRow:
        """Insert a row and what is nested in it; `given` are values that the address implies."""
        payload = self._reader(shape).read(body, is_create=True)
        for column, value in given.items():
            payload.values[shape.wire_of.get(column, column)] = value
        if not payload.nested:
            return self.world.insert(shape, payload.values, payload.values)
        with self.world.savepoint():
            return self._insert_deep(shape, payload)

    def _insert_deep(self, shape: Shape, payload: Payload) -> StoredRow:
        for navigation, value in payload.nested:
            if not navigation.collection:
                self._insert_single(shape, payload, navigation, value)
        row = self.world.insert(shape, payload.values, payload.values)
        own = row.values
        for navigation, value in payload.nested:
            if navigation.collection:
                self._insert_many(shape, own, navigation, value)
        return self.world.fetch(shape, str(own[shape.key])) or row

    def _insert_single(self, shape: Shape, payload: Payload, navigation: Navigation, value: Any) -> None:
        target = self.resolver.shapes[navigation.target]
        if not navigation.column or navigation.column == shape.key:
            raise self.manners.not_supported(f"Creating '{navigation.name}' with its parent")
        made = self.insert(target, value, {})
        payload.values[shape.wire_of[navigation.column]] = made.values[target.key]

    def _insert_many(self, shape: Shape, own: Row, navigation: Navigation, rows: list[Any]) -> None:
        target = self.resolver.shapes[navigation.target]
        value = own[shape.wire_of[navigation.column] if navigation.column else shape.key]
        for one in rows:
            if not isinstance(one, dict):
                raise self.manners.bad_json(
                    f"The navigation property '{navigation.name}' holds something else than rows."
                )
            if navigation.through is not None:
                made = self.insert(target, one, {})
                pair_rows(self.world, self.resolver, navigation.through, value, made.key)
                continue
            self.insert(target, one, {navigation.target_column or target.key: value, **dict(navigation.given)})

    # update and upsert

    def update(self, target: Target) -> ServiceResponse:
        """PATCH (and PUT) a row; where the service upserts, make it when it is not there."""
        if target.is_set:
            raise self.manners.method_not_allowed(self.request.method, target.entity)
        row = self.resolver.find(target)
        if row is None:
            return self._upsert(target)
        if self.manners.upserts and self.request.headers.get("if-none-match", "").strip() == "*":
            raise self.manners.exists_already(target.entity)
        if not target.entity.modify_allowed:
            raise self.manners.method_not_allowed(self.request.method, target.entity)
        check_if_match(self.request, self.manners, target, row, self.manners.needs_if_match)
        body = read_object(self.request, self.manners)
        payload = self._reader(target.shape).read(body, is_create=False)
        for name, _ in target.wanted:  # key values in the body of an update by alternate key are ignored
            payload.values.pop(target.shape.wire_of[name], None)
        payload.values.pop(target.shape.key, None)
        with self._part(target.shape):
            now = self.world.modify(target.shape, row, payload.values)
            return self._answer(target, now, is_create=False)

    def _upsert(self, target: Target) -> ServiceResponse:
        if (
            not self.manners.upserts
            or self.request.header("if-match")
            or target.owner is not None
            or not target.entity.insert_allowed
        ):
            raise self.resolver.missing(target)
        body = read_object(self.request, self.manners)
        body.pop(target.shape.key, None)
        given = dict(target.wanted) if target.wanted else {target.shape.key: target.key}
        with self._part(target.shape):
            row = self.insert(target.shape, body, given)
            return self._answer(target, row, is_create=True)

    def _answer(self, target: Target, row: StoredRow, is_create: bool) -> ServiceResponse:
        shape, manners = target.shape, self.manners
        preferences = self.reading.preferences
        if not manners.wants_content(preferences, is_create):
            address = self._row_address(shape, row)
            shown = self._key_address() if target.wanted else address
            return ServiceResponse(204, manners.no_content_headers(address, shown, is_create, preferences))
        query = self.reading.query()
        body = self.reading.row_body(shape, row, query)
        applied = manners.applied(preferences, self.request.method)
        headers = {"Preference-Applied": applied} if applied else {}
        if is_create:
            headers["Location"] = self._row_address(shape, row)
        headers["ETag"] = manners.service.conventions.etag(row.version)
        return ServiceResponse(201 if is_create else 200, headers, body)

    def _row_address(self, shape: Shape, row: StoredRow) -> str:
        return self.request.root_url + self.manners.row_path(shape, row.key, self.world.scope)

    def _key_address(self) -> str:
        """Return the address of a request by alternate key."""
        path = self.request.path.strip("/")
        return f"{self.request.root_url}/{path}"

    # delete

    def delete(self, target: Target) -> ServiceResponse:
        """DELETE a row."""
        if target.is_set or not target.entity.delete_allowed:
            raise self.manners.method_not_allowed("DELETE", target.entity)
        row = self.resolver.fetch(target)
        check_if_match(self.request, self.manners, target, row, is_must=False)
        if row.pk:  # a derived row is as empty as it can be
            with self.world.savepoint():
                self.world.remove(target.shape, row)
        return ServiceResponse(204)

    # single properties

    def set_property(self, target: Target) -> ServiceResponse:
        """PUT a property's value, or null it by DELETE."""
        prop = target.prop
        assert prop is not None
        row = self.resolver.fetch(replace(target, prop=None))
        if prop.type is Type.STREAM and not self._sends_json(prop):
            return self._set_content(target, row, prop)
        check_if_match(self.request, self.manners, target, row, self.manners.needs_if_match)
        value = None
        if self.request.method != "DELETE":
            body = read_object(self.request, self.manners)
            if "value" not in body:
                raise self.manners.bad_json("The property's value is expected as 'value'.")
            value = body["value"]
        reader = BodyReader(self.request, self.resolver, target.shape)
        payload = reader.read({prop.wire: value}, is_create=False)
        self.world.modify(target.shape, row, payload.values)
        return ServiceResponse(204)

    def _sends_json(self, prop: Property) -> bool:
        """Whether an image is sent as a value, or deleted like one."""
        is_json = self.request.header("content-type").startswith("application/json")
        return prop.kind == "Image" and (self.request.method == "DELETE" or (self.request.method == "PUT" and is_json))

    def _set_content(self, target: Target, row: StoredRow, prop: Property) -> ServiceResponse:
        """Take the bytes of a file, the body as it is."""
        is_written = target.entity.modify_allowed and prop.access.on_update
        if not is_written or self.request.method == "DELETE":
            raise self.manners.method_not_allowed(self.request.method, target.entity)
        check_if_match(self.request, self.manners, target, row, self.manners.needs_if_match)
        self.store_file(target, row, prop, read_bytes(self.request, self.manners))
        return ServiceResponse(204)

    def store_file(self, target: Target, row: StoredRow, prop: Property, content: bytes) -> None:
        """Store a file of a row; a row that was only derived until now is stored with it."""
        accepted = {prop.wire: content}
        with self._part(target.shape):
            if row.pk:
                self.world.modify(target.shape, row, accepted)
            else:
                self.world.insert(target.shape, row.values | accepted, accepted)

    # actions

    def call(self, target: Target) -> ServiceResponse:
        """POST a bound action."""
        action = target.action
        assert action is not None
        row: Row | None = None
        if action.bound == "entity":
            stored = self.resolver.fetch(replace(target, action=None))
            check_if_match(self.request, self.manners, target, stored, is_must=False)
            row = stored.values
        parameters = read_object(self.request, self.manners) if self.request.body.strip() else {}
        with self.world.savepoint():
            result = action.run(ActionCall(target.shape.name, row, parameters, self.world))
        return self.action_answer(result, action.returns or f"{action.name}Response")

    def parameters(self, action: Action, segment: Segment, options: dict[str, str]) -> dict[str, Any]:
        """Return an unbound action's parameters from its body, or a function's from its parentheses and aliases."""
        if not action.function:
            return read_object(self.request, self.manners) if self.request.body.strip() else {}
        return {name: _parameter(value, options) for name, value in segment.named}

    def action_answer(self, result: Any, returns: str) -> ServiceResponse:
        """Return an action's result as the service answers it."""
        if result is None:
            return ServiceResponse(204)
        if isinstance(result, Created):
            shape = self.resolver.shapes[result.entity_set]
            address = self.request.root_url + self.manners.row_path(shape, result.key, self.world.scope)
            return ServiceResponse(201, {"Location": address})
        kind = self.world.service.model.by_entity(str(result.get("@odata.type", "")).rpartition(".")[2])
        type_name = f"{kind.name}/$entity" if kind else f"{self.manners.dialect.namespace}.{returns}"
        context = f"{self.request.root_url}/$metadata#{type_name}"
        return ServiceResponse(200, {}, orjson.dumps({"@odata.context": context, **result}))


def _implied(target: Target) -> Row:
    """Return the values that a new row of a set has by the navigation through which the set was reached."""
    if target.within is None or target.through is not None:
        return {}
    given = target.navigation.given if target.navigation is not None else ()
    return {target.within[0]: target.within[1], **dict(given)}


def _parameter(value: object, options: dict[str, str]) -> Any:
    if not isinstance(value, str) or not value.startswith("@"):
        return value
    text = options.get(value, "null")
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return text.strip("'")


__all__ = ["Writing", "matches", "parse_etags"]
