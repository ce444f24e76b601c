"""Dataverse's InitializeFrom: what a new record starts with when it is made from another one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from simulator.odata.edm import Action, EntitySet, Type
from simulator.odata.errors import ServiceError
from simulator.odata.rules import ActionCall, Row, World
from simulator.sales.words import request_error

_ADDRESS = re.compile(r"(\w+)\(([0-9a-fA-F-]{36})\)")
_FIELD_TYPES = ("All", "ValidForCreate", "ValidForUpdate", "ValidForRead")
_PLACE = tuple(
    f"address1_{part}" for part in ("line1", "line2", "line3", "city", "stateorprovince", "postalcode", "country")
)
_TERMS = ("transactioncurrencyid", "paymenttermscode", "defaultpricelevelid")
_DOCUMENT = (
    "name", "description", "transactioncurrencyid", "pricelevelid", "discountamount", "discountpercentage",
    "freightamount", "paymenttermscode", "opportunityid",
    *(
        f"{kind}_{part}"
        for kind in ("billto", "shipto")
        for part in ("name", "line1", "line2", "line3", "city", "stateorprovince", "country", "postalcode")
    ),
)  # fmt: skip
# (from, to): the navigation property that leads back, and what is mapped: columns by name, or by both names
_MAPS: Mapping[tuple[str, str], tuple[str, tuple[str | tuple[str, str], ...]]] = {
    ("account", "account"): ("parentaccountid", (*_PLACE, "transactioncurrencyid")),
    ("account", "contact"): ("parentcustomerid_account", (*_PLACE, *_TERMS)),
    ("account", "opportunity"): (
        "customerid_account",
        ("transactioncurrencyid", ("defaultpricelevelid", "pricelevelid")),
    ),
    ("contact", "contact"): ("parentcustomerid_contact", (*_PLACE, *_TERMS)),
    ("contact", "opportunity"): (
        "customerid_contact",
        ("transactioncurrencyid", ("defaultpricelevelid", "pricelevelid")),
    ),
    ("opportunity", "quote"): ("opportunityid", (*_DOCUMENT, "customerid")),
    ("quote", "salesorder"): ("quoteid", (*_DOCUMENT, "customerid")),
    ("salesorder", "invoice"): ("salesorderid", (*_DOCUMENT, "customerid")),
}


def initializing(sets: Iterable[EntitySet]) -> tuple[Action, ...]:
    """Return the function over the tables of a model."""
    function = _InitializeFrom({one.entity: one for one in sets})
    return (Action("InitializeFrom", function.run, bound="", function=True),)


@dataclass(frozen=True, slots=True)
class _InitializeFrom:
    """The function over one model, by the names of its tables."""

    tables: Mapping[str, EntitySet]

    def run(self, call: ActionCall) -> Row:
        """Return the new record's values as a create takes them; nothing is stored."""
        source, row = self._source(call)
        target = self._target(call)
        _check_field_type(call)
        mapped = _MAPS.get((source.entity, target.entity))
        if mapped is None:
            raise request_error(f"InitializeFrom '{source.entity}' to '{target.entity}' is not supported.", 501)
        back, columns = mapped
        found = {
            "@odata.type": f"#Microsoft.Dynamics.CRM.{target.entity}",
            f"{back}@odata.bind": f"{source.name}({row[source.key]})",
        }
        for column in columns:
            names = column if isinstance(column, tuple) else (column, column)
            if names[1] != back and call.world is not None:
                found |= _value(call.world, source, target, row, names)
        return found

    def _source(self, call: ActionCall) -> tuple[EntitySet, Row]:
        assert call.world is not None
        named = call.parameters.get("EntityMoniker")
        address = named.get("@odata.id") if isinstance(named, Mapping) else named
        found = _ADDRESS.search(str(address))
        entity = next((one for one in self.tables.values() if found and one.name == found[1]), None)
        if found is None or entity is None:
            raise request_error("The parameter 'EntityMoniker' must have the address of a record.")
        row = call.world.get(entity.name, found[2].lower())
        if row is None:
            raise ServiceError(404, "0x80040217", f"Entity '{entity.entity}' With Id = {found[2]} Does Not Exist")
        return entity, row

    def _target(self, call: ActionCall) -> EntitySet:
        name = call.parameters.get("TargetEntityName")
        found = self.tables.get(name) if isinstance(name, str) else None
        if found is None:
            raise request_error(f"The entity with a name = '{name}' was not found in the MetadataCache.")
        return found


def _value(world: World, source: EntitySet, target: EntitySet, row: Row, names: tuple[str, str]) -> Row:
    """Return a mapped column as a create takes it; nothing when the source has none."""
    prop, other = source.property(names[0]), target.property(names[1])
    value = row.get(prop.wire) if prop is not None else None
    if prop is None or other is None or value is None:
        return {}
    return _bound(world, target, names[1], value) if prop.type is Type.LOOKUP else {other.wire: value}


def _bound(world: World, target: EntitySet, column: str, key: Any) -> Row:
    """Return a lookup as a create binds it: by that property of several which leads to the row's own table."""
    for way in target.navigations:
        if way.column == column and not way.collection and world.get(way.target, key) is not None:
            return {f"{way.name}@odata.bind": f"{way.target}({key})"}
    return {}


def _check_field_type(call: ActionCall) -> None:
    asked = str(call.parameters.get("TargetFieldType")).strip("'").rpartition("'")[2]
    if asked.isdigit() and int(asked) < len(_FIELD_TYPES):
        return
    if asked not in _FIELD_TYPES:
        raise request_error("The parameter 'TargetFieldType' must be one of " + ", ".join(_FIELD_TYPES) + ".")
