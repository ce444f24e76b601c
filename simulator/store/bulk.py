"""Inserts many rows at once, the same statement for all of them that look alike."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from simulator.odata.rules import Row
from simulator.odata.service import Shape
from simulator.store.transaction import Transaction

_BATCH = 2_000  # rows that are held before they are written


def store_rows(world: Transaction, shape: Shape, rows: Iterable[Row]) -> int:
    """Store complete rows as they are and return how many: no rules, no log, no uniqueness check but the database's."""
    plan, scope, state = world.state.plans[shape.name], world.scope_of(shape), world.state
    has_blanks, key_of = shape.style.blanks, shape.key_of
    batches, count = defaultdict[str, list[list[Any]]](list), 0
    for row in rows:
        values = row if has_blanks else {name: one for name, one in row.items() if one is not None}
        version = state.next_version()
        body = world.render(shape, values, version)
        sql, parameters = plan.insert(values, scope, key_of(row), version, body)
        batches[sql].append(parameters)
        count += 1
        if count % _BATCH == 0:
            _write(world, batches)
    _write(world, batches)
    return count


def _write(world: Transaction, batches: dict[str, list[list[Any]]]) -> None:
    for statement, rows in batches.items():
        world.store.execute_many(statement, rows)
    batches.clear()
