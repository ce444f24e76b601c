"""What a service adds to its model: value style, ETags, error words and what it does with each write."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from operator import itemgetter
from typing import Any, Protocol, TypeAlias

from simulator.odata.acceptors import Acceptor, BadValue, ValueStyle, acceptor, column_converter, longest_plain
from simulator.odata.edm import EntitySet, Option, Property, ServiceModel, Type
from simulator.odata.errors import ServiceError
from simulator.odata.rules import Row, Write
from simulator.odata.values import blank

Options: TypeAlias = tuple[Option, ...]
"""The options of one choice, in the order people see them."""


class Words(Protocol):
    """A service's own sentences; each method answers the error to raise."""

    def bad_value(self, entity: EntitySet, bad: BadValue) -> ServiceError:
        """A value which its property cannot take."""

    def unknown_property(self, entity: EntitySet, name: str) -> ServiceError:
        """A property the entity does not have, in a body."""

    def read_only(self, entity: EntitySet, prop: Property) -> ServiceError:
        """A property that a client may not set."""

    def missing(self, entity: EntitySet, prop: Property) -> ServiceError:
        """A required property that was left out or is blank."""

    def duplicate(self, entity: EntitySet, names: tuple[str, ...], row: Mapping[str, Any], key: str) -> ServiceError:
        """Another row has the same values in a unique or alternate key (`key` is that key's name)."""

    def not_found(self, entity: EntitySet, key: str) -> ServiceError:
        """No row with this key."""


class Conventions(Protocol):
    """How one service behaves round every write."""

    @property
    def words(self) -> Words:
        """The service's error sentences."""

    def etag(self, version: int) -> str:
        """Return the ETag of a row version, as it stands in `@odata.etag`."""

    def stamp(self, row: Row, version: int) -> None:
        """Write the version into the row's own properties, where the service shows it."""

    def complete(self, shape: Shape, write: Write) -> None:
        """Fill server-set properties and check what the service checks, before the entity's own rules."""

    def stored(self, shape: Shape, write: Write, deleted: bool) -> None:
        """Do what the service does after a row is stored or deleted (touch the document's header, say)."""


@dataclass(frozen=True, slots=True)
class Field:
    """One property with its compiled checks."""

    prop: Property
    accept: Acceptor
    on_create: bool
    on_update: bool
    longest: int
    """A text up to this length is accepted as it is, unless it is empty; 0 where `accept` has to look at each."""


class Shape:
    """One entity set compiled for its service: checks, defaults and columns, made once."""

    def __init__(self, entity: EntitySet, style: ValueStyle) -> None:
        self.entity = entity
        self.name = entity.name
        # rows of a subpage are stored under their address, and their key is a property like the others
        is_subpage = entity.subpage is not None
        self.key = "_key" if is_subpage else entity.key
        self.key_of: Callable[[Mapping[str, Any]], str] = self.address if is_subpage else itemgetter(entity.key)
        self.style = style
        self.fields = {
            prop.wire: Field(
                prop, acceptor(prop, style), prop.access.on_create, prop.access.on_update, longest_plain(prop)
            )
            for prop in entity.properties
        }
        self.wire_of = {prop.name: prop.wire for prop in entity.properties}
        self.names = tuple(self.fields)
        self.template: Row = {
            wire: self._default(field.prop) for wire, field in self.fields.items() if self._is_kept(field.prop)
        }
        self.columns = tuple(
            (prop.name, prop.wire, column_converter(prop, style)) for prop in entity.properties if prop.name != self.key
        )
        key = entity.property(self.key)
        self.has_guid_key = key is not None and key.type is Type.GUID
        # whether anything follows when a row is written
        self.has_followers = bool(entity.rules.after_write or entity.parent)
        # whether writing a row writes others too, so that a refusal may come when some are written already
        self.is_compound = self.has_followers or any(one.contained and not one.given for one in entity.navigations)
        files = [prop for prop in entity.properties if prop.type is Type.STREAM]
        self.images = tuple(prop.wire for prop in files if prop.kind == "Image")
        self.streams = tuple(prop.wire for prop in files if prop.kind != "Image")
        self.shown_names = tuple(name for name in self.names if name not in self.images)
        self.secrets = tuple(prop.wire for prop in entity.properties if prop.secret or prop.type is Type.STREAM)
        # whether the JSON that is kept of a row is what a client sees; nulls and links to files are put in later
        self.is_kept_as_shown = style.blanks and not self.streams
        self.required = tuple(prop for prop in entity.properties if prop.required)
        self.paired = frozenset(name for pair in entity.pairs for name in (pair.id, pair.code) if name)

    def address(self, row: Mapping[str, Any]) -> str:
        """Return the key under which a row of a subpage is stored: where it is found below its company."""
        assert self.entity.subpage is not None
        return self.entity.subpage.address(row, row[self.entity.key])

    def _is_kept(self, prop: Property) -> bool:
        if prop.type is Type.STREAM:
            return False
        return self.style.blanks or prop.default is not None

    def _default(self, prop: Property) -> Any:
        if prop.default is None:
            return blank(prop)
        return acceptor(prop, self.style)(prop.default)

    def kept(self, row: Row) -> Row:
        """Return a row as it is kept: without its nulls, where the service has nulls."""
        if self.style.blanks or None not in row.values():
            return row
        return {name: value for name, value in row.items() if value is not None}

    def shown(self, row: Row) -> Row:
        """Return a row as it is answered: without its secrets and files."""
        for secret in self.secrets:
            if secret in row:
                return {name: value for name, value in row.items() if name not in self.secrets}
        return row

    def accept(self, values: Mapping[str, Any], words: Words) -> Row:
        """Check and normalize values by wire name, as the service itself may set them; read-only ones included."""
        accepted: Row = {}
        for name, value in values.items():
            field = self.fields.get(name) or self.fields.get(self.wire_of.get(name, ""))
            if field is None:
                raise words.unknown_property(self.entity, name)
            try:
                accepted[field.prop.wire] = field.accept(value)
            except BadValue as bad:
                raise words.bad_value(self.entity, bad) from bad
        return accepted


@dataclass(frozen=True, slots=True)
class Service:
    """A model with its conventions; the store and the HTTP layer are built from it."""

    model: ServiceModel
    style: ValueStyle
    conventions: Conventions
    shapes: Mapping[str, Shape]
    name: str = field(init=False)
    """The model's short name: "bc" or "sales"."""
    words: Words = field(init=False)
    """The service's error sentences."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "name", self.model.name)
        object.__setattr__(self, "words", self.conventions.words)

    @classmethod
    def of(cls, model: ServiceModel, style: ValueStyle, conventions: Conventions) -> Service:
        """Compile a model for its service."""
        return cls(model, style, conventions, {one.name: Shape(one, style) for one in model.entity_sets})

    def with_options(self, changed: Mapping[tuple[str, str], Options]) -> Service:
        """Return the same service where some choices, by entity set and name, have other options."""
        names = {name for name, _ in changed}
        sets = tuple(_with_options(one, changed) if one.name in names else one for one in self.model.entity_sets)
        shapes = {one.name: Shape(one, self.style) for one in sets if one.name in names}
        return replace(self, model=replace(self.model, entity_sets=sets), shapes={**self.shapes, **shapes})


def _with_options(entity: EntitySet, changed: Mapping[tuple[str, str], Options]) -> EntitySet:
    properties = tuple(
        replace(prop, options=changed.get((entity.name, prop.name), prop.options)) for prop in entity.properties
    )
    return replace(entity, properties=properties)
