"""Dimension sets: what sales documents and their lines are analyzed by, and where it comes from.

A document starts with the default dimensions of its customer, a line with those of its document and, before these, of
its item. The two global dimensions stand in a document's shortcut codes too, and either follows the other.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from simulator.business_central.words import dialog
from simulator.odata.errors import ServiceError
from simulator.odata.rules import Row, Rules, World, Write
from simulator.odata.values import EMPTY_GUID, escape_member

DimensionSet = dict[str, Row]
"""Dimension values by the id of their dimension."""

_LINES = "dimensionSetLines"
_DOCUMENTS = {"Sales Order": "salesOrder", "Sales Quote": "salesQuote", "Sales Invoice": "salesInvoice"}
DIMENSIONED: Mapping[str, str] = {
    escape_member(f"{kind}{more}"): f"{name}{plural}"
    for kind, name in _DOCUMENTS.items()
    for more, plural in (("", "s"), (" Line", "Lines"))
}
"""The sets whose rows have dimensions, by what a dimension set line calls its parent."""

_KINDS = {entity_set: kind for kind, entity_set in DIMENSIONED.items()}
_DEFAULTS = "default dimensions"
_SHORTCUTS = {"shortcutDimension1Code": "DEPARTMENT", "shortcutDimension2Code": "CUSTOMERGROUP"}  # as in CRONUS


# where a set comes from


def default_dimensions(world: World, parent: str) -> DimensionSet:
    """Return the default dimensions of a customer or an item."""
    found = world.list("defaultDimensions", parentId=parent) if parent != EMPTY_GUID else []
    values = {one["dimensionId"]: world.get("dimensionValues", one["dimensionValueId"]) for one in found}
    return {key: value for key, value in values.items() if value is not None}


def dimensions_of(world: World, key: str) -> DimensionSet:
    """Return the dimension set of a document or a line."""
    values = {one["id"]: world.get("dimensionValues", one["valueId"]) for one in world.list(_LINES, parentId=key)}
    return {key: value for key, value in values.items() if value is not None}


def start_shortcuts(write: Write) -> None:
    """Fill a document's shortcut codes from its customer where the caller gave none; refuse a value that is not."""
    if write.changes("customerId"):
        defaults = default_dimensions(write.world, write.values["customerId"])
        write.world.memo[_DEFAULTS] = defaults  # for after the write
        codes = _shortcut_codes(write.world, defaults)
        write.values.update({name: code for name, code in codes.items() if name not in write.given})
    for name in _SHORTCUTS:
        if write.values[name] and write.changes(name):
            _shortcut_value(write, name)


def dimension_document(write: Write) -> None:
    """Store a document's dimension set after the document: its customer's, with what its shortcut codes say."""
    if not write.changes("customerId", *_SHORTCUTS) or write.world.memo.get(_memo(write.values["id"])):
        return
    world, values = write.world, write.values
    wanted = world.memo.pop(_DEFAULTS) if write.changes("customerId") else dimensions_of(world, values["id"])
    if write.is_create and not wanted and not any(values[name] for name in _SHORTCUTS):
        return
    for name, code in _SHORTCUTS.items():
        dimension = world.find("dimensions", code=code)
        if dimension is not None and values[name]:
            wanted[dimension["id"]] = _shortcut_value(write, name)
        elif dimension is not None:
            wanted.pop(dimension["id"], None)
    store_dimensions(world, write.entity_set, values["id"], wanted)


def dimension_line(write: Write) -> None:
    """Store a line's dimension set after the line: its document's, with the default dimensions of its item."""
    if write.changes("itemId"):
        world, values = write.world, write.values
        wanted = dimensions_of(world, values["documentId"]) | default_dimensions(world, values["itemId"])
        if wanted or not write.is_create:
            store_dimensions(world, write.entity_set, values["id"], wanted)


def copy_dimensions(world: World, source: str, entity_set: str, key: str) -> None:
    """Give a document or line the dimension set of another one."""
    store_dimensions(world, entity_set, key, dimensions_of(world, source))


def store_dimensions(world: World, entity_set: str, key: str, wanted: DimensionSet) -> None:
    """Make these the dimensions of a document or line, without telling it."""
    kind = _KINDS[entity_set]
    before = {one["id"]: one for one in world.list(_LINES, parentId=key)}
    with _quietly(world, key):
        for dimension in before.keys() - wanted.keys():
            world.delete(_LINES, _address(before[dimension]))
        for dimension, value in wanted.items():
            row = {"parentId": key, "parentType": kind, **_facts(world, dimension, value)}
            if dimension not in before:
                world.add(_LINES, row)
            elif before[dimension]["valueId"] != value["id"]:
                world.put(_LINES, _address(row), row)


@contextmanager
def _quietly(world: World, key: str) -> Iterator[None]:
    """Let a document or line and its dimensions be written without following each other."""
    world.memo[_memo(key)] = True
    try:
        yield
    finally:
        del world.memo[_memo(key)]


def _memo(key: str) -> str:
    return f"dimensions of {key}"


