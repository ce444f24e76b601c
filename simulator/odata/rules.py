"""What an entity's own rules receive: the row being written and the world round it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

Row = dict[str, Any]


class Rows(Protocol):
    """One service (and company) as far as rules look things up in it; sets are named by entity-set name."""

    @property
    def memo(self) -> dict[str, Any]:
        """Remembers what this transaction has already looked up; for rules and conventions to use."""

    def recall(self, name: str, sets: tuple[str, ...], find: Callable[[], Any]) -> Any:
        """Return what `find` finds in these sets, which is looked for again only when one of them was written since."""

    def get(self, entity_set: str, key: str) -> Row | None:
        """Return the row with this key, or None."""

    def find(self, entity_set: str, **equal: Any) -> Row | None:
        """Return the first row whose properties equal these values, or None."""

    def list(self, entity_set: str, **equal: Any) -> list[Row]:
        """Return every row whose properties equal these values, in default order."""

    def content(self, entity_set: str, key: str, name: str) -> bytes:
        """Return the bytes of a stream property of a row; none when the row or its file is not there."""

    def count_entity(self, entity: str) -> int:
        """Return how many rows the set of an entity (logical) name has; 0 for an unknown one."""

    @property
    def now(self) -> datetime:
        """The time of the request, in UTC."""


class World(Rows, Protocol):
    """One service (and company) inside the transaction of the request; sets are named by entity-set name.

    Rows are dictionaries by wire name (`_primarycontactid_value` for a lookup). Rules apply to these writes too.
    """

    @property
    def scope(self) -> str:
        """The company id in Business Central, "" in Dataverse."""

    @property
    def author(self) -> str:
        """Who writes: the id of the caller's user."""

    @property
    def stamp(self) -> str:
        """The time of the request as the service writes it."""

    def next_number(self, entity_set: str) -> str:
        """Return the next free number of a set's number series."""

    def create(self, entity_set: str, values: Mapping[str, Any]) -> Row:
        """Insert a row as the service itself would (read-only properties may be given) and return it."""

    def add(self, entity_set: str, values: Row) -> Row:
        """Insert a row of values that are already as the service keeps them, and return it with all its properties."""

    def add_later(self, entity_set: str, values: Row) -> None:
        """Insert a row like `add` whose key and number are given; it may be stored when it is first asked for."""

    def new_id(self) -> str:
        """Return an id for a new row."""

    def update(self, entity_set: str, key: str, values: Mapping[str, Any]) -> Row:
        """Change properties of a row (read-only ones too) and return it; LookupError when it is not there."""

    def put(self, entity_set: str, key: str, values: Row) -> None:
        """Change properties of a row to values that are already as the service keeps them, like `add`."""

    def rewrite(self, entity_set: str, key: str, values: Row) -> None:
        """Change properties of a row like `put`, of which neither the service nor the entity has a say."""

    def put_later(self, entity_set: str, values: Row, beside: tuple[str, str, str]) -> None:
        """Change like `put` the row that shares its key with one of another set, by a property's value there.

        It may be changed when it is first asked for; nothing happens when there is no such row.
        """

    def delete(self, entity_set: str, key: str) -> None:
        """Delete a row; LookupError when it is not there."""

    def delete_entity(self, entity: str, key: str) -> bool:
        """Delete a row of an entity (logical name), if it is there; return whether it was."""

    def options_of(self, entity: str, column: str) -> tuple[Any, ...] | None:
        """Return the options of a choice of an entity, unpublished ones too; None when it is no choice."""

    def columns_of(self, option_set: str) -> tuple[tuple[str, str], ...]:
        """Return the choices, as (entity, column), that have the options of a global option set."""

    def change_options(self, entity: str, column: str, options: tuple[Any, ...]) -> None:
        """Give a choice of an entity other options, which are seen once they are published."""

    def publish_options(self) -> None:
        """Let everyone see the options that were changed."""


@dataclass(slots=True)
class Write:
    """One create, update or delete while its rules run.

    `values` is the whole new row by wire name: rules may change it. `given` is what the caller sent (empty on
    delete), `before` the row as it was (None on create). Raise the service's own error to refuse. A write that
    `is_late` has been put off: what it names may be gone since, and is taken as it was.
    """

    entity_set: str
    values: Row
    given: Mapping[str, Any]
    before: Mapping[str, Any] | None
    world: World
    is_late: bool = False

    @property
    def is_create(self) -> bool:
        """Whether the row is new."""
        return self.before is None

    def changes(self, *names: str) -> bool:
        """Whether any of these properties differs from before (always true on create)."""
        values, before = self.values, self.before
        if before is None:
            return True
        for name in names:  # noqa: SIM110  asked of every write, for which any() takes three times as long
            if values.get(name) != before.get(name):
                return True
        return False


Rule = Callable[[Write], None]


@dataclass(frozen=True, slots=True)
class Rules:
    """Plain functions run for each write of an entity.

    `before_write` runs after validation and defaults, before the row is stored, and writes no other row; `after_write`
    when it is (use it to write other rows: header totals, say); `before_delete` may refuse; `after_delete` follows.
    """

    before_write: Rule | None = None
    after_write: Rule | None = None
    before_delete: Rule | None = None
    after_delete: Rule | None = None


Derive = Callable[[Rows, Row], Row]
"""Completes a row that is not stored: what its owner and other rows make of it now."""

MakeContent = Callable[[Rows, Row], bytes]
"""Makes the file that a row shows."""


@dataclass(frozen=True, slots=True)
class Created:
    """An action's answer: it made this row; the service replies with its Location."""

    entity_set: str
    key: str


@dataclass(frozen=True, slots=True)
class ActionCall:
    """One call of an action: the row it is bound to (None when unbound), its parameters, and the world."""

    entity_set: str
    row: Row | None
    parameters: Mapping[str, Any] = field(default_factory=dict)
    world: World | None = None


ActionRun = Callable[[ActionCall], Created | Mapping[str, Any] | None]
