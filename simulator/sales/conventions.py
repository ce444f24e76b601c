"""What Dataverse does round every write: who and when, owner, state and status reason."""

from __future__ import annotations

from functools import partial

from simulator.odata.edm import Property
from simulator.odata.errors import ServiceError
from simulator.odata.rules import Row, Write
from simulator.odata.service import Shape
from simulator.sales.words import SalesWords


class SalesConventions:
    """Dataverse's way with rows; stateless."""

    words = SalesWords()

    def etag(self, version: int) -> str:
        """Return the weak ETag of a version: the version number itself."""
        return f'W/"{version}"'

    def stamp(self, row: Row, version: int) -> None:
        """Show the version as the column versionnumber."""
        row["versionnumber"] = version

    def complete(self, shape: Shape, write: Write) -> None:
        """Fill the server-set columns and keep state and status reason together."""
        values, is_create = write.values, write.before is None
        values.update(_on_create(shape, write) if is_create else _on_update(shape, write))
        series = shape.entity.number_series
        if series is not None and is_create and values.get(series.property) is None:
            values[series.property] = write.world.next_number(shape.name)
        for prop in shape.required:
            if values.get(prop.wire) is None:
                raise self.words.missing(shape.entity, prop)
        if "statecode" in shape.fields and _touches_state(write):
            _agree_state(shape, write)

    def stored(self, shape: Shape, write: Write, deleted: bool) -> None:
        """A deleted row ends its pairs of many-to-many relationships; what else follows is the entities' own."""
        if not deleted:
            return
        for through in (one.through for one in shape.entity.navigations if one.through is not None):
            for pair in write.world.list(through.target, **{through.own: write.values[shape.key]}):
                write.world.delete(through.target, pair[through.key])


def _on_create(shape: Shape, write: Write) -> Row:
    """Return what the service sets in a new row of this set; the same for all that one owner gets in a transaction."""
    world, values = write.world, write.values
    owner = values.get("_ownerid_value") or world.author
    known: dict[tuple[str, str], Row] = world.memo.setdefault("server set", {})
    found = known.get((shape.name, owner))
    if found is None:
        every = {
            "createdon": world.stamp,
            "modifiedon": world.stamp,
            "_createdby_value": world.author,
            "_modifiedby_value": world.author,
            "_ownerid_value": owner,
            **_ownership(write, owner),
        }
        declared = _declared(shape, every)
        found = known[shape.name, owner] = {name: value for name, value in declared.items() if value is not None}
    created = values.get("overriddencreatedon")
    return found | {"createdon": created} if created else found


def _on_update(shape: Shape, write: Write) -> Row:
    world, fields = write.world, shape.fields
    changed = {"modifiedon": world.stamp, "_modifiedby_value": world.author}
    if write.changes("_ownerid_value"):
        changed |= _ownership(write, write.values.get("_ownerid_value") or world.author)
    return changed if changed.keys() <= fields.keys() else _declared(shape, changed)


def _declared(shape: Shape, values: Row) -> Row:
    return {name: value for name, value in values.items() if name in shape.fields}


def _touches_state(write: Write) -> bool:
    """Whether state and status reason may disagree: the defaults of a new row do not."""
    if write.is_create:
        return "statecode" in write.given or "statuscode" in write.given
    return write.changes("statecode", "statuscode")


def _ownership(write: Write, owner: str) -> Row:
    """Return owning user, team and business unit of an owner, looked up once in a transaction."""
    known: dict[str, Row] = write.world.memo.setdefault("owners", {})
    if owner not in known:
        find = partial(_find_ownership, write, owner)
        known[owner] = write.world.recall(f"owner {owner}", ("systemusers", "teams"), find)
    return known[owner]


def _find_ownership(write: Write, owner: str) -> Row:
    user = _get(write, "systemusers", owner)
    team = _get(write, "teams", owner) if user is None else None
    unit = (user or team or {}).get("_businessunitid_value")
    return {
        "_owninguser_value": None if team else owner,
        "_owningteam_value": owner if team else None,
        "_owningbusinessunit_value": unit,
    }


def _get(write: Write, entity_set: str, key: str) -> Row | None:
    try:
        return write.world.get(entity_set, key)
    except KeyError:  # a model without this set, as small tests have
        return None


def _agree_state(shape: Shape, write: Write) -> None:
    """Give a state without a status reason its first one; refuse two that do not belong together."""
    values, given = write.values, write.given
    status = shape.fields["statuscode"].prop
    state = values["statecode"]
    if "statecode" in given and "statuscode" not in given and not _belongs(status, values.get("statuscode"), state):
        values["statuscode"] = next((one.value for one in status.options if one.state == state), None)
    if not _belongs(status, values.get("statuscode"), state):
        raise ServiceError(
            400, "0x80048408",
            f"{values.get('statuscode')} is not a valid status code for state code {shape.entity.entity}State.{state} "
            f"on {shape.entity.entity} with Id {values[shape.key]}.",
        )  # fmt: skip


def _belongs(status: Property, reason: object, state: object) -> bool:
    return any(one.value == reason and one.state in (None, state) for one in status.options)