def _address(row: Mapping[str, str]) -> str:
    return f"{DIMENSIONED[row['parentType']]}({row['parentId']})/{_LINES}({row['id']})"


def _facts(world: World, dimension: str, value: Row) -> Row:
    known = world.get("dimensions", dimension) or {"code": "", "consolidationCode": "", "displayName": ""}
    return {
        "id": dimension, "code": known["code"], "consolidationCode": known["consolidationCode"],
        "displayName": known["displayName"], "valueId": value["id"], "valueCode": value["code"],
        "valueConsolidationCode": value["consolidationCode"], "valueDisplayName": value["displayName"],
    }  # fmt: skip


def _shortcut_codes(world: World, values: DimensionSet) -> dict[str, str]:
    if not values:
        return dict.fromkeys(_SHORTCUTS, "")
    codes = {}
    for name, code in _SHORTCUTS.items():
        dimension = world.find("dimensions", code=code)
        value = values.get(dimension["id"]) if dimension is not None else None
        codes[name] = value["code"] if value is not None else ""
    return codes


def _shortcut_value(write: Write, name: str) -> Row:
    dimension, code = write.world.find("dimensions", code=_SHORTCUTS[name]), write.values[name]
    found = write.world.find("dimensionValues", dimensionId=dimension["id"], code=code) if dimension else None
    if found is None:
        raise ServiceError(
            400, "Internal_InvalidTableRelation",
            f"The field Shortcut Dimension {name[-5]} Code of table Sales Header contains a value ({code}) that cannot "
            "be found in the related table (Dimension Value).",
        )  # fmt: skip
    return found


# lines that a client writes


def _complete_line(write: Write) -> None:
    if "displayName" in write.given:  # the service's own lines come complete
        return
    _check_parent(write)
    dimension = _find_dimension(write)
    write.values.update(_facts(write.world, dimension["id"], _find_value(write, dimension)))


def _check_parent(write: Write) -> None:
    values, world = write.values, write.world
    if world.get(DIMENSIONED[values["parentType"]], values["parentId"]) is None:
        raise dialog(f"Parent with ID {values['parentId']} does not exist.")


def _find_dimension(write: Write) -> Row:
    """Return the dimension that a line names, by id or code; the one it has may not be changed."""
    given, before, world = write.given, write.before, write.world
    if before is not None and any(name in given and given[name] != before[name] for name in ("id", "code")):
        raise dialog('The "id" and "code" fields cannot be modified.')
    key, code = (given.get(name) or (before or {}).get(name) for name in ("id", "code"))
    if not code and (not key or key == EMPTY_GUID):
        raise dialog('The "id" or "code" field must be filled in.')
    by_id = _known(world.get("dimensions", key), "id", "Dimension") if key and key != EMPTY_GUID else None
    by_code = _known(world.find("dimensions", code=code), "code", "Dimension") if code else None
    if by_id is not None and by_code is not None and by_id["id"] != by_code["id"]:
        raise dialog("The dimension field values do not match to a specific Dimension.")
    found: Row = by_id or by_code or {}
    if before is None and any(
        one["id"] == found["id"] for one in world.list(_LINES, parentId=write.values["parentId"])
    ):
        raise dialog(
            "The dimension set line already exists. Check existing dimension set lines and the default dimension set "
            "lines on the parent."
        )
    return found


def _find_value(write: Write, dimension: Row) -> Row:
    """Return the value of the dimension that a line names, by id or code."""
    key, code = write.given.get("valueId"), write.given.get("valueCode")
    if (not key or key == EMPTY_GUID) and not code:
        if write.before is None:
            raise dialog('The "valueId" or "valueCode" field must be filled in.')
        key = write.before["valueId"]
    values = write.world.list("dimensionValues", dimensionId=dimension["id"])
    named = {one["id"]: one for one in values}, {one["code"]: one for one in values}
    by_id = _known(named[0].get(key), "valueId", "Dimension Value") if key and key != EMPTY_GUID else None
    by_code = _known(named[1].get(code), "valueCode", "Dimension Value") if code else None
    if by_id is not None and by_code is not None and by_id["id"] != by_code["id"]:
        raise dialog(
            'The values of the "dimensionCode" field and the "dimensionId" field do not refer to the same Dimension '
            "Value."
        )
    return by_id or by_code or {}


def _known(row: Row | None, name: str, noun: str) -> Row:
    if row is None:
        raise dialog(f'The "{name}" does not match to a {noun}.')
    return row


def _tell_parent(write: Write) -> None:
    """A document's shortcut codes follow its dimensions; a document or line whose dimensions change has changed."""
    world, values = write.world, write.values
    owners, key = DIMENSIONED[values["parentType"]], values["parentId"]
    if "displayName" in write.given or world.memo.get(_memo(key)) or world.get(owners, key) is None:
        return
    is_document = not owners.endswith("Lines")
    with _quietly(world, key):
        world.update(owners, key, _shortcut_codes(world, dimensions_of(world, key)) if is_document else {})


DIMENSION_SET_LINE_RULES = Rules(before_write=_complete_line, after_write=_tell_parent, after_delete=_tell_parent)
