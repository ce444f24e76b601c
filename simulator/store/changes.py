"""One entry of a service's change log: what the test oracle and change tracking read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import orjson

from simulator.odata.values import EMPTY_MOMENT, parse_ticks

_START = datetime.fromisoformat(EMPTY_MOMENT)
_ZERO = parse_ticks(EMPTY_MOMENT) or 0


class LogRow(NamedTuple):
    """A change as the log table stores it, in column order, and what the row became by it.

    `later` are the writes that wait since this change, in their JSON.
    """

    version: int
    entity_set: str
    scope: int
    key: str
    kind: str
    author: str
    at: int
    before: bytes | None
    later: bytes | None
    after: bytes | None


@dataclass(frozen=True, slots=True)
class Change:
    """One write: `kind` is created, updated or deleted; `before` and `after` are whole rows, None where there is none.

    `author` is the id of the user who wrote; `version` rises by one with every write to the service.
    """

    service: str
    version: int
    entity_set: str
    scope: str
    key: str
    kind: str
    author: str
    at: datetime
    before: dict[str, Any] | None
    after: dict[str, Any] | None

    @classmethod
    def of(cls, service: str, row: LogRow, scope: str) -> Change:
        """Read a log row; its JSON is parsed here."""
        at = _START + timedelta(microseconds=(row.at - _ZERO) // 10)
        return cls(
            service, row.version, row.entity_set, scope, row.key, row.kind, row.author, at,
            _values(row.before), _values(row.after),
        )  # fmt: skip

    @property
    def fields(self) -> tuple[str, ...]:
        """Names of the properties whose values differ between before and after, without the ETag."""
        before, after = self.before or {}, self.after or {}
        return tuple(name for name in {**before, **after} if before.get(name) != after.get(name))


def _values(body: bytes | None) -> dict[str, Any] | None:
    if body is None:
        return None
    row: dict[str, Any] = orjson.loads(body)
    row.pop("@odata.etag", None)
    return row
