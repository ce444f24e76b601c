"""Inserts many rows at once, the same statement for as many of them as look alike."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from simulator.odata.rules import Row
from simulator.odata.service import Shape
from simulator.store.transaction import Transaction

_BATCH = 500  # rows of one statement


def store_rows(world: Transaction, shape: Shape, rows: Iterable[Row]) -> int:
    """Store complete rows as they are and return how many: no rules, no log, no uniqueness check but the database's."""
    plan, scope, state = world.state.plans[shape.name], world.scope_of(shape), world.state
    has_blanks, key = shape.style.blanks, shape.key
    statement, batch, count = "", list[list[Any]](), 0
    for row in rows:
        values = row if has_blanks else {name: one for name, one in row.items() if one is not None}
        version = state.next_version()
        body = world.render(shape, values, version)
        sql, parameters = plan.insert(values, scope, row[key], version, body)
        if sql != statement or len(batch) >= _BATCH:
            world.store.execute_many(statement, batch)
            statement, batch = sql, []
        batch.append(parameters)
        count += 1
    world.store.execute_many(statement, batch)
    return count
