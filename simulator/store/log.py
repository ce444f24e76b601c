"""The change log of a service in the database: written with each transaction, read oldest first.

What a row became by a change is what it was before its next one, or what it is now: that is not stored twice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from simulator.store.changes import LogRow
from simulator.store.state import ServiceState

Query = Callable[[str, Sequence[Any]], list[Any]]


def write_log(execute_many: Callable[[str, Iterable[Sequence[Any]]], None], service: str, log: list[LogRow]) -> None:
    """Add a transaction's changes."""
    execute_many(f'INSERT INTO "{service}__changes" VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)', [row[:-1] for row in log])


def read_log(query: Query, state: ServiceState, since: int, entity_set: str, key: str) -> list[LogRow]:
    """Return the changes after a version, of one set and of one row when asked; nothing may be written meanwhile."""
    found = query(
        f"SELECT * FROM \"{state.service.name}__changes\" WHERE version > ? AND (? = '' OR entity_set = ?) "
        "AND (? = '' OR key = ?) ORDER BY version DESC",
        (since, entity_set, entity_set, key, key),
    )
    later: dict[tuple[str, str], bytes | None] = {}
    completed = []
    for facts in found:
        entity_set, key, kind, before = facts[1], facts[3], facts[4], facts[7]
        after = None
        if kind != "deleted":
            known = (entity_set, key) in later
            after = later[entity_set, key] if known else _body(query, state, entity_set, key)
        later[entity_set, key] = before
        completed.append(LogRow._make((*facts, after)))
    return completed[::-1]


def _body(query: Query, state: ServiceState, entity_set: str, key: str) -> bytes | None:
    found = query(state.plans[entity_set].select_one, (key,))
    body: bytes | None = found[0][2] if found else None
    return body
