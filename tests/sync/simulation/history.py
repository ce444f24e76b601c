"""What the two services themselves remember: every write, by whom, and each row's values through time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from flask_coupling.core.side import Side

USER = "user"
NOBODY = "nobody"
"""Who writes when a request comes again that nobody sends."""


@dataclass(frozen=True, slots=True)
class Event:
    """One write of one row: `author` is `user` or the job that wrote; no row is None in `before` and `after`."""

    number: int
    side: Side
    id: str
    author: str
    before: Mapping[str, Any] | None
    after: Mapping[str, Any] | None

    @property
    def is_ours(self) -> bool:
        """Whether the engine wrote it."""
        return self.author != USER

    @property
    def kind(self) -> str:
        """created, updated or deleted."""
        if self.before is None:
            return "created"
        return "deleted" if self.after is None else "updated"

    @property
    def moved(self) -> list[str]:
        """The properties whose values differ."""
        before, after = self.before or {}, self.after or {}
        return [name for name in {**before, **after} if before.get(name) != after.get(name)]


class History:
    """All writes to the tables of the mapping, on both sides, in the order in which they happened."""

    def __init__(self) -> None:
        self.events: list[Event] = []

    def add(
        self, side: Side, id: str, author: str, before: Mapping[str, Any] | None, after: Mapping[str, Any] | None
    ) -> None:
        """Note one write."""
        self.events.append(Event(len(self.events), side, id, author, before, after))

    @property
    def now(self) -> int:
        """The number of the next event."""
        return len(self.events)

    def ours(self, since: int = 0) -> list[Event]:
        """What the engine wrote from an event number on."""
        return [event for event in self.events[since:] if event.is_ours]

    def of(self, side: Side, id: str) -> Iterator[Event]:
        """The writes of one row, oldest first."""
        return (event for event in self.events if event.side is side and event.id == id)

    def rows(self, side: Side) -> dict[str, Mapping[str, Any]]:
        """The rows there are now, by id."""
        rows: dict[str, Mapping[str, Any]] = {}
        for event in self.events:
            if event.side is side:
                rows.pop(event.id, None)
                if event.after is not None:
                    rows[event.id] = event.after
        return rows
