"""What makes a table mapping impossible by itself, whatever the services say of their tables."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from .field_mapping import FieldMapping
from .side import Direction, Side

_NAME = re.compile(r"\w(?:[\w &.-]{0,48}\w)?")


def fault_of(name: str, fields: Sequence[FieldMapping], direction: Direction, match_on: Sequence[str]) -> str | None:
    """Return why a mapping of this name with these fields cannot be made; None when it can."""
    enabled = [each for each in fields if each.enabled]
    if not _NAME.fullmatch(name):
        return "a name is 1 to 50 letters, digits, spaces and any of & _ . - that stand inside it"
    if not enabled:
        return "it has no enabled field mapping"
    for side in Side:
        if repeated := _repeated(each.of(side) for each in enabled if flows_to(each, direction, side)):
            return f"{repeated} is written twice"
    for each in enabled:
        if each.direction.within(direction) is None:
            return f"{each.name} flows {each.direction}, the table mapping only {direction}"
    if unknown := set(match_on) - {each.name for each in fields}:
        return f"it matches on {', '.join(sorted(unknown))}, not mapped"
    return _fault_of_partners([each for each in enabled if each.is_pair], fields, direction)


def flows_to(field: FieldMapping, direction: Direction, side: Side) -> bool:
    """Whether a field is written to a side: its own direction allows it, and that of its mapping."""
    flow = field.direction.within(direction)
    return flow is not None and flow.allows(side.other)


def _fault_of_partners(
    pairs: Sequence[FieldMapping], fields: Sequence[FieldMapping], direction: Direction
) -> str | None:
    """A property may have several partners only while it is never written: else nobody could tell who moved it."""
    for side in Side:
        told = {each.of(side) for each in pairs if flows_to(each, direction, side)}
        if shared := _repeated(name for each in pairs if (name := each.of(side)) in told):
            return f"{shared} has two partners, so what moved in it cannot be told apart"
    if repeated := _repeated(each.name for each in fields if each.is_pair):
        return f"two fields are named {repeated}; one of them needs an alias"
    return None


def _repeated(names: Iterable[str | None]) -> str:
    """The names that stand there more than once, listed; empty when there are none."""
    found = list(names)
    return ", ".join(sorted({name for name in found if name and found.count(name) > 1}))
