"""Find what a path means: a set, a row, a property of it, a count, a reference."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from simulator.http.derived import derive_row
from simulator.odata.address import Segment
from simulator.odata.edm import Action, EntitySet, Navigation, Property, Through
from simulator.odata.errors import ServiceError
from simulator.odata.manners import Manners
from simulator.odata.service import Shape
from simulator.odata.values import parse_guid
from simulator.store.reader import Reader, StoredRow

_MULTIPLE = ("createmultiple", "updatemultiple", "upsertmultiple")


@dataclass(frozen=True, slots=True)
class Target:
    """What a request is about.

    A set when `key` is None and no alternate key is given. `within` limits a set to the rows of a parent (property
    name and value). `wanted` holds an alternate key's values by property name. `tail` is "$count", "$value", "$ref"
    or "". `path` is the parent's path for the context, when the set was reached through one.
    """

    shape: Shape
    key: str | None = None
    wanted: tuple[tuple[str, object], ...] = ()
    within: tuple[str, str] | None = None
    prop: Property | None = None
    navigation: Navigation | None = None
    owner: Target | None = None
    action: Action | None = None
    multiple: str = ""
    tail: str = ""

    @property
    def is_set(self) -> bool:
        """Whether this is a collection of rows."""
        return self.key is None and not self.wanted and self.prop is None

    @property
    def through(self) -> Through | None:
        """The many-to-many relationship through which this was reached."""
        return self.navigation.through if self.navigation is not None else None

    @property
    def entity(self) -> EntitySet:
        """The entity set's declaration."""
        return self.shape.entity


