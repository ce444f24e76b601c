"""CreateMultiple, UpdateMultiple and UpsertMultiple: many rows in one call, all or nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import orjson

from simulator.http.bodies import BodyReader, read_object
from simulator.http.target import Target
from simulator.http.writing import Writing
from simulator.odata.errors import ServiceError
from simulator.odata.messages import ServiceResponse
from simulator.odata.rules import Row
from simulator.odata.values import parse_guid

_MOST = 1_000


def read_targets(writing: Writing, target: Target) -> list[Row]:
    """Return the Targets of the body; each must name its type."""
    body = read_object(writing.request, writing.manners)
    rows = body.get("Targets")
    if not isinstance(rows, list) or not rows or not all(isinstance(one, dict) for one in rows):
        raise writing.manners.bad_json("Targets is expected to be a list of rows.")
    if len(rows) > _MOST:
        raise writing.manners.bad_json(f"Targets holds more than {_MOST} rows.")
    wanted = f"{writing.manners.dialect.namespace}.{target.entity.entity}"
    for row in rows:
        if str(row.get("@odata.type", "")).lstrip("#") != wanted:
            raise writing.manners.bad_json(f"Every target needs '@odata.type': '{wanted}'.")
    return rows


def create_multiple(writing: Writing, target: Target) -> ServiceResponse:
    """Create every target and answer their ids in order."""
    rows = read_targets(writing, target)
    with writing.world.savepoint():
        ids = writing.world.together(lambda: [writing.insert(target.shape, row, {}).key for row in rows])
    return _answer(writing, "CreateMultipleResponse", {"Ids": ids})


def update_multiple(writing: Writing, target: Target) -> ServiceResponse:
    """Update every target, which must be there."""
    with writing.world.savepoint():
        for row in read_targets(writing, target):
            named = _named(writing, target, row)
            if writing.resolver.find(named) is None:
                raise writing.resolver.missing(named)
            _change(writing, named, row)
    return ServiceResponse(204)


def upsert_multiple(writing: Writing, target: Target) -> ServiceResponse:
    """Create or update every target."""
    rows = read_targets(writing, target)
    with writing.world.savepoint():
        results = writing.world.together(lambda: _upsert_all(writing, target, rows))
    return _answer(writing, "UpsertMultipleResponse", {"Results": results})


def _upsert_all(writing: Writing, target: Target, rows: list[Row]) -> list[Row]:
    ids = {key for row in rows if (key := parse_guid(row.get(target.shape.key)))}
    new = ids - writing.world.known_keys(target.shape, ids)  # so that no row is looked for which cannot be there
    results = []
    for row in rows:
        values = dict(row)
        named = _named(writing, target, values)
        results.append(_upsert(writing, named, values, is_new=named.key in new))
        new.discard(named.key or "")
    return results


def _upsert(writing: Writing, named: Target, row: Row, *, is_new: bool) -> Row:
    shape = named.shape
    if not is_new and writing.resolver.find(named) is not None:
        return {"RecordCreated": False, "Target": {"@odata.id": _change(writing, named, row)}}
    given = dict(named.wanted) if named.wanted else {shape.key: named.key}
    made = writing.insert(shape, row, given)
    return {"RecordCreated": True, "Target": {"@odata.id": writing.manners.row_path(shape, made.key, "")[1:]}}


def _named(writing: Writing, target: Target, row: Row) -> Target:
    """Return the row that a target names, by primary id or by the address in @odata.id."""
    key = row.pop(target.shape.key, None)
    address = row.pop("@odata.id", None)
    if key is not None:
        guid = parse_guid(key)
        if guid is None:
            raise writing.manners.bad_key_value(target.entity, str(key))
        return Target(target.shape, key=guid)
    if address is None:
        raise ServiceError(400, "0x80040203", f"A target needs '{target.shape.key}' or '@odata.id'.")
    return BodyReader(writing.request, writing.resolver, target.shape).address(address)


def _change(writing: Writing, named: Target, row: Row) -> str:
    stored = writing.resolver.fetch(named)
    payload = BodyReader(writing.request, writing.resolver, named.shape).read(row, is_create=False)
    writing.world.modify(named.shape, stored, payload.values)
    return writing.manners.row_path(named.shape, stored.key, "")[1:]


def _answer(writing: Writing, returns: str, values: dict[str, Any]) -> ServiceResponse:
    context = f"{writing.request.root_url}/$metadata#{writing.manners.dialect.namespace}.{returns}"
    return ServiceResponse(200, {}, orjson.dumps({"@odata.context": context, **values}))


MULTIPLE: dict[str, Callable[[Writing, Target], ServiceResponse]] = {
    "createmultiple": create_multiple,
    "updatemultiple": update_multiple,
    "upsertmultiple": upsert_multiple,
}
