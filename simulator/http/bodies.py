"""Read a request's JSON body into accepted values, bindings and nested rows."""

from __future__ import annotations

import binascii
from base64 import urlsafe_b64decode
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote, urlsplit

import orjson

from simulator.http.target import Resolver, Target
from simulator.odata.acceptors import BadValue
from simulator.odata.address import parse_path
from simulator.odata.edm import Navigation, Property
from simulator.odata.manners import Manners
from simulator.odata.messages import ServiceRequest
from simulator.odata.rules import Row
from simulator.odata.service import Shape

_MOST_BYTES = 350 * 1024 * 1024


def read_object(request: ServiceRequest, manners: Manners) -> dict[str, Any]:
    """Return the JSON object of a request's body, or raise the service's refusal."""
    if request.parsed is not None:
        return _as_object(request.parsed, manners)
    _check_size(request, manners)
    content_type = request.headers.get("content-type", "")
    if content_type and not content_type.lower().startswith("application/json"):
        raise manners.wrong_content_type(content_type)
    if not content_type and not request.in_batch:
        raise manners.wrong_content_type("")
    try:
        body = orjson.loads(request.body)
    except orjson.JSONDecodeError as problem:
        raise manners.bad_json(str(problem)) from problem
    return _as_object(body, manners)


def read_bytes(request: ServiceRequest, manners: Manners) -> bytes:
    """Return a request's body as it is; in a JSON batch it is text in base64."""
    if request.parsed is None:
        _check_size(request, manners)
        return request.body
    try:
        return urlsafe_b64decode(str(request.parsed) + "==")
    except (binascii.Error, ValueError) as problem:
        raise manners.bad_json("The bytes of a file are expected in base64.") from problem


def _check_size(request: ServiceRequest, manners: Manners) -> None:
    if len(request.body) > _MOST_BYTES:
        raise manners.too_large()


def _as_object(body: Any, manners: Manners) -> dict[str, Any]:
    if not isinstance(body, dict):
        raise manners.bad_json("A JSON object is expected.")
    return body


@dataclass(slots=True)
class Payload:
    """A body split into what it asks for: own values, and rows to create with it by navigation."""

    values: Row = field(default_factory=dict)
    nested: list[tuple[Navigation, Any]] = field(default_factory=list)


class BodyReader:
    """Reads bodies for one set."""

    def __init__(self, request: ServiceRequest, resolver: Resolver, shape: Shape) -> None:
        self.request = request
        self.resolver = resolver
        self.manners = resolver.manners
        self.words = resolver.manners.service.words
        self.shape = shape

    def read(self, body: Mapping[str, Any], is_create: bool) -> Payload:
        """Return what a body asks for; a name or value the service refuses raises its refusal."""
        payload = Payload()
        values, fields = payload.values, self.shape.fields
        direct = not self.manners.ignores_read_only
        for name, value in body.items():
            known = fields.get(name)
            if (
                known is not None
                and (known.on_create if is_create else known.on_update)
                and (direct or known.prop.wire == known.prop.name)
            ):
                is_plain = type(value) is str and 0 < len(value) <= known.longest
                try:
                    values[name] = value if is_plain else known.accept(value)
                except BadValue as bad:
                    raise self.words.bad_value(self.shape.entity, bad) from bad
            else:
                self._other(payload, name, value, is_create)
        return payload

    def _other(self, payload: Payload, name: str, value: Any, is_create: bool) -> None:
        if "@" in name:
            stem, _, annotation = name.partition("@")
            if annotation == "odata.bind" and stem:
                self._bind(payload, stem, value, is_create)
            return
        known = self.shape.fields.get(name)
        if known is not None:
            self._not_settable(known.prop)
            return
        navigation = self.shape.entity.navigation(name)
        if navigation is None:
            raise self.words.unknown_property(self.shape.entity, name)
        if value is None:
            return
        if not is_create:
            raise self.manners.deep_update(self.shape.entity, name)
        if not isinstance(value, list if navigation.collection else dict):
            raise self.manners.bad_json(f"The navigation property '{name}' has a value of the wrong kind.")
        payload.nested.append((navigation, value))

    def _not_settable(self, prop: Property) -> None:
        if prop.wire != prop.name:
            raise self.manners.lookup_in_body(self.shape.entity, prop)
        if not self.manners.ignores_read_only:
            raise self.words.read_only(self.shape.entity, prop)

    def _bind(self, payload: Payload, name: str, value: Any, is_create: bool) -> None:
        navigation = self.shape.entity.navigation(name)
        if navigation is None or not self.manners.upserts:
            raise self.words.unknown_property(self.shape.entity, name)
        if navigation.collection:
            raise self.manners.not_supported(f"@odata.bind to the collection '{name}'")
        prop = self.shape.entity.property(navigation.column)
        assert prop is not None
        payload.values[prop.wire] = None if value is None else self.bound_key(value, navigation, prop)

    def bound_key(self, address: Any, navigation: Navigation, prop: Property) -> str:
        """Return the key of the row that an address in a body names, which must exist and be of the right set."""
        target = self.address(address)
        allowed = {self.resolver.shapes[navigation.target].entity.entity}
        if len([one for one in self.shape.entity.navigations if one.column == prop.name]) == 1:
            allowed |= set(prop.targets)
        if target.entity.entity not in allowed:
            raise self.manners.bad_json(f"'{address}' is no address of the navigation property '{navigation.name}'.")
        row = self.resolver.fetch(target)
        return row.key

    def address(self, text: Any) -> Target:
        """Return the row that an address names: relative, below the root, absolute, or $1 in a batch."""
        if not isinstance(text, str):
            raise self.manners.bad_json("An address must be text.")
        known = self.request.references.get(text)
        path = urlsplit(known or text).path
        if text.startswith("$") and known is None:
            raise self.manners.no_reference(text)
        path = unquote(path)
        path = path.removeprefix(self.request.root)
        target = self.resolver.resolve(parse_path(path) or parse_path("-"))
        if target.is_set or target.prop or target.action:
            raise self.manners.bad_json(f"'{text}' is not the address of a row.")
        return target
