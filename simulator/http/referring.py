"""Answer POST, PUT and DELETE of .../navigation/$ref, which make one row refer to another or end it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from simulator.http.bodies import BodyReader, read_object
from simulator.http.pairs import pair_rows, part_rows
from simulator.http.target import Target
from simulator.http.writing import Writing
from simulator.odata.edm import Navigation
from simulator.odata.messages import ServiceResponse

_METHODS = ("POST", "PUT", "DELETE")


def refer(writing: Writing, target: Target) -> ServiceResponse:
    """Make the row that the address begins with refer to another one, or refer no more; 204."""
    owner, navigation = target.owner, target.navigation
    is_known = writing.request.method in _METHODS and writing.manners.upserts  # Business Central has no such writes
    if owner is None or navigation is None or not is_known:
        raise writing.manners.method_not_allowed(writing.request.method, target.entity)
    referring = _Referring(writing, target, owner, navigation)
    if navigation.collection:
        referring.change_collection()
    else:
        referring.change_single()
    return ServiceResponse(204)


@dataclass(frozen=True, slots=True)
class _Referring:
    """One such request."""

    writing: Writing
    target: Target
    owner: Target
    navigation: Navigation

    @property
    def _ends(self) -> bool:
        return self.writing.request.method == "DELETE"

    def _named(self) -> Any:
        """Return the address of the other row, as the body or (to end it) the query has it."""
        if not self._ends:
            return read_object(self.writing.request, self.writing.manners).get("@odata.id")
        return self.writing.reading.options.get("$id") if self.target.is_set else None

    def change_single(self) -> None:
        """Set or clear a lookup."""
        writing, owner = self.writing, self.owner
        prop = owner.entity.property(self.navigation.column)
        if prop is None:
            raise writing.manners.method_not_allowed(writing.request.method, self.target.entity)
        reader = BodyReader(writing.request, writing.resolver, owner.shape)
        key = None if self._ends else reader.bound_key(self._named(), self.navigation, prop)
        writing.world.modify(owner.shape, writing.resolver.fetch(owner), {prop.wire: key})

    def change_collection(self) -> None:
        """Set or clear the lookup of the other row, or pair the two."""
        resolver, world, name = self.writing.resolver, self.writing.world, self.navigation.name
        named = self._named()
        reader = BodyReader(self.writing.request, resolver, self.owner.shape)
        other = self.target if not self.target.is_set else reader.address(named)
        if other.shape is not self.target.shape:
            raise self.writing.manners.bad_json(f"'{named}' is no address of the navigation property '{name}'.")
        row, owner = resolver.fetch(other), resolver.fetch(self.owner)
        if self.navigation.through is not None:
            change = part_rows if self._ends else pair_rows
            change(world, resolver, self.navigation.through, owner.key, row.key)
            return
        wire = self.target.shape.wire_of[self.navigation.target_column or self.target.shape.key]
        world.modify(self.target.shape, row, {wire: None if self._ends else owner.key})
