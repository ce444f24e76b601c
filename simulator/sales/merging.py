"""Dataverse's Merge: one of two accounts or contacts goes on with what hangs on both, the other is deactivated."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from simulator.odata.edm import Action, EntitySet, Type, boolean
from simulator.odata.errors import ServiceError
from simulator.odata.rules import ActionCall, Row, World
from simulator.odata.values import parse_guid
from simulator.sales.words import request_error

_PARENTS = {"account": "_parentaccountid_value", "contact": "_parentcustomerid_value"}
_INACTIVE = {"statecode": 1, "statuscode": 2}
_ADDRESS = re.compile(r"(\w+)\(([0-9a-fA-F-]{36})\)/?$")


def merging(sets: Iterable[EntitySet]) -> tuple[Action, ...]:
    """Return the action, which knows every lookup of these sets that may point to what is merged."""
    merge = _Merge(tuple(sets))
    return (Action("Merge", merge.run, (boolean("PerformParentingChecks"),), bound=""),)


@dataclass(frozen=True, slots=True)
class _Merge:
    """The action over one model."""

    sets: tuple[EntitySet, ...]

    def run(self, call: ActionCall) -> None:
        """Move what hangs on the subordinate, set what UpdateContent says, and deactivate the subordinate."""
        assert call.world is not None
        world, given = call.world, call.parameters
        entity, target = self._named(world, given, "Target")
        other, subordinate = self._named(world, given, "Subordinate")
        if entity is not other or target[entity.key] == subordinate[entity.key]:
            raise _refusal("Two different records of the same table are merged.")
        if target["statecode"] or subordinate["statecode"]:
            raise _refusal("Only active records are merged.")
        parent = _PARENTS[entity.entity]
        if given.get("PerformParentingChecks") and target.get(parent) != subordinate.get(parent):
            raise _refusal("The records to be merged have different parents.")
        self._set_content(world, entity, target, given.get("UpdateContent"))
        self._move(world, entity, subordinate[entity.key], target[entity.key])
        merged = {**_INACTIVE, "merged": True, "_masterid_value": target[entity.key]}
        world.update(entity.name, subordinate[entity.key], merged)

    def _named(self, world: World, given: Mapping[str, Any], parameter: str) -> tuple[EntitySet, Row]:
        value = given.get(parameter)
        for entity in (one for one in self.sets if one.entity in _PARENTS):
            key = _key_in(value, entity) if isinstance(value, Mapping) else None
            row = world.get(entity.name, key) if key else None
            if row is not None:
                return entity, row
            if key:
                raise ServiceError(404, "0x80040217", f"Entity '{entity.entity}' With Id = {key} Does Not Exist")
        raise request_error(f"The parameter '{parameter}' must name an account or a contact.")

    def _set_content(self, world: World, entity: EntitySet, target: Row, content: Any) -> None:
        if content is None:
            return
        if not isinstance(content, Mapping):
            raise request_error("The parameter 'UpdateContent' must be a record.")
        values = {name: value for name, value in content.items() if "@" not in name and name != entity.key}
        for name, address in content.items():
            if name.endswith("@odata.bind"):
                values |= self._bound(world, entity, name.partition("@")[0], address)
        world.update(entity.name, target[entity.key], values)

    def _bound(self, world: World, entity: EntitySet, name: str, address: Any) -> Row:
        navigation = entity.navigation(name)
        if navigation is None or navigation.collection:
            raise request_error(f"'{name}' is no lookup of '{entity.entity}'.")
        found = _ADDRESS.search(str(address))
        if address is not None and (found is None or world.get(navigation.target, found[2].lower()) is None):
            raise request_error(f"'{address}' is no address of the navigation property '{name}'.")
        return {f"_{navigation.column}_value": found[2].lower() if found else None}

    def _move(self, world: World, entity: EntitySet, old: str, new: str) -> None:
        for other in self.sets:
            for prop in other.properties:
                is_moved = prop.type is Type.LOOKUP and entity.entity in prop.targets and prop.name != "masterid"
                for row in world.list(other.name, **{prop.wire: old}) if is_moved else ():
                    if row[other.key] not in (old, new):
                        state = {name: row[name] for name in ("statecode",) if name in row}  # closed ones move, too
                        world.update(other.name, row[other.key], {prop.wire: new, **state})


def _key_in(value: Mapping[str, Any], entity: EntitySet) -> str | None:
    """Return the key of a record of this table that a parameter names by its id or its address."""
    found = _ADDRESS.search(str(value.get("@odata.id", "")))
    if found is not None:
        return found[2].lower() if found[1] == entity.name else None
    return parse_guid(value.get(entity.key))


def _refusal(message: str) -> ServiceError:
    return ServiceError(400, "0x80040203", message)
