"""A new code or number of a row goes to whatever names the row by it, posted documents among them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from simulator.odata.edm import EntitySet
from simulator.odata.rules import Rule, Write

_MODIFIED = "lastModifiedDateTime"


class _Use(NamedTuple):
    """A property of a set that holds codes of another one."""

    code: str
    entity_set: str
    property: str


def following_codes(sets: Sequence[EntitySet]) -> tuple[EntitySet, ...]:
    """Return the sets; those whose rows others name by a code or number tell the others of a new one."""
    uses = _uses(sets)
    return tuple(_telling(one, tuple(dict.fromkeys(uses[one.name]))) if one.name in uses else one for one in sets)


def _uses(sets: Sequence[EntitySet]) -> Mapping[str, list[_Use]]:
    uses: dict[str, list[_Use]] = defaultdict(list)
    for one in sets:
        for pair in one.pairs:
            if pair.code:
                uses[pair.target].append(_Use(pair.target_code, one.name, pair.code))
        for relation in one.relations:
            uses[relation.target].append(_Use(relation.code, one.name, relation.property))
    return uses


def _telling(entity: EntitySet, uses: tuple[_Use, ...]) -> EntitySet:
    own = entity.rules.after_write

    def after_write(write: Write) -> None:
        if write.before is not None:
            _rename(write, uses)
        if own is not None:
            own(write)

    rule: Rule = after_write
    return replace(entity, rules=replace(entity.rules, after_write=rule))


def _rename(write: Write, uses: tuple[_Use, ...]) -> None:
    world, before = write.world, write.before or {}
    for code, entity_set, name in uses:
        old, new = before.get(code), write.values[code]
        if not old or old == new:
            continue
        for row in world.list(entity_set, **{name: old}):
            stamp = {_MODIFIED: world.stamp} if _MODIFIED in row else {}
            world.rewrite(entity_set, str(row.get("id") or row["contactId"]), {name: new, **stamp})
