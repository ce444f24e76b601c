"""Serve EntityDefinitions, what hangs on it, and RelationshipDefinitions: read-only, but for alternate keys."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import orjson

from simulator.http.bodies import read_object
from simulator.odata.address import Segment
from simulator.odata.edm import AlternateKey, EntitySet, Type
from simulator.odata.errors import ServiceError
from simulator.odata.evaluate import evaluate
from simulator.odata.manners import Manners
from simulator.odata.messages import ServiceRequest, ServiceResponse
from simulator.odata.query import Query, parse_options, parse_query
from simulator.store.reader import Reader

Document = dict[str, Any]


class Definitions:
    """One request about tables, columns, keys or relationships."""

    def __init__(self, request: ServiceRequest, reader: Reader, manners: Manners) -> None:
        self.request = request
        self.reader = reader
        self.manners = manners
        self.model = reader.service.model
        self.define = manners.definitions
        self.options = parse_options(request.query)
        self.kind = "EntityDefinitions"

    def answer(self, segments: Sequence[Segment]) -> ServiceResponse:
        """Return the answer for a path that begins with EntityDefinitions."""
        first, *rest = segments
        if not first.has_key:
            self._only_get()
            return self._list([self.define.table(one) for one in self.model.entity_sets], None)
        entity = self._entity(first)
        if not rest:
            self._only_get()
            return self._one(self.define.table(entity), entity)
        return self._below(entity, rest)

    def answer_relationships(self, segments: Sequence[Segment]) -> ServiceResponse:
        """Return the answer for a path that begins with RelationshipDefinitions; a key is a SchemaName or an id."""
        self.kind = "RelationshipDefinitions"
        first, *rest = segments
        if self.request.method != "GET":
            raise self.manners.not_supported("Changing relationships")
        wanted_type = rest[0].name if rest else ""
        documents = [
            one
            for one in self.define.all_relationships(self.model)
            if not wanted_type or one["@odata.type"] == f"#{wanted_type}"
        ]
        if not first.has_key:
            return self._list(documents, None)
        name = dict(first.named).get("SchemaName")
        for one in documents:
            if one["SchemaName"] == name or one["MetadataId"] == first.key:
                return self._one(one, None)
        wanted = name or first.key
        raise ServiceError(404, "0x80060888", f"Could not find a relationship with name '{wanted}'.")

    def answer_option_sets(self, segments: Sequence[Segment]) -> ServiceResponse:
        """Return the answer for a path that begins with GlobalOptionSetDefinitions; a key is a Name or an id."""
        self.kind = "GlobalOptionSetDefinitions"
        first, *rest = segments
        if self.request.method != "GET":
            raise self.manners.not_supported("Changing global option sets")
        if "$filter" in self.options:
            raise self.manners.refused_option("The query parameter $filter is not supported")
        documents = self.define.global_option_sets(self.model)
        if rest and rest[0].name != "Microsoft.Dynamics.CRM.OptionSetMetadata":
            raise self.manners.unknown_segment(rest[0].name)
        if not first.has_key:
            return self._list(documents, None)
        name = dict(first.named).get("Name")
        for one in documents:
            if one["Name"] == name or one["MetadataId"] == first.key:
                return self._one(one, None)
        raise ServiceError(404, "0x80060888", f"Could not find an optionset with name '{name or first.key}'.")

    def _only_get(self) -> None:
        if self.request.method != "GET":
            raise self.manners.not_supported("Changing table definitions")

    def _entity(self, segment: Segment) -> EntitySet:
        wanted = dict(segment.named).get("LogicalName")
        for one in self.model.entity_sets:
            if one.entity == wanted or self.define.metadata_id(one.entity) == segment.key:
                return one
        name = wanted or segment.key
        raise ServiceError(404, "0x80060888", f"Could not find an entity with name '{name}'.")

    def _below(self, entity: EntitySet, rest: Sequence[Segment]) -> ServiceResponse:
        name = rest[0].name
        if name == "Keys":
            return self._keys(entity, rest)
        self._only_get()
        if name == "Attributes":
            return self._attributes(entity, rest)
        if name in _RELATIONSHIPS and len(rest) == 1:
            return self._list(_RELATIONSHIPS[name](self, entity), entity)
        raise self.manners.unknown_segment(name)

    # columns

    def _attributes(self, entity: EntitySet, rest: Sequence[Segment]) -> ServiceResponse:
        cast = next((one.name for one in rest[1:] if one.name.startswith("Microsoft.Dynamics.CRM.")), "")
        documents = [self.define.attribute(entity, prop) for prop in entity.properties]
        if rest[0].has_key:
            found = self._find(documents, rest[0])
            return self._one(found, entity)
        if cast:
            documents = [one for one in documents if one["@odata.type"] == f"#{cast}"]
        return self._list(documents, entity)

    def _find(self, documents: Sequence[Document], segment: Segment) -> Document:
        wanted = dict(segment.named).get("LogicalName")
        for one in documents:
            if one["LogicalName"] == wanted or one["MetadataId"] == segment.key:
                return one
        name = wanted or segment.key
        raise ServiceError(404, "0x80060888", f"Could not find a definition with name '{name}'.")

    # keys

    def _keys(self, entity: EntitySet, rest: Sequence[Segment]) -> ServiceResponse:
        known = self.reader.state.alternate_keys(entity.name)
        documents = [self.define.key(entity, one) for one in known]
        if self.request.method == "POST" and not rest[0].has_key:
            return self._add_key(entity, known)
        if not rest[0].has_key:
            return self._list(documents, entity)
        found = self._find(documents, rest[0])
        if self.request.method == "DELETE":
            kept = [one for one in known if one.name != found["SchemaName"]]
            self.reader.store.set_alternate_keys(self.reader.service.name, entity.name, kept)
            return ServiceResponse(204)
        return self._one(found, entity)

    def _add_key(self, entity: EntitySet, known: Sequence[AlternateKey]) -> ServiceResponse:
        body = read_object(self.request, self.manners)
        name, columns = body.get("SchemaName"), body.get("KeyAttributes")
        if not isinstance(name, str) or not isinstance(columns, list) or not columns:
            raise self.manners.bad_json("SchemaName and KeyAttributes are expected.")
        for column in columns:
            if not isinstance(column, str) or entity.property(column) is None:
                raise ServiceError(400, "0x80060888", f"Could not find an attribute with name '{column}'.")
        if any(one.name.lower() == name.lower() for one in known):
            raise ServiceError(400, "0x80048d0f", f"An entity key with the name {name} already exists.")
        made = AlternateKey(name, tuple(columns))
        self.reader.store.set_alternate_keys(self.reader.service.name, entity.name, [*known, made])
        table_id, key_id = self.define.metadata_id(entity.entity), self.define.key(entity, made)["MetadataId"]
        address = f"{self.request.root_url}/EntityDefinitions({table_id})/Keys({key_id})"
        return ServiceResponse(204, {"OData-EntityId": address})

    # answers

    def _list(self, documents: Sequence[Document], entity: EntitySet | None) -> ServiceResponse:
        query = parse_query(self.options)
        matching = [one for one in documents if query.filter is None or evaluate(query.filter, one)]
        shown = [self._show(one, query, entity) for one in matching[: query.top]]
        context = f"{self.request.root_url}/$metadata#{self.kind}"
        return ServiceResponse(200, {}, orjson.dumps({"@odata.context": context, "value": shown}))

    def _one(self, document: Document, entity: EntitySet | None) -> ServiceResponse:
        shown = self._show(document, parse_query(self.options), entity)
        context = f"{self.request.root_url}/$metadata#{self.kind}/$entity"
        return ServiceResponse(200, {}, orjson.dumps({"@odata.context": context, **shown}))

    def _show(self, document: Document, query: Query, entity: EntitySet | None) -> Document:
        wanted = (*query.select, "@odata.type", "MetadataId")
        shown = {name: value for name, value in document.items() if not query.select or name in wanted}
        for expand in query.expand:
            shown[expand.name] = self._expanded(document, expand.name, expand.query, entity)
        return shown

    def _expanded(self, document: Document, name: str, query: Query, entity: EntitySet | None) -> Any:
        owner = entity if entity is not None else self.model.by_entity(document.get("LogicalName", ""))
        if owner is None:
            raise self.manners.unknown_segment(name)
        if name in ("OptionSet", "GlobalOptionSet"):
            return self._option_set(owner, document, name, query)
        if name == "Attributes":
            columns = [self.define.attribute(owner, prop) for prop in owner.properties]
            found = [one for one in columns if query.filter is None or evaluate(query.filter, one)]
            return [self._show(one, query, owner) for one in found]
        if name == "Keys":
            return [self.define.key(owner, one) for one in self.reader.state.alternate_keys(owner.name)]
        if name in _RELATIONSHIPS:
            return [self._show(one, query, owner) for one in _RELATIONSHIPS[name](self, owner)]
        raise self.manners.unknown_segment(name)

    def _option_set(self, entity: EntitySet, document: Document, name: str, query: Query) -> Document | None:
        prop = entity.property(document["LogicalName"])
        if prop is None or prop.type not in (Type.CHOICE, Type.BOOLEAN):
            return None
        if name == "GlobalOptionSet" and not prop.option_set:
            return None
        return self._show(self.define.option_set(entity, prop), query, entity)


_RELATIONSHIPS: dict[str, Callable[[Definitions, EntitySet], list[Document]]] = {
    "OneToManyRelationships": lambda self, entity: self.define.relationships(self.model, entity, False),
    "ManyToOneRelationships": lambda self, entity: self.define.relationships(self.model, entity, True),
    "ManyToManyRelationships": lambda self, entity: self.define.many_to_many(self.model, entity),
}


def metadata_changes(request: ServiceRequest, reader: Reader, manners: Manners, segment: Segment) -> ServiceResponse:
    """Answer RetrieveMetadataChanges: the tables and columns that a query's criteria name."""
    define = manners.definitions
    options = parse_options(request.query)
    try:
        query = orjson.loads(options.get(str(dict(segment.named).get("Query")), "null"))
    except orjson.JSONDecodeError as problem:
        raise manners.bad_json(str(problem)) from problem
    if not isinstance(query, dict):
        raise manners.bad_json("RetrieveMetadataChanges needs a Query.")
    wanted = _criteria(query, manners)
    asked = query.get("AttributeQuery")
    columns: dict[str, Any] = asked if isinstance(asked, dict) else {}
    found = []
    for entity in reader.service.model.entity_sets:
        if wanted(define.table(entity)):
            documents = [define.attribute(entity, prop) for prop in entity.properties]
            matching = [one for one in documents if _criteria(columns, manners)(one)]
            found.append(define.table(entity) | {"Attributes": [_properties(one, columns) for one in matching]})
    context = f"{request.root_url}/$metadata#Microsoft.Dynamics.CRM.RetrieveMetadataChangesResponse"
    answer = {"@odata.context": context, "EntityMetadata": found, "ServerVersionStamp": "1!01/01/2020 00:00:00"}
    return ServiceResponse(200, {}, orjson.dumps(answer))


def _criteria(query: dict[str, Any], manners: Manners) -> Callable[[Document], bool]:
    criteria = query.get("Criteria") or {}
    conditions = (criteria.get("Conditions") or []) if isinstance(criteria, dict) else None
    if not isinstance(conditions, list) or not all(isinstance(one, dict) for one in conditions):
        raise manners.bad_json("Criteria must hold Conditions, a list of objects.")
    wanted: list[tuple[str, Any]] = []
    for one in conditions:
        if one.get("ConditionOperator") != "Equals":
            raise manners.not_supported(f"The metadata condition {one.get('ConditionOperator')}")
        value = one.get("Value")
        wanted.append((str(one.get("PropertyName")), value.get("Value") if isinstance(value, dict) else value))
    return lambda document: all(document.get(name) == value for name, value in wanted)


def _properties(document: Document, query: dict[str, Any]) -> Document:
    properties = query.get("Properties")
    names = properties.get("PropertyNames") if isinstance(properties, dict) else None
    if not isinstance(names, list) or not names:
        return document
    return {
        name: value for name, value in document.items() if name in (*names, "@odata.type", "MetadataId", "LogicalName")
    }