class Resolver:
    """Walks the segments of one path."""

    def __init__(self, reader: Reader, manners: Manners) -> None:
        self.reader = reader
        self.manners = manners
        self.shapes = reader.service.shapes

    def resolve(self, segments: Sequence[Segment]) -> Target:
        """Return the target of a path below the service root (and company), or raise the service's refusal."""
        first, *rest = segments
        shape = self.shapes.get(first.name)
        if shape is None:
            raise self.manners.unknown_segment(first.name)
        target = self._keyed(Target(shape), first)
        for segment in rest:
            target = self._step(target, segment)
        return target

    def _keyed(self, target: Target, segment: Segment) -> Target:
        if segment.named:
            return self._named_key(target, segment)
        if segment.key is None:
            return target
        entity = target.entity
        if entity.subpage is not None and target.navigation is None:
            raise self.manners.no_owner(entity)
        key = parse_guid(segment.key) if target.shape.has_guid_key or entity.subpage else segment.key
        if key is None:
            raise self.manners.bad_key_value(entity, segment.key)
        if target.navigation is None:
            return Target(target.shape, key)
        return replace(target, key=self._stored_key(target, key))

    def _stored_key(self, target: Target, key: str) -> str:
        """Return the key under which a row of a parent is stored."""
        owner, navigation = target.owner, target.navigation
        if target.entity.subpage is None or owner is None or navigation is None or target.within is None:
            return key
        return f"{owner.shape.name}({target.within[1]})/{navigation.name}({key})"

    def _named_key(self, target: Target, segment: Segment) -> Target:
        shape, named = target.shape, dict(segment.named)
        if set(named) == {shape.key}:
            return self._keyed(target, Segment(segment.name, str(named[shape.key]), has_key=True))
        names = {next((prop.name for prop in shape.entity.properties if prop.wire == wire), wire) for wire in named}
        for alternate in self.reader.state.alternate_keys(shape.name):
            if set(alternate.properties) == names:
                wanted = shape.accept(named, self.reader.service.words)
                return replace(target, wanted=tuple(wanted.items()))
        raise self.manners.unknown_key(shape.entity, tuple(named))

    def _step(self, target: Target, segment: Segment) -> Target:
        if target.tail or target.action or target.multiple:
            raise self.manners.unknown_segment(segment.name)
        if segment.name in ("$count", "$value", "$ref"):
            return replace(target, tail=segment.name)
        if target.prop is not None:
            raise self.manners.unknown_segment(segment.name)
        navigation = target.entity.navigation(segment.name)
        if navigation is not None and not target.is_set:
            return self._through(target, navigation, segment)
        if "." in segment.name:
            return self._action(target, segment)
        prop = target.shape.fields.get(segment.name)
        if prop is None or target.is_set:
            raise self.manners.unknown_segment(segment.name)
        return replace(target, prop=prop.prop)

    def _action(self, target: Target, segment: Segment) -> Target:
        name = segment.name.rpartition(".")[2].lower()
        bound = "collection" if target.is_set else "entity"
        for action in target.entity.actions:
            if action.name.lower() == name and action.bound == bound:
                return replace(target, action=action)
        if bound == "collection" and self.manners.upserts and name in _MULTIPLE:
            return replace(target, multiple=name)
        raise self.manners.unknown_segment(segment.name)

    def _through(self, target: Target, navigation: Navigation, segment: Segment) -> Target:
        shape = self.shapes[navigation.target]
        if navigation.collection:
            owner_value = self._value(target, navigation.column)
            column = navigation.target_column or shape.key
            reached = Target(shape, within=(column, owner_value), navigation=navigation, owner=target)
            return self._keyed(reached, segment)
        if shape.entity.subpage is not None:
            return self._own(target, navigation, shape, segment)
        if segment.has_key:
            raise self.manners.unknown_segment(segment.name)
        return self._single(target, navigation, shape)

    def _own(self, target: Target, navigation: Navigation, shape: Shape, segment: Segment) -> Target:
        """Return the single row that a row owns; addresses may repeat its key."""
        owner = self._value(target, navigation.column)
        if segment.has_key and parse_guid(segment.key) != owner:
            raise self.reader.service.words.not_found(shape.entity, segment.key or "")
        key = f"{target.shape.name}({owner})/{navigation.name}({owner})"
        within = (navigation.target_column, owner)
        return Target(shape, key=key, within=within, navigation=navigation, owner=target)

    def _single(self, target: Target, navigation: Navigation, shape: Shape) -> Target:
        value = self._value(target, navigation.column)
        key: str | None = value
        if navigation.target_column and navigation.target_column != shape.key:
            key = self.reader.find_key(shape, {navigation.target_column: value}) if value else ""
        return Target(shape, key=key or "", navigation=navigation, owner=target)

    def _value(self, target: Target, column: str) -> str:
        row = self.fetch(target)
        values = row.values
        return str(values.get(target.shape.wire_of[column] if column else target.shape.key) or "")

    def fetch(self, target: Target) -> StoredRow:
        """Return the stored row of a target, or raise the service's not-found."""
        row = self.find(target)
        if row is None:
            raise self.missing(target)
        return row

    def find(self, target: Target) -> StoredRow | None:
        """Return the stored row of a target, or None."""
        shape, key = target.shape, target.key
        if target.wanted:
            key = self.reader.find_key(shape, dict(target.wanted))
        row = self.reader.fetch(shape, key) if key else None
        if row is None and key and target.entity.derived and target.navigation and target.within:
            row = derive_row(self.reader, shape, target.navigation, target.within[1])
        if row is not None and target.through is not None and target.within is not None:
            return row if self.pair_of(target.through, target.within[1], row.key) else None
        if row is not None and target.within is not None:
            column, value = target.within
            if row.values.get(shape.wire_of.get(column, column)) != value:
                return None
        return row

    def pair_of(self, through: Through, own: str, other: str) -> str | None:
        """Return the key of the pair of two rows, or None."""
        return self.reader.find_key(self.shapes[through.target], {through.own: own, through.other: other})

    def missing(self, target: Target) -> ServiceError:
        """Return the refusal for a target that is not there."""
        if target.wanted:
            return self.manners.no_such_key(target.entity)
        return self.reader.service.words.not_found(target.entity, target.key or "")
