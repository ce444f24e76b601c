"""Couplings that go together: when that of a customer is removed, those of its contact persons go with it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import select

from flask_coupling.core.mapping import FieldMapping, TableMapping
from flask_coupling.core.record import Value
from flask_coupling.globals import current_coupling
from flask_coupling.sync.link import chunks, couplings, read_after, read_baselines

from .setting import effective_mappings

PORTION = 5000
"""Couplings whose values are looked at together."""


def with_belonging(connection: str, ids: Sequence[int]) -> list[int]:
    """Return these couplings and those that belong to them: both their ends point to both ends of one of these.

    A pair of which only one end does, or that never was synchronized, stays.
    """
    found = dict.fromkeys(ids)
    for mapping in effective_mappings(connection).values():  # in dependency order, so that what belongs is seen before
        for field in _owned_by(mapping):
            found.update(dict.fromkeys(_belonging(connection, mapping, field, list(found))))
    return list(found)


def _owned_by(mapping: TableMapping) -> list[FieldMapping]:
    return [each for each, _ in mapping.pairs if each.reference is not None and each.reference.belongs]


def _belonging(connection: str, mapping: TableMapping, field: FieldMapping, ids: Sequence[int]) -> Iterable[int]:
    wanted = _ends(field, ids)
    after = 0
    while wanted and (links := read_after(current_coupling.session, connection, mapping.name, after, PORTION)):
        after = links[-1].id
        for id, baseline in read_baselines(current_coupling.session, [link.id for link in links]).items():
            if (baseline.bc.values.get(field.bc or ""), baseline.sales.values.get(field.sales or "")) in wanted:
                yield id


def _ends(field: FieldMapping, ids: Sequence[int]) -> set[tuple[Value, Value]]:
    """What a record's two sides say when they belong to one of these couplings."""
    assert field.reference is not None
    c = couplings.c
    key: Any = c.bc_reference if field.reference.bc_key else c.bc_id
    found: set[tuple[Value, Value]] = set()
    for part in chunks(ids):
        query = select(key, c.sales_id).where(c.id.in_(part), c.mapping.in_(field.reference.targets))
        found.update((row[0], row[1]) for row in current_coupling.session.execute(query))
    return found
